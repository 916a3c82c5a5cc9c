import { dirname, join } from "node:path";
import {
  EXPRESSION,
  FANOUT_STACKS,
  helpOfTheVerbIn,
  PAGE,
  PHASES,
  PHASE_VARIABLE,
  pipelinesIn,
  RELEASE_STACKS,
  syntaxErrors,
  valuesOf,
} from "./pipeline-files";

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly default?: unknown;
  readonly values?: readonly string[];
}

interface Step {
  readonly checkout?: string;
  readonly persistCredentials?: boolean;
  readonly task?: string;
  readonly name?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly template?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly publish?: string;
  readonly download?: string;
  readonly artifact?: string;
  readonly script?: string;
}

interface Stage {
  readonly stage?: string;
  readonly template?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly dependsOn?: string;
  readonly condition?: string;
  readonly jobs?: readonly Readonly<Record<string, unknown>>[];
}

interface Pipeline {
  readonly parameters?: readonly Parameter[];
  readonly stages?: readonly Stage[];
  readonly trigger?: unknown;
}

const pipelines = pipelinesIn("azure-pipelines");
const names = [...pipelines.keys()];
const pipeline = (name: string) => pipelines.get(name)?.content as Pipeline;
const stepsOf = (content: unknown) => valuesOf(content, "steps").flat() as Step[];

/** The inputs that a task needs; Azure DevOps fails at run time if one is missing or unknown. */
const TASKS: Readonly<Record<string, readonly string[]>> = {
  "AzureCLI@2": ["addSpnToEnvironment", "azureSubscription", "inlineScript", "scriptLocation", "scriptType"],
  "AWSShellScript@1": [
    "awsCredentials",
    "disableAutoCwd",
    "inlineScript",
    "regionName",
    "scriptType",
    "workingDirectory",
  ],
  "UseNode@1": ["version"],
  "ms-devlabs.custom-terraform-tasks.custom-terraform-installer-task.TerraformInstaller@1": ["terraformVersion"],
};

test("are three pipelines and two templates", () => {
  const expected = ["check.yml", "cloudtrail-fanout.yml", "onboarding.yml"];
  expect(names.sort()).toEqual([...expected, "templates/sign-in.yml", "templates/terraform.yml"]);
});

describe.each(names)("the pipeline %s", (name) => {
  const { text = "", content } = pipelines.get(name) ?? {};
  const steps = stepsOf(content);

  test("runs known tasks, each with the inputs that it needs", () => {
    for (const { task, inputs = {} } of steps.filter((step) => step.task)) {
      expect(Object.keys(inputs).sort()).toEqual(TASKS[task ?? ""]);
    }
  });

  test("has steps of one kind each", () => {
    for (const step of steps) {
      const kinds = ["checkout", "task", "template", "publish", "download", "script"].filter((kind) => kind in step);
      expect(kinds).toHaveLength(1);
    }
  });

  test("has scripts that bash can read, and no expression in them: a name could be code", () => {
    const scripts = steps.map(({ script, inputs }) => script ?? inputs?.inlineScript ?? "");
    for (const script of scripts) {
      expect(syntaxErrors(script)).toBe("");
      expect(script).not.toMatch(EXPRESSION);
      expect(script).not.toMatch(/\$\([A-Z]\w*[.)]/);
    }
  });

  test("leaves no token of Azure DevOps in the folder", () => {
    expect(steps.filter(({ checkout, persistCredentials }) => checkout && persistCredentials !== false)).toEqual([]);
  });

  test("names only documented connections, groups and environments", () => {
    const used = ["awsCredentials", "azureSubscription", "azureConnection", "environment", "group"]
      .flatMap((key) => valuesOf(content, key))
      .map(String)
      .filter((value) => !value.startsWith("${{"));
    expect(used.filter((value) => !new RegExp(`^\\|.*\`${value}\``, "m").test(PAGE))).toEqual([]);
    const variables = [...text.matchAll(/\$\(([A-Z_]+)\)/g)].map(([, variable = ""]) => variable);
    expect(new Set(variables).size).toBeLessThanOrEqual(1);
    expect(variables.filter((variable) => variable !== "AWS_REGION")).toEqual([]);
  });

  test("gives each template what it asks for, and nothing else", () => {
    for (const template of [...steps, ...(pipeline(name).stages ?? [])].filter((entry) => entry.template)) {
      const declared = pipeline(join(dirname(name), template.template ?? "")).parameters ?? [];
      const given = Object.entries(template.parameters ?? {}).flatMap(([key, value]) =>
        key.startsWith("${{") ? Object.keys(value as object) : [key],
      );
      expect(declared.map((parameter) => parameter.name)).toEqual(expect.arrayContaining(given));
      const required = declared.filter((parameter) => parameter.default === undefined);
      expect(given).toEqual(expect.arrayContaining(required.map((parameter) => parameter.name)));
    }
  });

  test("uses its parameters, and only these", () => {
    const declared = (pipeline(name).parameters ?? []).map((parameter) => parameter.name);
    const used = [...text.matchAll(/parameters\.(\w+)/g)].map(([, parameter = ""]) => parameter);
    expect([...new Set(used)].sort()).toEqual(declared.sort());
  });
});

describe("the template that plans and applies", () => {
  const [plan, apply] = pipeline("templates/terraform.yml").stages ?? [];
  const task = (stage: Stage | undefined) => stepsOf(stage).find((step) => step.task === "AWSShellScript@1");

  test("signs in to both clouds with credentials that read for the plan, and with others for the apply", () => {
    const connections = (stage: Stage | undefined) => [
      ...valuesOf(stage, "azureConnection"),
      ...valuesOf(stage, "awsCredentials"),
    ];
    expect(connections(plan)).toEqual(["azure-plan", "aws-plan"]);
    expect(connections(apply)).toEqual(["azure-apply", "aws-apply"]);
    for (const stage of [plan, apply]) {
      const environment = { ARM_USE_OIDC: "true", SYSTEM_ACCESSTOKEN: "$(System.AccessToken)" };
      expect(task(stage)?.env).toMatchObject(environment);
    }
  });

  test("applies exactly the plan that was published, on main, after the approval of an environment", () => {
    const published = stepsOf(plan).find((step) => step.publish);
    expect(published?.publish).toBe("$(Build.SourcesDirectory)/stacks/${{ parameters.stack }}/plan");
    expect(stepsOf(apply).find((step) => step.download)?.artifact).toBe(published?.artifact);
    expect(task(apply)?.inputs?.inlineScript).toBe(`pipelines/apply.sh "$PIPELINE_WORKSPACE/${published?.artifact}"`);
    expect(apply?.dependsOn).toBe("Plan");
    expect(apply?.condition).toContain("eq(variables['Build.SourceBranch'], 'refs/heads/main')");
    expect(valuesOf(apply, "environment")).toEqual(["apply"]);
  });

  test("reads the output of the plan by its stage, job and step", () => {
    const [job] = plan?.jobs ?? [];
    const reference = `dependencies.${plan?.stage}.outputs['${String(job?.job)}.${task(plan)?.name}.changes']`;
    expect(apply?.condition).toContain(`eq(${reference}, 'true')`);
    expect(task(plan)?.inputs?.inlineScript).toContain("variable=changes;isOutput=true]true");
  });

  test("hands the phase to Terraform by the name of the examples' variable", () => {
    expect(task(plan)?.env).toMatchObject({ [`TF_VAR_${PHASE_VARIABLE}`]: "${{ parameters.fanoutPhase }}" });
  });
});

describe("the pipeline of the fan-out", () => {
  const { parameters, stages } = pipeline("cloudtrail-fanout.yml");
  const parameter = (name: string) => parameters?.find((declared) => declared.name === name);

  test("offers the stacks and the phases of the code, without a default", () => {
    expect(parameter("stack")?.values).toEqual(FANOUT_STACKS);
    expect(parameter("phase")?.values).toEqual(PHASES);
    expect(parameter("phase")).not.toHaveProperty("default");
  });

  test("releases with the stack for it, which has no phase", () => {
    const [release, otherwise] = Object.values(stages?.[0]?.parameters ?? {}) as Record<string, string>[];
    expect(Object.keys(stages?.[0]?.parameters ?? {})).toEqual([
      "${{ if eq(parameters.phase, 'release') }}",
      "${{ else }}",
    ]);
    expect(Object.keys(release ?? {})).toEqual(["stack"]);
    expect(FANOUT_STACKS.map((stack) => release?.stack?.replace(EXPRESSION, stack))).toEqual(RELEASE_STACKS);
    expect(otherwise).toEqual({ stack: "${{ parameters.stack }}", fanoutPhase: "${{ parameters.phase }}" });
  });

  test("starts only by hand", () => {
    expect(pipeline("cloudtrail-fanout.yml").trigger).toBe("none");
  });
});

test("check every night with a verb that the command line tool has", () => {
  const { text = "" } = pipelines.get("check.yml") ?? {};
  expect(text).toMatch(/- cron: "\d+ \d+ \* \* \*"/);
  expect(helpOfTheVerbIn(text)).toContain("defender.yaml: Usage: cdktf-defender-for-cloud check [options] <file>");
});
