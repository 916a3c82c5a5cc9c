import type { AccessLevel, DefenderPlans, MemberIdentityProviderOptions } from "../../modules";
import { AUDIENCES, InputError, MICROSOFT_TENANT_ID } from "../../modules";
import { identityProviderUrl } from "../../modules/plans";
import { compareWithCatalogue, readTemplate, withoutIdentityProvider } from "../../modules/portal-template";
import type { TemplateSelection } from "../../modules/portal-template";
import { rendered } from "../support/member-stack";
import { TENANT } from "../support/organization";
import { SELECTIONS } from "../support/plan-selections";
import { portalTemplate, PROVIDER } from "../support/portal-template";
import type { PortalTemplateJson } from "../support/portal-template";
import { ACCOUNT } from "../support/synth";

const LEVELS: readonly AccessLevel[] = ["default", "leastPrivilege"];
const EVERYTHING = SELECTIONS["all together"] ?? {};

const selection = (plans: DefenderPlans, accessLevel: AccessLevel = "default"): TemplateSelection => ({
  plans,
  accessLevel,
  entraTenantId: ACCOUNT.entraTenantId,
  awsAccountId: ACCOUNT.awsAccountId,
  awsRegion: ACCOUNT.awsRegion,
});

const compare = (template: object, selected: TemplateSelection) =>
  compareWithCatalogue(readTemplate(JSON.stringify(template)), selected);

describe.each(LEVELS)("the catalogue at access level %s", (level) => {
  test.each(Object.keys(SELECTIONS))("does not differ from the same in the portal's form: %s", (name) => {
    const plans = SELECTIONS[name] ?? {};
    expect(compare(portalTemplate(plans, level), selection(plans, level))).toEqual([]);
  });

  // The trust of the role for open-source databases names one account.
  const plans = { ...EVERYTHING, databases: {} };
  const inAnyAccount = { plans, accessLevel: level, entraTenantId: TENANT };
  const ofMembers = (mode: MemberIdentityProviderOptions["mode"]) =>
    compare(rendered({ plans, accessLevel: level, memberIdentityProvider: { mode } }).template, inAnyAccount);

  test.each(["create", "none"] as const)("does not differ from our own member template, mode %s", (mode) => {
    expect(ofMembers(mode)).toEqual([]);
  });

  test("differs from our own member template in mode ensure by what ensures the identity providers", () => {
    expect(ofMembers("ensure").map(({ kind, template }) => [kind, template])).toEqual([
      ["role", "${EnsureIdentityProviderRole}"],
      ["resource", "AWS::Logs::LogGroup"],
      ["resource", "AWS::Lambda::Function"],
      ["resource", "Custom::DefenderForCloudIdentityProvider"],
      ["resource", "Custom::DefenderForCloudIdentityProvider"],
    ]);
  });
});

describe("a template", () => {
  test("is compared without its identity provider, too", () => {
    const text = JSON.stringify(portalTemplate(EVERYTHING));
    const { template } = withoutIdentityProvider(readTemplate(text));
    expect(compareWithCatalogue(template, selection(EVERYTHING))).toEqual([]);
  });

  test("may be in any order, and divide its statements otherwise", () => {
    const template = portalTemplate(EVERYTHING);
    for (const { Properties } of Object.values(template.Resources)) {
      const policies = (Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
      for (const { PolicyDocument } of policies) {
        PolicyDocument.Statement = PolicyDocument.Statement.flatMap((statement) =>
          statement.Action.map((action) => ({ ...reversed(statement), Sid: "Own", Action: action.toUpperCase() })),
        ).reverse() as unknown as Statement[];
      }
      policies.reverse();
    }
    template.Resources = Object.fromEntries(Object.entries(template.Resources).reverse());
    expect(compare(template, selection(EVERYTHING))).toEqual([]);
  });

  test("may have its roles under names of one's own", () => {
    const template = portalTemplate({});
    Object.assign(template.Parameters.CspmMonitorAwsRoleName ?? {}, { Default: "Own" });
    const selected = { ...selection({}), roles: { cspmMonitor: { name: "Own" } } };
    expect(compare(template, selected)).toEqual([]);
    expect(compare(portalTemplate({}), { ...selected, parameters: { CspmMonitorAwsRoleName: "Own" } })).toEqual([]);
  });

  test("may have an external id of its own, but not another one than the selection", () => {
    const externalId = "12121212-3434-4545-8656-787878787878";
    const own = { containers: { auditLogCollection: { externalId } } };
    const generated = { containers: {} };
    expect(compare(portalTemplate(own), selection(own))).toEqual([]);
    expect(compare(portalTemplate(own), selection(generated))).toEqual([]);
    const found = compare(portalTemplate(generated), selection(own));
    expect(found.map(({ kind, subject }) => [kind, subject])).toEqual([
      ["trust", "containersDataCollection"],
      ["trust", "containersDataCollection"],
    ]);
  });
});

/** Every list and every map backwards. */
function reversed<Type>(value: Type): Type {
  if (Array.isArray(value)) {
    return value.map(reversed).reverse() as Type;
  }
  return typeof value === "object" && value !== null && !("Fn::Sub" in value)
    ? (Object.fromEntries(
        Object.entries(value)
          .map(([key, entry]) => [key, reversed<unknown>(entry)])
          .reverse(),
      ) as Type)
    : value;
}

interface Statement {
  Effect: string;
  Action: string[];
  Resource: unknown[];
  Condition?: Record<string, Record<string, string[]>>;
}

const properties = (template: PortalTemplateJson, id: string) => template.Resources[id]?.Properties ?? {};
const statementOf = (template: PortalTemplateJson, id: string): Statement => {
  const [policy] = properties(template, id).Policies as { PolicyDocument: { Statement: Statement[] } }[];
  const [statement] = policy?.PolicyDocument.Statement ?? [];
  if (!statement) {
    throw new Error(`${id} has no statement`);
  }
  return statement;
};
const trustOf = (template: PortalTemplateJson, id: string): Statement => {
  const document = properties(template, id).AssumeRolePolicyDocument as { Statement: [Statement] };
  return document.Statement[0];
};

describe("a planted difference is found, and nothing else:", () => {
  const planted: Readonly<
    Record<string, readonly [plant: (template: PortalTemplateJson) => void, found: readonly object[]]>
  > = {
    "an action more": [
      (template) => statementOf(template, "DefenderForServersRole").Action.push("ec2:NewAction"),
      [{ kind: "permission", subject: "defenderForServers", template: "Allow ec2:NewAction on *" }],
    ],
    "an action more, twice": [
      (template) => statementOf(template, "DefenderForServersRole").Action.push("ec2:NewAction", "ec2:NewAction"),
      [{ kind: "permission", subject: "defenderForServers", template: "Allow ec2:NewAction on *" }],
    ],
    "an action less": [
      (template) => statementOf(template, "DefenderForServersRole").Action.shift(),
      [
        {
          kind: "permission",
          subject: "defenderForServers",
          catalogue: expect.stringMatching(/^Allow ec2:[A-Za-z]+ on \*$/) as string,
        },
      ],
    ],
    "another resource": [
      (template) => {
        statementOf(template, "DefenderForServersRole").Resource = ["arn:aws:ec2:*:*:instance/*"];
        statementOf(template, "DefenderForServersRole").Action.length = 1;
      },
      expect.arrayContaining([
        expect.objectContaining({
          template: expect.stringMatching(/^Allow ec2:[A-Za-z]+ on arn:aws:ec2:\*:\*:instance\/\*$/) as string,
          catalogue: expect.stringMatching(/^Allow ec2:[A-Za-z]+ on \*$/) as string,
        }),
      ]) as readonly object[],
    ],
    "a condition": [
      (template) => {
        const statement = statementOf(template, "CspmMonitorRole");
        statement.Action = ["cur:*"];
        statement.Condition = { StringEquals: { "aws:RequestedRegion": ["eu-central-1"] } };
      },
      expect.arrayContaining([
        {
          kind: "permission",
          subject: "cspmMonitor",
          template: 'Deny cur:* on * if {"StringEquals":{"aws:RequestedRegion":["eu-central-1"]}}',
          catalogue: "Deny cur:* on *",
        },
      ]) as readonly object[],
    ],
    "a managed policy": [
      (template) => {
        properties(template, "CspmMonitorRole").ManagedPolicyArns = ["arn:aws:iam::aws:policy/SecurityAudit"];
      },
      [
        { kind: "managed policy", subject: "cspmMonitor", template: "arn:aws:iam::aws:policy/SecurityAudit" },
        { kind: "managed policy", subject: "cspmMonitor", catalogue: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      ],
    ],
    "an audience in a trust": [
      (template) => {
        Object.assign(trustOf(template, "CspmMonitorRole").Condition?.StringLike ?? {}, {
          [`sts.windows.net/${MICROSOFT_TENANT_ID}/:aud`]: ["api://new"],
        });
      },
      [
        { kind: "trust", subject: "cspmMonitor", template: expect.stringContaining("api://new") as string },
        { kind: "trust", subject: "cspmMonitor", catalogue: expect.stringContaining(AUDIENCES.cspm) as string },
      ],
    ],
    "a trust statement more": [
      (template) => {
        const document = properties(template, "CspmMonitorRole").AssumeRolePolicyDocument as { Statement: object[] };
        document.Statement.push({
          Effect: "Allow",
          Principal: { Service: "x.amazonaws.com" },
          Action: "sts:AssumeRole",
        });
      },
      [{ kind: "trust", subject: "cspmMonitor", template: expect.stringContaining("x.amazonaws.com") as string }],
    ],
    "an audience of the identity provider": [
      (template) => {
        properties(template, PROVIDER).ClientIdList = [AUDIENCES.cspm, "api://new"];
      },
      expect.arrayContaining([
        { kind: "audience", subject: identityProviderUrl(MICROSOFT_TENANT_ID), template: "api://new" },
        { kind: "audience", subject: identityProviderUrl(MICROSOFT_TENANT_ID), catalogue: AUDIENCES.servers },
      ]) as readonly object[],
    ],
    "an identity provider": [
      (template) => {
        template.Resources.New = { Type: "AWS::IAM::OIDCProvider", Properties: { Url: "https://new.example/" } };
      },
      [{ kind: "identity provider", subject: "New", template: "https://new.example/" }],
    ],
    "another name": [
      (template) => Object.assign(template.Parameters.CspmMonitorAwsRoleName ?? {}, { Default: "NewName" }),
      [{ kind: "name", subject: "cspmMonitor", template: "NewName", catalogue: "CspmMonitorAws" }],
    ],
    "a former name without its parameter": [
      (template) => {
        properties(template, "ContainersK8sRole").RoleName = "azuredefender-kubernetes";
      },
      [
        {
          kind: "name",
          subject: "containersK8s",
          template: "azuredefender-kubernetes",
          catalogue: "MDCContainersK8sRole",
        },
      ],
    ],
    "path, boundary and session": [
      (template) =>
        Object.assign(properties(template, "CspmMonitorRole"), {
          Path: "/new/",
          PermissionsBoundary: "arn:aws:iam::aws:policy/ReadOnlyAccess",
          MaxSessionDuration: 7200,
        }),
      [
        { kind: "setting", subject: "cspmMonitor", template: "path /new/", catalogue: "path /" },
        {
          kind: "setting",
          subject: "cspmMonitor",
          template: "permissions boundary arn:aws:iam::aws:policy/ReadOnlyAccess",
        },
        { kind: "setting", subject: "cspmMonitor", template: "longest session in seconds 7200" },
      ],
    ],
    "a role less": [
      (template) => delete template.Resources.SensitiveDataDiscoveryRole,
      [{ kind: "role", subject: "sensitiveDataDiscovery", catalogue: "SensitiveDataDiscovery" }],
    ],
    "a role that nobody knows": [
      (template) => {
        template.Resources.New = { Type: "AWS::IAM::Role", Properties: { RoleName: "DefenderForCloud-New" } };
      },
      [{ kind: "role", subject: "New", template: "DefenderForCloud-New" }],
    ],
    "a resource that nobody knows": [
      (template) => {
        template.Resources.New = { Type: "AWS::Lambda::Function", Properties: {} };
      },
      [{ kind: "resource", subject: "New", template: "AWS::Lambda::Function" }],
    ],
    "a statement that only a stack resolves": [
      (template) => {
        const [policy] = properties(template, "CspmMonitorRole").Policies as {
          PolicyDocument: { Statement: object[] };
        }[];
        policy?.PolicyDocument.Statement.push({ "Fn::If": ["X", {}, {}] });
      },
      [{ kind: "unresolved", subject: "cspmMonitor", template: '{"Fn::If":["X",{},{}]}' }],
    ],
  };
  test.each(Object.keys(planted))("%s", (name) => {
    const [plant, found] = planted[name] ?? [];
    const template = portalTemplate(EVERYTHING);
    plant?.(template);
    expect(compare(template, selection(EVERYTHING))).toEqual(found);
  });

  test("a role of a plan that is not selected", () => {
    const databases = { sqlServersOnMachines: false };
    const template = portalTemplate({ databases: { ...databases, databasesPosture: true } });
    expect(compare(template, selection({ databases }))).toEqual([
      { kind: "audience", subject: identityProviderUrl(MICROSOFT_TENANT_ID), template: AUDIENCES.databases },
      { kind: "role", subject: "dataSecurityPostureDb", template: "DefenderForCloud-DataSecurityPostureDB" },
    ]);
  });

  test("what the other access level gives", () => {
    const template = portalTemplate({ defenderCspm: {} }, "leastPrivilege");
    const subjects = compare(template, selection({ defenderCspm: {} }, "default")).map(({ subject }) => subject);
    expect(new Set(subjects)).toEqual(
      new Set(["cspmMonitor", "containersAgentlessDiscovery", "containersImageAssessment"]),
    );
  });
});

describe("a selection", () => {
  const template = portalTemplate({});
  test.each<[string, object, string]>([
    ["a prop that does not exist", { plan: {} }, "plan: {} is not allowed; no such prop: did you mean plans?"],
    ["another tenant's form", { entraTenantId: "mine" }, 'entraTenantId: "mine"'],
    ["an access level that does not exist", { accessLevel: "all" }, 'accessLevel: "all"'],
    ["plans that AccountOnboarding refuses", { plans: { servers: {} } }, "plans.servers.subPlan"],
    ["another account's form", { awsAccountId: "1" }, 'awsAccountId: "1"'],
  ])("fails: %s", (_name, wrong, message) => {
    const attempt = () => compare(template, { ...selection({}), ...wrong });
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });
});
