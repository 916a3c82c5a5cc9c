import type { DefenderPlans, PolicyStatement, RoleOptionsByRole } from "../../modules";
import { AUDIENCES, InputError } from "../../modules";
import { compareWithCatalogue, readTemplate, takeOver } from "../../modules/portal-template";
import type { TakenOver, TemplateSelection } from "../../modules/portal-template";
import { CIEM, OPEN_SOURCE_DATABASES, SELECTIONS } from "../support/plan-selections";
import { portalTemplate } from "../support/portal-template";
import type { PortalTemplateJson } from "../support/portal-template";
import { ACCOUNT } from "../support/synth";

const selection = (plans: DefenderPlans): TemplateSelection => ({
  plans,
  accessLevel: "leastPrivilege",
  entraTenantId: ACCOUNT.entraTenantId,
  awsAccountId: ACCOUNT.awsAccountId,
  awsRegion: ACCOUNT.awsRegion,
});

const read = (template: object) => readTemplate(JSON.stringify(template));
const taken = (template: object, plans: DefenderPlans = {}): TakenOver => takeOver(read(template), selection(plans));
const NOTHING = { plans: {}, roles: {}, cloudTrailReaderRoleArns: [], leftOut: [] };

/** A template for foundational CSPM alone, whose one role has the statements given besides its own. */
function withStatements(...statements: readonly object[]): PortalTemplateJson {
  const template = portalTemplate({}, "leastPrivilege");
  const policies = template.Resources.CspmMonitorRole?.Properties.Policies as object[];
  policies.push({ PolicyName: "New", PolicyDocument: { Version: "2012-10-17", Statement: statements } });
  return template;
}

describe("what the catalogue lacks", () => {
  test("is nothing where the template has nothing more", () => {
    const plans = { ...SELECTIONS["all together"], defenderCspm: {}, databases: {} };
    expect(taken(portalTemplate(plans, "leastPrivilege"), plans)).toEqual(NOTHING);
  });

  test("is taken over as additional statements: few, in the account's terms, and then there is no difference left", () => {
    const condition = { StringLike: { "s3:prefix": "${aws:username}/*" } };
    const template = withStatements(
      { Effect: "Allow", Action: ["a:One", "a:Two", "iam:GetRole"], Resource: "*" },
      { Effect: "Allow", Action: "a:Three", Resource: "*" },
      {
        Effect: "Allow",
        Action: ["s3:GetObject"],
        Resource: { "Fn::Sub": "arn:${AWS::Partition}:s3:::new-${AWS::AccountId}/*" },
      },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: ["arn:aws:s3:::a", "arn:aws:s3:::b"],
        Condition: condition,
      },
      { Effect: "Deny", Action: "a:Four", Resource: "*" },
    );
    const { roles, leftOut } = taken(template);
    expect(leftOut).toEqual([]);
    expect(roles).toEqual<RoleOptionsByRole>({
      cspmMonitor: {
        additionalStatements: [
          { Effect: "Allow", Action: ["a:One", "a:Two", "a:Three"], Resource: ["*"] },
          { Effect: "Allow", Action: ["s3:GetObject"], Resource: [`arn:aws:s3:::new-${ACCOUNT.awsAccountId}/*`] },
          {
            Effect: "Allow",
            Action: ["s3:ListBucket"],
            Resource: ["arn:aws:s3:::a", "arn:aws:s3:::b"],
            Condition: { StringLike: { "s3:prefix": ["${aws:username}/*"] } },
          },
          { Effect: "Deny", Action: ["a:Four"], Resource: ["*"] },
        ],
      },
    });
    expect(compareWithCatalogue(read(template), { ...selection({}), roles })).toEqual([]);
  });

  test("includes names, settings and managed policies of the roles", () => {
    const template = portalTemplate({}, "leastPrivilege");
    Object.assign(template.Resources.CspmMonitorRole?.Properties ?? {}, {
      RoleName: { Ref: "CspmMonitorAwsRoleName" },
      Path: "/security/",
      MaxSessionDuration: 7200,
      PermissionsBoundary: { "Fn::Sub": "arn:aws:iam::${AWS::AccountId}:policy/Boundary" },
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/SecurityAudit"],
    });
    Object.assign(template.Parameters.CspmMonitorAwsRoleName ?? {}, { Default: "Own" });
    const { roles } = taken(template);
    expect(roles).toEqual<RoleOptionsByRole>({
      cspmMonitor: {
        name: "Own",
        path: "/security/",
        permissionsBoundaryArn: `arn:aws:iam::${ACCOUNT.awsAccountId}:policy/Boundary`,
        maxSessionDurationSeconds: 7200,
        additionalManagedPolicyArns: ["arn:aws:iam::aws:policy/SecurityAudit"],
      },
    });
    expect(compareWithCatalogue(read(template), { ...selection({}), roles })).toEqual([]);
  });

  test("includes trust, resources and audience of the role for open-source databases, which Microsoft does not publish", () => {
    const databases = { sqlServersOnMachines: false };
    const template = portalTemplate(
      { databases: { ...databases, openSourceDatabases: OPEN_SOURCE_DATABASES } },
      "leastPrivilege",
    );
    const role = template.Resources.DataThreatProtectionDbRole?.Properties.Policies as {
      PolicyDocument: { Statement: { Action: string[] }[] };
    }[];
    role[0]?.PolicyDocument.Statement[0]?.Action.push("rds:NewAction");
    const { plans, roles } = taken(template, { databases });
    expect(plans).toEqual({ databases: { openSourceDatabases: OPEN_SOURCE_DATABASES } });
    expect(roles).toEqual({
      dataThreatProtectionDb: {
        additionalStatements: [
          { Effect: "Allow", Action: ["rds:NewAction"], Resource: OPEN_SOURCE_DATABASES.resources },
        ] satisfies PolicyStatement[],
      },
    });
    const completed = { ...selection({ databases: { ...databases, ...plans.databases } }), roles };
    expect(compareWithCatalogue(read(template), completed)).toEqual([]);
  });

  test("includes the readers of CloudTrail logs, and the subject of CIEM's application", () => {
    const template = portalTemplate({ defenderCspm: { ciem: CIEM } }, "leastPrivilege");
    template.Resources.Reader = {
      Type: "AWS::IAM::Role",
      Properties: {
        RoleName: "New-CloudTrail",
        Policies: [
          {
            PolicyName: "p",
            PolicyDocument: { Statement: [{ Effect: "Allow", Action: ["sqs:*", "s3:GetObject"], Resource: "*" }] },
          },
        ],
      },
    };
    const { cloudTrailReaderRoleArns, ciemApplicationSubject } = taken(template, { defenderCspm: {} });
    expect(cloudTrailReaderRoleArns).toEqual([`arn:aws:iam::${ACCOUNT.awsAccountId}:role/New-CloudTrail`]);
    expect(ciemApplicationSubject).toBe(CIEM.applicationSubject);
  });
});

describe("what is left out", () => {
  test("is a permission that the catalogue has under a stricter condition", () => {
    const plans = { servers: { subPlan: "P1" as const } };
    const template = portalTemplate(plans, "leastPrivilege");
    const policies = template.Resources.ArcHostManagementRole?.Properties.Policies as {
      PolicyDocument: { Statement: { Condition?: object }[] };
    }[];
    for (const statement of policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)) {
      delete statement.Condition;
    }
    expect(compareWithCatalogue(read(template), selection(plans)).length).toBeGreaterThan(0);
    const { leftOut, ...rest } = taken(template, plans);
    expect({ ...rest, leftOut: [] }).toEqual(NOTHING);
    expect(leftOut).toContain(
      "arcHostManagement: a permission on iam:AttachRolePolicy, resource *: the catalogue has it under another condition",
    );
  });

  test("is a permission on wider resources that the catalogue has only under a condition", () => {
    const plans = { servers: { subPlan: "P2" as const, arcAutoProvisioning: false } };
    const template = portalTemplate(plans, "leastPrivilege");
    const [policy] = template.Resources.AgentlessScannerRole?.Properties.Policies as {
      PolicyDocument: { Statement: object[] };
    }[];
    policy?.PolicyDocument.Statement.push({ Effect: "Allow", Action: "ec2:DeleteSnapshot", Resource: "*" });
    const { roles, leftOut } = taken(template, plans);
    expect({ roles, leftOut }).toEqual({
      roles: {},
      leftOut: [
        "agentlessScanner: a permission on ec2:DeleteSnapshot, resource *: the catalogue has this action only under a condition",
      ],
    });
  });

  test("is a trust", () => {
    const template = portalTemplate({}, "leastPrivilege");
    Object.assign(template.Resources.CspmMonitorRole?.Properties ?? {}, {
      AssumeRolePolicyDocument: { Statement: [] },
    });
    expect(taken(template)).toEqual(NOTHING);
  });

  test("is what only a stack knows, with the reason", () => {
    const { roles, leftOut } = taken(
      withStatements(
        { Effect: "Allow", Action: "a:One", Resource: { "Fn::GetAtt": ["Topic", "TopicArn"] } },
        { Effect: "Allow", Action: "a:Two", Resource: { "Fn::ImportValue": "x" } },
        { Effect: "Allow", NotAction: "a:*", Resource: "*" },
        { Effect: "Allow", Action: "a:Three", Resource: "*" },
      ),
    );
    expect(roles.cspmMonitor?.additionalStatements?.flatMap(({ Action }) => Action)).toEqual(["a:Three"]);
    expect(leftOut).toEqual([
      "cspmMonitor: a permission on all but a:*, resource *: the catalogue has no NotAction and NotResource",
      "cspmMonitor: ${Topic.TopicArn} is not known: give the parameter, account or region, or write it out",
      "cspmMonitor: Fn::ImportValue is not known: give the parameter, account or region, or write it out",
    ]);
  });
});

test("fails: a trust of the role for open-source databases that lets others in", () => {
  const template = portalTemplate(
    { databases: { openSourceDatabases: { ...OPEN_SOURCE_DATABASES } } },
    "leastPrivilege",
  );
  const document = template.Resources.DataThreatProtectionDbRole?.Properties.AssumeRolePolicyDocument as {
    Statement: { Condition: object }[];
  };
  for (const statement of document.Statement) {
    statement.Condition = {
      StringLike: { "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/:aud": AUDIENCES.databases },
    };
  }
  const attempt = () => taken(template, { databases: {} });
  expect(attempt).toThrow(InputError);
  expect(attempt).toThrow("plans.databases.openSourceDatabases.trustStatements[0].Condition");
});
