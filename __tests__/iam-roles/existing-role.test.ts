import { AUDIENCES, IamRoles, MICROSOFT_TENANT_ID } from "../../modules";
import type { IamRolesProps } from "../../modules";
import { emptyScenario } from "../../rehearsal";
import type { Clouds } from "../../rehearsal";
import { CIEM } from "../support/plan-selections";
import { ACCOUNT, synth } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const ISSUER = `sts.windows.net/${MICROSOFT_TENANT_ID}/`;
const PROVIDER = `arn:aws:iam::${ACCOUNT.awsAccountId}:oidc-provider/${ISSUER}`;
const SESSION = `MicrosoftDefenderForClouds_${ACCOUNT.entraTenantId}`;
const arn = (name: string) => `arn:aws:iam::${ACCOUNT.awsAccountId}:role/${name}`;

let clouds: Clouds;

beforeEach(() => {
  clouds = emptyScenario();
});
afterEach(stopRehearsals);

function start(roles: IamRolesProps["roles"], plans: IamRolesProps["plans"] = {}) {
  const { awsAccountId, awsRegion, entraTenantId } = ACCOUNT;
  const stack = synth(
    (scope) =>
      new IamRoles(scope, "Roles", {
        ...{ awsAccountId, awsRegion, entraTenantId, plans },
        accessLevel: "default",
        ...(roles ? { roles } : {}),
      }),
  );
  return rehearse({ ...clouds, stack });
}

/** A trust as a person writes it: texts in the place of lists, keys in any letter case. */
function trust(condition: object, statement: object = {}): object {
  return {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Federated: PROVIDER },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: condition,
      ...statement,
    },
  };
}

const right = { [`${ISSUER}:AUD`]: AUDIENCES.cspm, "sts:roleSessionName": [SESSION, "another"] };

describeWithTerraform("a role that exists already", () => {
  const cspmMonitor = { existingRoleArn: arn("Own") };

  test.each([
    ["one operator", trust({ StringEquals: right })],
    [
      "two operators",
      trust({ StringLike: { [`${ISSUER}:aud`]: AUDIENCES.cspm }, StringEquals: { "sts:RoleSessionName": SESSION } }),
    ],
    [
      "the action in another letter case",
      trust({ StringEquals: right }, { Action: ["STS:assumerolewithwebidentity"] }),
    ],
    ["an action with a wildcard", trust({ StringEquals: right }, { Action: "sts:AssumeRole*" })],
    ["every action", trust({ StringEquals: right }, { Action: "*" })],
    ["a condition that any value may meet", trust({ "ForAnyValue:StringEquals": right })],
    [
      "another statement beside",
      {
        Version: "2012-10-17",
        Statement: [trust({}, { Principal: { Service: "ec2.amazonaws.com" } }), trust({ StringEquals: right })].map(
          (document) => (document as { Statement: object }).Statement,
        ),
      },
    ],
  ])("is used where its trust names provider, audience and session name: %s", async (_, assumeRolePolicy) => {
    clouds.aws.caller.iam.createRole({ name: "Own", assumeRolePolicy });
    const rehearsal = await start({ cspmMonitor });
    expect((await rehearsal.plan()).counts).toMatchObject({ add: 0 });
  });

  test("is found by a name with characters that mean something in a pattern", async () => {
    const name = "Own+team.a";
    clouds.aws.caller.iam.createRole({ name, assumeRolePolicy: trust({ StringEquals: right }) });
    const rehearsal = await start({ cspmMonitor: { existingRoleArn: arn(name) } });
    expect((await rehearsal.plan()).counts).toMatchObject({ add: 0 });
  });

  test("fails where it is missing", async () => {
    const rehearsal = await start({ cspmMonitor });
    await expect(rehearsal.plan()).rejects.toThrow(
      /roles\.cspmMonitor\.existingRoleArn[^]*role\/Own. does\s+not exist/,
    );
  });

  test("fails where the role of that name has another path", async () => {
    clouds.aws.caller.iam.createRole({ name: "Own", assumeRolePolicy: trust({ StringEquals: right }), path: "/team/" });
    const rehearsal = await start({ cspmMonitor });
    await expect(rehearsal.plan()).rejects.toThrow(
      /roles\.cspmMonitor\.existingRoleArn[^]*role\/Own. does\s+not exist/,
    );
  });

  test.each([
    [
      "another tenant's session name",
      trust({ StringEquals: { ...right, "sts:roleSessionName": "MicrosoftDefenderForClouds_other" } }),
    ],
    ["any session name", trust({ StringLike: { ...right, "sts:roleSessionName": "*" } })],
    ["no session name", trust({ StringEquals: { [`${ISSUER}:aud`]: AUDIENCES.cspm } })],
    ["another audience", trust({ StringEquals: { ...right, [`${ISSUER}:AUD`]: AUDIENCES.servers } })],
    ["a condition that excludes the caller", trust({ StringNotEquals: right })],
    ["a condition that holds without the key", trust({ StringEqualsIfExists: right })],
    ["another provider", trust({ StringEquals: right }, { Principal: { Federated: `${PROVIDER}other` } })],
    ["nobody", trust({ StringEquals: right }, { Effect: "Deny" })],
    ["it to tag its session alone", trust({ StringEquals: right }, { Action: "sts:TagSession" })],
    ["it with SAML alone", trust({ StringEquals: right }, { Action: ["sts:AssumeRoleWithSAML", "sts:AssumeRole"] })],
    ["it for all but some actions", trust({ StringEquals: right }, { Action: undefined, NotAction: "sts:TagSession" })],
    ["all but some principals", trust({ StringEquals: right }, { Principal: undefined, NotPrincipal: { AWS: "1" } })],
    ["everyone", trust({ StringEquals: right }, { Principal: "*" })],
    ["a service of the provider's name", trust({ StringEquals: right }, { Principal: { Service: PROVIDER } })],
    [
      "the provider of another partition",
      trust({ StringEquals: right }, { Principal: { Federated: PROVIDER.replace("aws", "aws-cn") } }),
    ],
    ["a condition for all values, which holds without the key", trust({ "ForAllValues:StringEquals": right })],
    [
      "a wildcard in the middle",
      trust({ StringLike: { ...right, "sts:RoleSessionName": SESSION.replace("2", "*"), "sts:roleSessionName": "x" } }),
    ],
    ["a condition on an ARN", trust({ ArnEquals: right })],
    ["nobody yet, as its policy is empty", { Version: "2012-10-17", Statement: [] }],
  ])("fails where it trusts %s", async (_, assumeRolePolicy) => {
    clouds.aws.caller.objects.put(
      "aws_iam_role",
      "Own",
      { id: "Own", name: "Own", path: "/", arn: arn("Own"), assume_role_policy: JSON.stringify(assumeRolePolicy) },
      0,
    );
    const rehearsal = await start({ cspmMonitor });
    await expect(rehearsal.plan()).rejects.toThrow(/roles\.cspmMonitor\.existingRoleArn[^]*no[^]*statement/);
  });

  test("is no obstacle to a destroy once it is gone", async () => {
    clouds.aws.caller.iam.createRole({ name: "Own", assumeRolePolicy: trust({ StringEquals: right }) });
    const rehearsal = await start({ cspmMonitor }, { servers: { subPlan: "P1" } });
    await rehearsal.apply();
    clouds.aws.caller.objects.delete("aws_iam_role", "Own");
    await rehearsal.destroy();
    expect(clouds.aws.caller.iam.roleNames()).toEqual([]);
  });

  test("fails where it must trust another role, and does not", async () => {
    clouds.aws.caller.iam.createRole({
      name: "Discovery",
      assumeRolePolicy: trust({}, { Principal: { AWS: "arn:aws:iam::111122223333:root" } }),
    });
    const rehearsal = await start(
      { ciemDiscovery: { existingRoleArn: arn("Discovery") } },
      { defenderCspm: { ciem: CIEM } },
    );
    await expect(rehearsal.plan()).rejects.toThrow(/roles\.ciemDiscovery\.existingRoleArn/);
  });
});
