import { AUDIENCES, MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../modules";
import type { CloudFormationTemplate } from "../../modules/member-accounts";
import type { OrganizationOnboardingProps } from "../../modules";
import type { AwsAccount, Stack } from "../../rehearsal";
import { URL } from "../support/identity-provider-function";
import { CIEM, member, rendered, stackIn } from "../support/member-stack";
import { TENANT } from "../support/organization";

const OTHER_TENANT = "22222222-3333-4444-8555-666666666666";

const WITHOUT_CIEM = { plans: { defenderCspm: {} } };
const WITH_CIEM = { plans: { defenderCspm: { ciem: CIEM } } };

let account: AwsAccount;
let stack: Stack;

beforeEach(() => {
  account = member();
  stack = stackIn(account);
});

type Props = Partial<OrganizationOnboardingProps>;

async function create(props: Props): Promise<void> {
  const { template, parameters } = rendered(props);
  await stack.create(template, parameters);
}

async function update(props: Props): Promise<void> {
  const { template, parameters } = rendered(props);
  await stack.update(template, parameters);
}

const url = (tenantId: string) => `https://sts.windows.net/${tenantId}/`;
const clientIds = (tenantId: string) => account.iam.identityProvider(url(tenantId))?.client_id_list;
const providers = () =>
  account.objects
    .all("aws_iam_openid_connect_provider")
    .map(({ id }) => id.split("/")[2])
    .sort();
const ciemTrust = () =>
  account.objects
    .all("aws_iam_role")
    .map(({ attributes }) => attributes.assume_role_policy as string)
    .find((trust) => trust.includes(AUDIENCES.ciem));

describe("an update of a member's stack", () => {
  test("without CIEM takes the audience from its provider", async () => {
    await create(WITH_CIEM);
    expect(clientIds(TENANT)).toEqual([AUDIENCES.ciem]);
    await update(WITHOUT_CIEM);
    expect(clientIds(TENANT)).toEqual([]);
    expect(clientIds(MICROSOFT_TENANT_ID)).toContain(AUDIENCES.cspm);
    expect(ciemTrust()).toBeUndefined();
  });

  test("without CIEM removes only its audience from a provider that someone else uses", async () => {
    account.iam.createIdentityProvider({ url: url(TENANT), clientIds: ["api://theirs"] });
    await create(WITH_CIEM);
    await update(WITHOUT_CIEM);
    expect(clientIds(TENANT)).toEqual(["api://theirs"]);
  });

  test("with CIEM adds its provider", async () => {
    await create(WITHOUT_CIEM);
    await update(WITH_CIEM);
    expect(clientIds(TENANT)).toEqual([AUDIENCES.ciem]);
  });

  test("with another Entra tenant moves CIEM to the provider of that tenant", async () => {
    await create(WITH_CIEM);
    await update({ ...WITH_CIEM, entraTenantId: OTHER_TENANT });
    expect(clientIds(TENANT)).toEqual([]);
    expect(clientIds(OTHER_TENANT)).toEqual([AUDIENCES.ciem]);
    expect(ciemTrust()).toContain(`oidc-provider/sts.windows.net/${OTHER_TENANT}/`);
  });

  test("that deletes it leaves the providers, without audiences and tags", async () => {
    await create(WITH_CIEM);
    await stack.delete();
    const left = account.objects.everything().map(({ type, attributes: { client_id_list, tags } }) => ({
      type,
      client_id_list,
      tags,
    }));
    const provider = { type: "aws_iam_openid_connect_provider", client_id_list: [], tags: {} };
    expect(left).toEqual([provider, provider]);
  });
});

describe("names of roles that change", () => {
  const plans: Props = { plans: { servers: { subPlan: "P1", arcAutoProvisioning: false } } };
  const [posture, servers] = ["Team-Cspm", "Team-Servers"];
  const named = (cspmMonitor: string, defenderForServers: string): Props => ({
    ...plans,
    roles: { cspmMonitor: { name: cspmMonitor }, defenderForServers: { name: defenderForServers } },
  });

  beforeEach(() => create(named(posture, servers)));

  test("are taken where they are free", async () => {
    await update(named("Posture", servers));
    expect(account.iam.roleNames()).toContain("Posture");
    expect(account.iam.roleNames()).not.toContain(posture);
  });

  test.each([
    ["in letter case only", named("team-cspm", servers)],
    ["by an exchange", named(servers, posture)],
    ["to one that another role gives up", named(servers, "Third")],
  ])("fails %s, and the update is rolled back", async (_, props) => {
    const before = account.iam.roleNames();
    await expect(update(props)).rejects.toThrow(/already exists/);
    expect(account.iam.roleNames()).toEqual(before);
  });
});

describe("another mode for the identity provider", () => {
  const ensure: Props = { plans: {}, memberIdentityProvider: { mode: "ensure" } };
  const plain: Props = { plans: {}, memberIdentityProvider: { mode: "create" } };
  const none: Props = { plans: {}, memberIdentityProvider: { mode: "none" } };

  test("create to ensure: keeps the provider, adds to it, and leaves it behind on leaving", async () => {
    await create(plain);
    await update(ensure);
    expect(account.iam.clientIds(URL)).toEqual([AUDIENCES.cspm]);
    await update({ ...ensure, plans: { servers: { subPlan: "P1", arcAutoProvisioning: false } } });
    expect(account.iam.clientIds(URL)).toEqual([AUDIENCES.cspm, AUDIENCES.servers]);
    await stack.delete();
    expect(account.iam.clientIds(URL)).toEqual([AUDIENCES.cspm]);
  });

  test("ensure to create: fails because the provider is there, and touches nothing", async () => {
    account.iam.createIdentityProvider({ url: URL, clientIds: [SENTINEL_AUDIENCE] });
    await create(ensure);
    await expect(update(plain)).rejects.toThrow(/already exists/);
    expect(account.iam.clientIds(URL)).toEqual([SENTINEL_AUDIENCE, AUDIENCES.cspm]);
    await update({ ...ensure, plans: { servers: { subPlan: "P1", arcAutoProvisioning: false } } });
    expect(account.iam.clientIds(URL)).toContain(AUDIENCES.servers);
  });

  test.each([
    ["ensure", ensure],
    ["create", plain],
  ])("%s to none: keeps the provider and the audiences that the stack's roles use", async (_, before) => {
    await create(before);
    await update(none);
    await stack.delete();
    expect(account.iam.clientIds(URL)).toEqual([AUDIENCES.cspm]);
  });

  test.each([
    ["ensure", ensure],
    ["create", plain],
  ])("none to %s: creates the provider where it is missing", async (_, after) => {
    await create(none);
    await update(after);
    expect(account.iam.clientIds(URL)).toEqual([AUDIENCES.cspm]);
  });

  test("create with another tenant: keeps the provider of the former", async () => {
    await create({ ...WITH_CIEM, memberIdentityProvider: { mode: "create" } });
    await update({ ...WITH_CIEM, memberIdentityProvider: { mode: "create" }, entraTenantId: OTHER_TENANT });
    expect(providers()).toEqual([TENANT, OTHER_TENANT, MICROSOFT_TENANT_ID].sort());
  });

  test("create with another plan: changes the audiences in place", async () => {
    await create(plain);
    await update({ ...plain, plans: { servers: { subPlan: "P1", arcAutoProvisioning: false } } });
    expect(account.iam.clientIds(URL)).toEqual([AUDIENCES.cspm, AUDIENCES.servers]);
  });
});

describe("CloudFormation as it is rehearsed", () => {
  test("refuses another type of resource under the same logical id, before it changes anything", async () => {
    const log = (name: string): CloudFormationTemplate["Resources"][string] => ({
      Type: "AWS::Logs::LogGroup",
      Properties: { LogGroupName: name },
    });
    await stack.create({ Resources: { First: log("first"), Second: log("second") } }, {});
    const change = { First: log("renamed"), Second: { ...log("second"), Type: "AWS::IAM::Role" } };
    await expect(stack.update({ Resources: change }, {})).rejects.toThrow(
      "Update of resource type is not permitted. The new template modifies resource type of the following resources: [Second]",
    );
    expect(account.objects.all("aws_cloudwatch_log_group").map(({ attributes }) => attributes.name)).toEqual([
      "first",
      "second",
    ]);
  });
});
