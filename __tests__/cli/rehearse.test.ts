import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { PlanPicture } from "../../cli/rehearse/plan-picture";
import type { Outcome, Step } from "../../cli/rehearse/run";
import { CloudTrailFanoutExample, CloudTrailFanoutRelease } from "../../examples/cloudtrail-fanout";
import { ManagementAccount } from "../../examples/management-account";
import { AccountOnboarding } from "../../modules";
import type { StackJson } from "../../rehearsal";
import { onboarding } from "../rehearsal/stacks";
import { synth } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";
import { describeWithTerraform } from "../support/with-terraform";

const CLI = resolve("dist/cli/index.js");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearse-cli-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string, stack: StackJson): void {
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, path, "cdk.tf.json"), JSON.stringify(stack));
}

function run(args: string[], path = process.env.PATH) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, "rehearse", ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH: path },
  });
  return { status, stdout, stderr };
}

function json(...args: string[]): Outcome {
  return JSON.parse(run([...args, "--json"]).stdout) as Outcome;
}

const example = () => {
  put("cdktf.out/stacks/example", onboarding());
};
const fanout = () => {
  put("cdktf.out/stacks/cloudtrail-fanout", synthesized(new CloudTrailFanoutExample(testApp())));
  put("cdktf.out/stacks/cloudtrail-fanout-release", synthesized(new CloudTrailFanoutRelease(testApp())));
};

/** Holds for the values that one test gives on the command line. */
const NAME_IS_GIVEN = {
  condition: '${var.name == "given" && sum(var.sizes) == 5}',
  error_message: "name is ${var.name}, sum is ${sum(var.sizes)}",
};

const total = (counts: object) => (Object.values(counts) as number[]).reduce((sum, count) => sum + count, 0);

/** Every count of a plan is the same sum: over outcomes, over groups, and over the groups' outcomes. */
function expectReconciled({ objects, outcomes, groups }: PlanPicture): void {
  expect(total(outcomes)).toBe(objects);
  expect(total(groups.map((group) => group.objects))).toBe(objects);
  expect(groups.map((group) => total(group.outcomes))).toEqual(groups.map((group) => group.objects));
}

function plannedAndApplied({ steps }: Outcome, phase: string): { plan: PlanPicture; apply: Step } {
  const found = (name: Step["step"]) => steps.find((step) => step.phase === phase && step.step === name);
  const [plan, apply] = [found("plan")?.plan, found("apply")];
  if (plan === undefined || apply === undefined) {
    throw new Error(`${phase} was not applied`);
  }
  return { plan, apply };
}

describeWithTerraform("rehearse", () => {
  test("shows every step, a picture of the plan, and that all ended as intended", () => {
    example();
    const { status, stdout, stderr } = run(["example"]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^example, rehearsed in memory with an AWS account that is not connected/);
    expect(stdout).toMatch(/\n {2}plan +\d+\.\d\d s {3}5 objects planned = 5 created\n/);
    expect(stdout).toMatch(/\n {4}identity provider +1 {2}\+\n {4}roles +2 {2}\+\+\n/);
    expect(stdout).toContain("5 created = 4 in the clouds + 1 only in Terraform's state");
    expect(stdout).toMatch(/\n {2}second plan +\d+\.\d\d s {3}no changes\n/);
    expect(stdout).toContain("Azure: connector aws-connector with CspmMonitorAws");
    expect(stdout).toMatch(/AWS account 111122223333: 3 objects before, none after\n/);
    expect(stdout).toMatch(/\nAs intended: example was applied, planned again without changes, and destroyed/);
    expect(status).toBe(0);
  });

  test("goes through all phases of a fan-out and its release, and its counts agree in each", () => {
    fanout();
    const outcome = json("cloudtrail-fanout", "--phases", "prepare,fanout,rollback,release");
    expect(outcome).toMatchObject({ result: "complete" });
    const outcomes = ["prepare", "fanout", "rollback", "release"].map((phase) => {
      const { plan } = plannedAndApplied(outcome, phase);
      expectReconciled(plan);
      return plan.outcomes;
    });
    expect(outcomes).toEqual([
      { created: 15, adopted: 2, "adopted and changed": 1 },
      { changed: 2 },
      { changed: 2 },
      { deleted: 14, released: 3 },
    ]);
    const { plan, apply } = plannedAndApplied(outcome, "prepare");
    const [account] = apply.clouds?.accounts ?? [];
    expect((account?.after ?? 0) - (account?.before ?? 0)).toBe((plan.outcomes.created ?? 0) - plan.onlyInState);
  });

  test("says that a refused destroy is intended, why, and what is next", () => {
    fanout();
    const { status, stdout } = run(["cloudtrail-fanout"]);
    expect(stdout).toMatch(/destroy +\d+\.\d\d s {3}refused, as intended\n/);
    expect(stdout).toContain("the bucket's notification and Sentinel's queue belong to others");
    expect(stdout).toContain("next: fan-out: apply phase rollback, then phase release, then destroy");
    expect(stdout).toContain("next: rehearse the whole way: --phases prepare,fanout,rollback,release");
    expect(stdout).toMatch(/\nAs intended: cloudtrail-fanout was applied, and Terraform refuses to destroy/);
    expect(status).toBe(0);
  });

  test("fails for phases in an order that the modules refuse, with their message", () => {
    fanout();
    const { status, stdout } = run(["cloudtrail-fanout", "--phases", "fanout"]);
    expect(stdout).toContain('phase: "fanout" is not allowed; phase prepare has not been applied completely');
    expect(stdout).toContain("Stopped: the phases of cloudtrail-fanout do not work in this order.");
    expect(status).toBe(1);
  });

  test("makes surroundings that fit the literals of the user's own stack", () => {
    put(
      "own",
      synth((stack) => {
        new AccountOnboarding(stack, "Onboarding", {
          awsAccountId: "123456789012",
          awsRegion: "eu-central-1",
          entraTenantId: "99999999-2222-4333-8444-555555555555",
          azureSubscriptionId: "99999999-3333-4444-8555-666666666666",
          resourceGroupName: "rg-security",
          location: "northeurope",
          connectorName: "aws-own",
          accessLevel: "leastPrivilege",
          plans: {},
        });
      }),
    );
    const outcome = json("own");
    expect(outcome).toMatchObject({ stack: "own", result: "complete" });
    const { apply } = plannedAndApplied(outcome, "deploy");
    expect(apply.clouds?.accounts).toMatchObject([{ id: "123456789012", before: 0 }]);
    expect(apply.clouds?.connectors).toEqual([{ name: "aws-own", offerings: ["CspmMonitorAws"] }]);
  });

  test("shows what happens in the members of an organization, with units of the user's own", () => {
    put("cdktf.out/stacks/management-account", synthesized(new ManagementAccount(testApp(), "management-account")));
    const outcome = json(
      "management-account",
      "--var",
      'targets=["ou-cd34-abcdefgh"]',
      "--var",
      "location=northeurope",
    );
    expect(outcome.result).toBe("heldByDesign");
    const { plan, apply } = plannedAndApplied(outcome, "deploy");
    expectReconciled(plan);
    expect(plan.groups.map(({ name }) => name)).toContain("member accounts");
    expect(apply.clouds?.accounts.map(({ after }) => after > 40)).toEqual([true, true, true, true]);
    expect(outcome.steps.at(-1)?.refusal?.next).toEqual(["StackSet: set preventDestroy: false, apply, then destroy"]);
  });

  test("says that the configuration itself protects an object of the user's own", () => {
    put("own", { resource: { terraform_data: { kept: { lifecycle: { prevent_destroy: true } } } } });
    const outcome = json("own");
    expect(outcome.result).toBe("heldByDesign");
    expect(outcome.steps.at(-1)?.refusal).toEqual({
      why: ["the configuration protects terraform_data.kept by prevent_destroy"],
      next: ["take prevent_destroy out, apply, then destroy"],
    });
  });

  test("fails for a stack whose second plan still has changes", () => {
    put("own", { resource: { terraform_data: { restless: { input: "${timestamp()}" } } } });
    const { status, stdout } = run(["own"]);
    expect(stdout).toMatch(/second plan +\d+\.\d\d s {3}1 object planned = 1 changed/);
    expect(stdout).toContain("Stopped: a second plan of own still has changes.");
    expect(status).toBe(1);
  });

  test("takes values of variables from the command line, else from the file beside the stack", () => {
    put("own", {
      variable: { name: {}, sizes: { type: "list(number)" } },
      output: { seen: { value: "${var.name} ${sum(var.sizes)}" } },
      resource: { terraform_data: { one: { lifecycle: { precondition: [NAME_IS_GIVEN] } } } },
    });
    writeFileSync(join(folder, "own", "terraform.tfvars.json"), JSON.stringify({ name: "file", sizes: [1] }));
    expect(json("own").steps.at(-1)?.error).toContain("name is file, sum is 1");
    expect(json("own", "--var", "name=given", "--var", "sizes=[2,3]").result).toBe("complete");
  });

  test("fails with terraform's own words and no stack trace", () => {
    put("cdktf.out/stacks/example", onboarding({}));
    const { status, stdout, stderr } = run(["example"]);
    expect(stderr).toBe("");
    expect(stdout).toContain("terraform apply failed");
    expect(stdout).toContain("Identity provider is missing");
    expect(stdout).not.toMatch(/\n\s+at /);
    expect(status).toBe(1);
  });
});

describe("rehearse without a rehearsal", () => {
  test("says what it left out without terraform, and succeeds", () => {
    example();
    const { status, stdout } = run(["example"], "/nowhere");
    expect(stdout).toBe(
      "example is synthesized. terraform is not on the PATH, so these were left out: init, validate, plan, apply, second plan, destroy. Install Terraform 1.10 or newer, or set TERRAFORM_BIN_PATH to the program.\n",
    );
    expect(status).toBe(0);
  });

  test("shows an example of itself, the phases and the exit codes as help", () => {
    const { status, stdout } = run(["--help"]);
    expect(stdout).toContain("cdktf-defender-for-cloud rehearse cdktf.out/stacks/production");
    expect(stdout).toContain("--phases prepare,fanout,rollback,release");
    expect(stdout).toContain("Exit codes:");
    expect(status).toBe(0);
  });

  /** A wrong call: exit code 2, nothing on standard output, no stack trace. */
  function fails(...args: string[]) {
    const { status, stdout, stderr } = run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).not.toMatch(/\n\s+at /);
    return expect(stderr);
  }

  test("fails for a stack that was not synthesized, naming those that are", () => {
    example();
    fails("other").toBe(
      'stack: "other" is not allowed; expected a folder with a cdk.tf.json, or the name of a stack in cdktf.out/stacks; cdktf.out/stacks has: example\n',
    );
  });

  test("fails where nothing is synthesized, with the command that does it", () => {
    fails("other").toContain('synthesize first, with "npx cdktf synth"');
  });

  test("fails for a folder without a stack", () => {
    mkdirSync(join(folder, "empty"));
    fails("empty").toContain("the folder has no cdk.tf.json");
  });

  test("fails for a file that is no JSON", () => {
    example();
    writeFileSync(join(folder, "cdktf.out/stacks/example/cdk.tf.json"), "{");
    fails("example").toContain("expected a JSON file");
  });

  test("fails for variables without a value, naming all of them", () => {
    put("own", { variable: { workspace: {}, team: {}, location: {} } });
    fails("own").toContain("the stack has variables without a value: workspace, team. Give each with --var");
  });

  test("fails for a variable without a name", () => {
    example();
    fails("example", "--var", "=x").toContain("expected name=value");
  });

  test("fails for a phase that the stack does not have", () => {
    example();
    fails("example", "--phases", "fanout").toBe(
      '--phases: "fanout" is not allowed; example has: deploy; a stack example-release beside it would be its release\n',
    );
  });

  test("fails for types that the rehearsal does not know, naming each and why", () => {
    put("own", {
      resource: {
        google_storage_bucket: { a: {} },
        aws_iam_rolle: { a: {} },
        aws_iam_role: { a: {} },
        azapi_resource: { a: {} },
      },
      data: { azapi_resource: { a: {} }, aws_s3_bucket_notification: { a: {} } },
    });
    const error = fails("own");
    error.toContain('google_storage_bucket (the rehearsal has no provider "google")');
    error.toMatch(/aws_iam_rolle \(@cdktf\/provider-aws \d+\.\d+\.\d+ does not have it\)/);
    error.not.toContain("azapi_resource");
    error.not.toContain("aws_s3_bucket_notification");
  });
});
