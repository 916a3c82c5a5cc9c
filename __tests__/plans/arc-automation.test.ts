import { spawnSync } from "node:child_process";
import { arcAutomation } from "../../modules/plans";
import type { ArcAutomationSettings } from "../../modules/plans";
import { ARC, roleOf, rolesFor } from "../support/account-environment";
import { evaluate, evaluateAssumeRoleTrust } from "../support/policy-evaluator";

const OWN = "AmazonSSMRoleForInstancesMDCSetup";
const SSM_POLICIES = ["AmazonSSMManagedInstanceCore", "AmazonSSMPatchAssociation"];
const plans = { servers: { subPlan: "P2" } } as const;
const { roles, context } = rolesFor(plans, "leastPrivilege");
const account = { ...context, automationRoleArn: context.roleArn("arcHostManagement") };
const automation = (settings: Partial<ArcAutomationSettings> = {}) =>
  arcAutomation(account, { ...ARC, instanceProfileName: "Web", ...settings });
const contentOf = (key: string) =>
  automation().documents.find((document) => document.key === key)?.content as AutomationDocument;
const attach = contentOf("attach");
const update = contentOf("update");

const onOwnRole = [
  `CreateRole ${OWN}`,
  `GetRole ${OWN}`,
  ...SSM_POLICIES.map((policy) => `AttachRolePolicy ${OWN} ${policy}`),
  `CreateInstanceProfile ${OWN}`,
  `AddRoleToInstanceProfile ${OWN} ${OWN}`,
  `AWS-AttachIAMToInstance ${OWN}`,
];
const onExistingRole = [
  "GetInstanceProfile Web",
  ...SSM_POLICIES.map((policy) => `AttachRolePolicy WebServer ${policy}`),
];
/** What the runs find: the script's answer for the instance, and the first role of the profile. */
const found = (profile: string) => ({
  InstanceId: "i-1",
  "getInstanceProfile.Name": profile,
  "getRoleOfInstanceProfile.RoleName": "WebServer",
});
const runs: readonly (readonly [string, AutomationDocument, Answers, string[]])[] = [
  ["no profile", attach, { ...found("NoProfile"), IsPolicyAttachAllowed: "true" }, onOwnRole],
  ["a profile to extend", attach, { ...found("Web"), IsPolicyAttachAllowed: "true" }, onExistingRole],
  ["a profile that must not be changed", attach, { ...found("Web"), IsPolicyAttachAllowed: "false" }, onOwnRole],
  ["a profile that is named", update, { ...found("unused"), InstanceProfile: "Web" }, onExistingRole],
];

describe("the automation for the Arc agent", () => {
  test.each(runs)("for an instance with %s does exactly what the portal's does", (_, document, answers, calls) => {
    expect(run(document, answers).calls.map(inShort)).toEqual(calls);
  });

  test.each(runs)("for an instance with %s calls nothing that its role may not", (_, document, answers) => {
    const policies = roleOf(roles, "arcHostManagement").policies.map((policy) => policy.document);
    for (const { Service, Api, InstanceProfileName: profile, RoleName: role, PolicyArn } of run(document, answers)
      .calls) {
      const request = {
        action: Service === undefined ? "ssm:StartAutomationExecution" : `${Service}:${String(Api)}`,
        resource: `arn:aws:iam::${context.accountId}:${profile ? `instance-profile/${profile}` : `role/${String(role)}`}`,
        principal: { aws: `arn:aws:sts::${context.accountId}:assumed-role/automation/run` },
        context: { "iam:PolicyARN": PolicyArn },
      };
      expect([request, evaluate(policies, request).decision]).toEqual([request, "allowed"]);
    }
  });

  test("continues if role, profile and membership already exist", () => {
    const answers = { ...found("NoProfile"), IsPolicyAttachAllowed: "true" };
    const existing = ["CreateRole", "CreateInstanceProfile", "AddRoleToInstanceProfile"];
    expect(run(attach, answers, existing).calls.map(inShort)).toEqual(onOwnRole);
  });

  test.each(["GetRole", "AttachRolePolicy"])("stops where %s fails", (api) => {
    const { calls } = run(attach, { ...found("NoProfile"), IsPolicyAttachAllowed: "true" }, [api]);
    expect(calls.at(-1)?.Api).toBe(api);
  });

  test("continues only with the role that it looked for", () => {
    const assertion = attach.mainSteps.find(({ action }) => action === "aws:assertAwsResourceProperty");
    expect(assertion?.inputs).toMatchObject({ PropertySelector: "$.Role.RoleName", DesiredValues: [OWN] });
  });

  test.each([
    ["attach", attach],
    ["update", update],
  ])("has no step in document %s that no run comes to", (_, document) => {
    const reached = runs.flatMap(([, of, answers]) => (of === document ? run(of, answers).steps : []));
    expect(new Set(reached)).toEqual(new Set(document.mainSteps.map(({ name }) => name)));
  });

  test("never takes the place of a profile that an instance has", () => {
    const attachment = attach.mainSteps.find(({ action }) => action === "aws:executeAutomation");
    expect(attachment).toMatchObject({
      maxAttempts: 10,
      timeoutSeconds: 60,
      inputs: {
        RuntimeParameters: {
          RoleName: OWN,
          ForceReplace: false,
          InstanceId: "{{ InstanceId }}",
          AutomationAssumeRole: "{{ AutomationAssumeRole }}",
        },
      },
    });
  });

  test("runs its script on a Python that Systems Manager supports", () => {
    expect(attach.mainSteps[0]?.inputs.Runtime).toBe("python3.11");
  });

  test("allows only EC2 to assume the role that it creates", () => {
    const role = attach.mainSteps.find(({ inputs }) => inputs.Api === "CreateRole")?.inputs;
    expect(role?.Path).toBe("/");
    expect(JSON.parse(String(role?.AssumeRolePolicyDocument))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: ["ec2.amazonaws.com"] },
          Action: ["sts:AssumeRole"],
          Condition: { StringEqualsIfExists: { "aws:SourceAccount": [context.accountId] } },
        },
      ],
    });
    const trust = String(role?.AssumeRolePolicyDocument);
    const enters = (sourceAccount?: string, service = "ec2.amazonaws.com") =>
      evaluateAssumeRoleTrust(trust, { service }, sourceAccount === undefined ? {} : { sourceAccount }).decision;
    expect([enters(), enters(context.accountId)]).toEqual(["allowed", "allowed"]);
    expect([enters("999988887777"), enters(undefined, "lambda.amazonaws.com")]).toEqual([
      "implicitlyDenied",
      "implicitlyDenied",
    ]);
  });

  test("assumes its own role, never that of the caller", () => {
    for (const { content } of automation().documents) {
      expect(content).toMatchObject({ schemaVersion: "0.3", assumeRole: "{{ AutomationAssumeRole }}" });
    }
    for (const { parameters } of automation().associations) {
      expect(parameters.AutomationAssumeRole).toBe(context.roleArn("arcHostManagement"));
    }
  });

  test("is given every parameter that its documents declare, and no other", () => {
    const { documents, associations } = automation();
    for (const { documentName, parameters, targetParameter } of associations) {
      const content = documents.find(({ name }) => name === documentName)?.content as AutomationDocument;
      expect(Object.keys(content.parameters).sort()).toEqual([...Object.keys(parameters), targetParameter].sort());
    }
  });

  test.each([true, false])("attaches to the roles of existing profiles only where that is allowed: %s", (allowed) => {
    const { associations } = automation({ configurationId: "Own", attachToExistingProfiles: allowed });
    expect(associations[0]?.parameters.IsPolicyAttachAllowed).toBe(String(allowed));
  });

  test("has names that Systems Manager does not reserve, with the configuration id", () => {
    for (const { name } of automation().documents) {
      expect(name).toMatch(/^(?!aws|amazon|amzn)[\w.-]{3,128}-MDCSetup$/i);
    }
  });
});

const python = spawnSync("python3", ["--version"]).status === 0;
if (!python) {
  process.stderr.write("python3 is not on the PATH: the tests of the automation's script are skipped\n");
}

(python ? describe : describe.skip)("the script that looks at an instance", () => {
  const [step] = attach.mainSteps;
  const { Handler, Script } = step?.inputs ?? {};
  const [, answer = ""] = /^\$\.Payload\.(\w+)$/.exec(step?.outputs?.[0]?.Selector ?? "") ?? [];
  const answerFor = (instance: object) => {
    const ec2 = `lambda InstanceIds: {"Reservations": [{"Instances": [${JSON.stringify(instance)}]}]}`;
    const { stdout, stderr } = spawnSync("python3", [
      "-c",
      `import sys, types
ec2 = types.SimpleNamespace(describe_instances=${ec2})
sys.modules["boto3"] = types.SimpleNamespace(client={"ec2": ec2}.get)
${String(Script)}
print(${String(Handler)}({"InstanceId": "i-1"}, None)["${answer}"], end="")`,
    ]);
    return stdout.toString() || stderr.toString();
  };

  test("answers with what the branch takes for no profile", () => {
    expect(answerFor({})).toBe("NoProfile");
  });

  test("answers with the name of a profile, without its path", () => {
    const Arn = `arn:aws:iam::${context.accountId}:instance-profile/team/Web`;
    expect(answerFor({ IamInstanceProfile: { Arn } })).toBe("Web");
  });
});

type Answers = Readonly<Record<string, string>>;
type Call = Readonly<Record<string, string | undefined>>;

interface Step {
  readonly name: string;
  readonly action: string;
  readonly onFailure?: string;
  readonly nextStep?: string;
  readonly isEnd?: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs?: readonly { readonly Name: string; readonly Selector: string }[];
}

interface AutomationDocument {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly mainSteps: readonly Step[];
}

/** Walks a document as Systems Manager does: which steps it comes to, and which calls it makes. */
function run(document: AutomationDocument, answers: Answers, failing: readonly string[] = []) {
  const readable = new Set(Object.keys(document.parameters));
  const value = (variable: string): string => {
    if (!readable.has(variable)) throw new Error(`nothing sets {{ ${variable} }}`);
    return answers[variable] ?? "";
  };
  const calls: Call[] = [];
  const steps: string[] = [];
  for (let name = document.mainSteps[0]?.name; name !== undefined;) {
    const index = document.mainSteps.findIndex((candidate) => candidate.name === name);
    const step = document.mainSteps[index];
    if (!step || steps.includes(name)) throw new Error(`no step ${name}, or a second visit`);
    steps.push(name);
    step.outputs?.forEach((output) => readable.add(`${step.name}.${output.Name}`));
    const text = JSON.stringify(step.inputs).replaceAll(/\{\{ ([\w.]+) \}\}/g, (_, variable: string) =>
      value(variable),
    );
    const inputs = JSON.parse(text) as Call & {
      readonly Choices: readonly { readonly Variable: string; readonly StringEquals: string; NextStep: string }[];
      readonly RuntimeParameters: Call;
    };
    name = step.isEnd ? undefined : (step.nextStep ?? document.mainSteps[index + 1]?.name);
    switch (step.action) {
      case "aws:branch":
        name = inputs.Choices.find((choice) => choice.Variable === choice.StringEquals)?.NextStep ?? inputs.Default;
        break;
      case "aws:executeAwsApi":
      case "aws:assertAwsResourceProperty":
        calls.push(inputs);
        if (failing.includes(inputs.Api ?? "") && step.onFailure !== "Continue") return { calls, steps };
        break;
      case "aws:executeAutomation":
        calls.push({ Api: inputs.DocumentName, RoleName: inputs.RuntimeParameters.RoleName });
        break;
      case "aws:executeScript":
        break;
      default:
        throw new Error(`unknown action ${step.action}`);
    }
  }
  return { calls, steps };
}

function inShort({ Api, InstanceProfileName, RoleName, PolicyArn }: Call): string {
  return [Api, InstanceProfileName, RoleName, PolicyArn?.split(":policy/")[1]].filter(Boolean).join(" ");
}
