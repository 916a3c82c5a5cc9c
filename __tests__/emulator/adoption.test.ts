import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import { IamRoles } from "../../modules";
import type { RoleOptionsByRole } from "../../modules";
import { beyondRights } from "../support/rights";
import { ACCOUNT } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";
import type { AwsApi } from "./support/aws-api";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { Terraform } from "./support/terraform";
import { describeWithTools } from "./support/tools";
import { elements, members, text } from "./support/xml";

const CSPM = "CspmMonitorAws";
const SERVERS = "DefenderForCloud-DefenderForServers";
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const OPEN = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };
const TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
};
const policyArn = (name: string) => `arn:aws:iam::${EMULATOR_ACCOUNT}:policy/${name}`;

const ADOPT: RoleOptionsByRole = {
  all: { adoptExisting: true, tags: { owner: "soc" } },
  defenderForServers: { adoptPolicies: ["MicrosoftDefenderForCloud_DefenderForServers"] },
};

/** The roles of two plans. */
function rolesOf(roles: RoleOptionsByRole) {
  const stack = new TerraformStack(testApp(), "stack");
  new AwsProvider(stack, "aws", { region: ACCOUNT.awsRegion });
  new IamRoles(stack, "Roles", {
    awsAccountId: EMULATOR_ACCOUNT,
    awsRegion: ACCOUNT.awsRegion,
    entraTenantId: ACCOUNT.entraTenantId,
    accessLevel: "leastPrivilege",
    plans: { servers: { subPlan: "P1" } },
    roles,
  });
  return synthesized(stack);
}

describeWithTools("taking over the portal's roles with the real provider", (tools) => {
  let emulator: Emulator;
  let aws: AwsApi;
  let terraform: Terraform;

  const iam = (action: string, parameters: Record<string, string>) => aws.query("iam", action, parameters);
  const attached = async (role: string) =>
    elements(await iam("ListAttachedRolePolicies", { RoleName: role }), "PolicyArn");
  const inline = async (role: string) => members(await iam("ListRolePolicies", { RoleName: role }), "PolicyNames");

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    aws = emulator.api(ACCOUNT.awsRegion);
    terraform = new Terraform(tools, emulator);
    for (const name of [CSPM, SERVERS]) {
      await aws.createRole(name, TRUST);
      await iam("AttachRolePolicy", { RoleName: name, PolicyArn: ADMINISTRATOR });
      await iam("PutRolePolicy", { RoleName: name, PolicyName: "portal", PolicyDocument: JSON.stringify(OPEN) });
    }
    const leftPolicy = { PolicyName: "MicrosoftDefenderForCloud_DefenderForServers", Description: "left" };
    await iam("CreatePolicy", { ...leftPolicy, PolicyDocument: JSON.stringify(OPEN) });
    await iam("AttachRolePolicy", { RoleName: SERVERS, PolicyArn: policyArn(leftPolicy.PolicyName) });
  });
  afterAll(async () => {
    terraform.cleanUp();
    await emulator.stop();
  });

  // The tests are the steps of one life.

  test("fails at plan with every role found, and changes nothing", async () => {
    await terraform.load(rolesOf({}));
    await expect(terraform.apply()).rejects.toThrow(new RegExp(`${CSPM}\\n[^]*${SERVERS}\\nNothing has been changed`));
    expect((await aws.listRoles()).map(({ name }) => name).sort()).toEqual([CSPM, SERVERS]);
  });

  test("imports both roles with their policies, creates the others, and replaces nothing", async () => {
    await terraform.load(rolesOf(ADOPT));
    const plan = await terraform.plan();
    expect(plan.counts).toMatchObject({ import: 7, destroy: 0, forget: 0 });
    const taken = plan.changes.find(({ address }) => /attachments_exclusive.*cspmMonitor/.test(address));
    expect(taken).toMatchObject({ action: "update", importing: CSPM });
    expect(await terraform.planned(taken?.address ?? "")).toMatchObject({ before: { policy_arns: [ADMINISTRATOR] } });
    await terraform.apply();
  });

  test("leaves exactly the declared policies", async () => {
    expect(await attached(CSPM)).toEqual([policyArn("CspmMonitorAwsPolicy")]);
    expect(await attached(SERVERS)).toEqual([policyArn("MicrosoftDefenderForCloud_DefenderForServers")]);
    expect([...(await inline(CSPM)), ...(await inline(SERVERS))]).toEqual([]);
    const roles = await aws.listRoles();
    expect(roles.find(({ name }) => name === SERVERS)?.trust).toContain("MicrosoftDefenderForClouds_");
    const document = await iam("GetPolicyVersion", {
      PolicyArn: policyArn("MicrosoftDefenderForCloud_DefenderForServers"),
      VersionId: "v2",
    });
    expect(decodeURIComponent(text(document, "Document"))).toContain("ec2:RevokeSecurityGroupIngress");
  });

  test("plans nothing the second time, also once the options are left out", async () => {
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
    await terraform.load(rolesOf({ all: { adoptExisting: true, tags: { owner: "soc" } } }));
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
  });

  test("replaces a role together with its attachments where the path changes", async () => {
    await terraform.load(rolesOf({ ...ADOPT, all: { ...ADOPT.all, path: "/security/" }, defenderForServers: {} }));
    await terraform.apply();
    expect(await attached(CSPM)).toEqual([policyArn("security/CspmMonitorAwsPolicy")]);
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
  });

  test("fails for a role of one's own that trusts somebody else, and takes it once it is right", async () => {
    const { trust = "" } = (await aws.listRoles()).find(({ name }) => name === CSPM) ?? {};
    await aws.createRole("Own", TRUST);
    const ownRole = { cspmMonitor: { existingRoleArn: `arn:aws:iam::${EMULATOR_ACCOUNT}:role/Own` } };
    await terraform.load(rolesOf({ ...ownRole, all: { path: "/security/" } }));
    await expect(terraform.plan()).rejects.toThrow(
      /roles\.cspmMonitor\.existingRoleArn: .*has no statement that allows/,
    );
    await iam("UpdateAssumeRolePolicy", { RoleName: "Own", PolicyDocument: trust });
    const { changes } = await terraform.plan();
    expect(changes.filter(({ action }) => action === "create")).toEqual([]);
    await iam("DeleteRole", { RoleName: "Own" });
  });

  test("destroys them as roles that it created", async () => {
    await terraform.destroy();
    expect(await terraform.stateList()).toEqual([]);
    expect(await aws.listRoles()).toEqual([]);
  });

  test("needed no right but those of the policies for the deployer", () => {
    const called = emulator.actionsOf(/terraform/i);
    expect(called).toContain("iam:DeleteRolePolicy");
    expect(beyondRights(called, "aws-account-onboarding")).toEqual([]);
  });
});
