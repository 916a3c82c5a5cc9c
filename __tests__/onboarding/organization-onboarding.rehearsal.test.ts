import { ManagementAccount } from "../../examples/management-account";
import { SENTINEL_AUDIENCE } from "../../modules";
import type { OrganizationOnboardingProps } from "../../modules";
import { AwsCloud, AzureCloud, type Plan, type Rehearsal, type StackJson } from "../../rehearsal";
import { rolesIn } from "../support/account-contents";
import { trustOf, URL } from "../support/identity-provider-function";
import {
  accountStack,
  ALL_PLANS,
  MANAGEMENT,
  organizationClouds,
  organizationStack,
  REGION,
  ROOT,
  SANDBOX,
  SUBSCRIPTION,
  TENANT,
  WORKLOADS,
} from "../support/organization";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";
import { synthesized, testApp } from "../support/test-app";

const WITH_SENTINEL = "222222222222";
const MEMBER = "333333333333";
const EXCLUDED = "444444444444";
const SUSPENDED = "555555555555";
const LATER = "666666666666";
const INSTANCES = "aws_cloudformation_stack_set_instance";

afterEach(stopRehearsals);

type Clouds = ReturnType<typeof organizationClouds>;

/** An organization of five accounts: one reads CloudTrail with Sentinel already, one will be excluded, one is suspended. */
async function fiveAccounts(props: Parameters<typeof organizationClouds>[0] = {}): Promise<Clouds> {
  const clouds = organizationClouds(props);
  await clouds.organization.addAccount(WITH_SENTINEL, WORKLOADS);
  await clouds.organization.addAccount(MEMBER, SANDBOX);
  await clouds.organization.addAccount(EXCLUDED, SANDBOX);
  await clouds.organization.addAccount(SUSPENDED, WORKLOADS);
  clouds.organization.suspendAccount(SUSPENDED);
  const { iam } = clouds.aws.account(WITH_SENTINEL);
  const provider = iam.createIdentityProvider({ url: URL, clientIds: [SENTINEL_AUDIENCE] });
  iam.createRole({ name: "OIDC_Sentinel", assumeRolePolicy: trustOf(provider.arn as string, SENTINEL_AUDIENCE) });
  return clouds;
}

function start({ aws, azure }: Pick<Clouds, "aws" | "azure">, stack: StackJson): Promise<Rehearsal> {
  return rehearse({ aws, azure, stack });
}

/** Most of what happens does not depend on the plans: foundational CSPM is quick to rehearse. */
function stackWith(props: Partial<OrganizationOnboardingProps> = {}): StackJson {
  return organizationStack({ plans: {}, excludedAccountIds: [EXCLUDED], ...props });
}

/** What a plan does to anything, by address. */
function actions({ changes }: Plan): Record<string, string> {
  return Object.fromEntries(
    changes
      .filter(({ change: { actions: planned } }) => !["no-op", "read"].includes(planned.join()))
      .map(({ address, change: { actions: planned } }) => [
        address.replace(/_[0-9A-F]{8}\b/, "").replace("Onboarding_", ""),
        planned.join(),
      ]),
  );
}

/** What Terraform says, without the line breaks that it makes. */
async function refusal(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "",
    (error: unknown) => String(error).replaceAll(/\s+/g, " "),
  );
}

/** What `--deployment-targets OrganizationalUnitIds=...,Accounts=...,AccountFilterType=INTERSECTION` says. */
function accountsBelow(target: string, ...accounts: string[]) {
  return {
    stack_set_name: "DefenderForCloud",
    deployment_targets: [{ organizational_unit_ids: [target], accounts, account_filter_type: "INTERSECTION" }],
  };
}

const audiencesIn = (aws: AwsCloud, accountId: string) => aws.account(accountId).iam.clientIds(URL).sort();
/** What a stack that went leaves in an account where nothing was before. */
function expectOnlyProvider(aws: AwsCloud, accountId: string, audiences: readonly string[] = []): void {
  const left = aws.account(accountId).objects.everything();
  expect(left.map(({ type, attributes }) => [type, attributes.client_id_list, attributes.tags])).toEqual([
    ["aws_iam_openid_connect_provider", audiences, {}],
  ]);
}

const roleNames = (aws: AwsCloud, accountId: string) => rolesIn(aws.account(accountId)).map(({ name }) => name);

describeWithTerraform("an organization of five accounts", () => {
  test("ends with every selected member holding exactly what the standalone module makes there", async () => {
    const { aws, azure } = await fiveAccounts();
    const externalId = "99999999-8888-4777-8666-555555555555";
    const plans = { ...ALL_PLANS, containers: { auditLogCollection: { externalId } } };
    const rehearsal = await start({ aws, azure }, organizationStack({ plans, excludedAccountIds: [EXCLUDED] }));
    await rehearsal.apply();

    const alone = new AwsCloud({ callerAccountId: MEMBER, region: REGION });
    const azureAlone = new AzureCloud({ aws: alone, subscriptionId: SUBSCRIPTION, resourceGroups: ["security"] });
    const standalone = accountStack({ plans, awsAccountId: MEMBER });
    await (await start({ aws: alone, azure: azureAlone }, standalone)).apply();
    expect(rolesIn(alone.caller)).toHaveLength(13);
    expect(rolesIn(aws.account(MEMBER))).toEqual(rolesIn(alone.caller));
    expect(audiencesIn(aws, MEMBER)).toEqual(audiencesIn(alone, MEMBER));

    // Sentinel's account has Sentinel's role besides, and both its own audience and Defender's.
    const names = roleNames(alone, MEMBER);
    expect(roleNames(aws, WITH_SENTINEL)).toEqual([...names, "OIDC_Sentinel"].sort((a, b) => a.localeCompare(b)));
    expect(audiencesIn(aws, WITH_SENTINEL)).toEqual(audiencesIn(alone, MEMBER));
    expect(audiencesIn(aws, WITH_SENTINEL)).toContain(SENTINEL_AUDIENCE);
    expect(aws.account(EXCLUDED).objects.everything()).toEqual([]);
    expect(aws.account(SUSPENDED).objects.everything()).toEqual([]);

    expect(aws.log.at(-1)?.operation).toBe("PUT Microsoft.Security/securityConnectors");
    expect(azure.connectors.get("organization")?.properties.environmentData?.organizationalData).toEqual({
      organizationMembershipType: "Organization",
      stacksetName: "DefenderForCloud",
      excludedAccountIds: [EXCLUDED],
    });
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("follows accounts that join, move out and move back, without Terraform", async () => {
    const { aws, azure, organization } = await fiveAccounts();
    const rehearsal = await start({ aws, azure }, stackWith({ targets: [WORKLOADS] }));
    await rehearsal.apply();
    expect(aws.stackSets.accountsOf("DefenderForCloud")).toEqual([WITH_SENTINEL]);

    await organization.addAccount(LATER, WORKLOADS);
    expect(roleNames(aws, LATER)).toEqual(["CspmMonitorAws"]);
    await organization.moveAccount(LATER, SANDBOX);
    expectOnlyProvider(aws, LATER);
    await organization.moveAccount(LATER, WORKLOADS);
    expect(roleNames(aws, LATER)).toEqual(["CspmMonitorAws"]);
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("keeps the stack of an account that leaves where that is said", async () => {
    const { aws, azure, organization } = await fiveAccounts();
    const stack = stackWith({ targets: [WORKLOADS], retainStacksOnAccountRemoval: true });
    await (await start({ aws, azure }, stack)).apply();
    await organization.moveAccount(WITH_SENTINEL, SANDBOX);
    expect(roleNames(aws, WITH_SENTINEL)).toEqual(["CspmMonitorAws", "OIDC_Sentinel"]);
  });

  test("brings another plan to the members in place", async () => {
    const { aws, azure } = await fiveAccounts();
    const rehearsal = await start({ aws, azure }, stackWith());
    await rehearsal.apply();
    await rehearsal.updateStack(stackWith({ plans: { servers: { subPlan: "P1", arcAutoProvisioning: false } } }));
    const plan = await rehearsal.plan();
    expect(actions(plan)["aws_cloudformation_stack_set.Members_StackSet"]).toBe("update");
    await rehearsal.apply(plan);
    for (const accountId of [MANAGEMENT, MEMBER]) {
      expect(roleNames(aws, accountId)).toEqual(["CspmMonitorAws", "DefenderForCloud-DefenderForServers"]);
      expect(aws.account(accountId).iam.clientIds(URL)).toHaveLength(2);
    }
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("takes the template through a bucket", async () => {
    const { aws, azure } = await fiveAccounts();
    const bucket = { templateBucketName: "templates", createTemplateBucket: true };
    const rehearsal = await start({ aws, azure }, stackWith(bucket));
    await rehearsal.apply();
    expect(roleNames(aws, MEMBER)).toEqual(["CspmMonitorAws"]);
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.updateStack(stackWith({ ...bucket, roles: { all: { maxSessionDurationSeconds: 7200 } } }));
    const plan = await rehearsal.plan();
    const [address = ""] = Object.keys(actions(plan)).filter((key) => key.startsWith("aws_s3_object."));
    expect(actions(plan)[address]).toBe("create,delete");
    const done = aws.log.length;
    await rehearsal.apply(plan);
    expect(rolesIn(aws.account(MEMBER))[0]?.maxSessionDuration).toBe(7200);
    // The StackSet never refers to an object that is gone.
    expect(
      aws.log
        .slice(done)
        .map(({ operation }) => operation)
        .filter((operation) => /Object|StackSet$/.test(operation)),
    ).toEqual(["PutObject", "UpdateStackSet", "DeleteObject"]);
  });
});

describeWithTerraform("a member that cannot be connected", () => {
  test("stops the connector, and is rolled back to what it was", async () => {
    const { aws, azure } = await fiveAccounts();
    aws.account(WITH_SENTINEL).iam.createRole({
      name: "CspmMonitorAws",
      assumeRolePolicy: { Version: "2012-10-17", Statement: [] },
    });
    const before = aws
      .account(WITH_SENTINEL)
      .objects.everything()
      .map(({ attributes }) => attributes);
    const rehearsal = await start({ aws, azure }, stackWith());
    await expect(rehearsal.apply()).rejects.toThrow(
      /operation on StackSet DefenderForCloud FAILED: account 222222222222: .*Role with name CspmMonitorAws already exists/s,
    );
    expect(azure.connectors.all()).toEqual([]);
    expect(
      aws
        .account(WITH_SENTINEL)
        .objects.everything()
        .map(({ attributes }) => attributes),
    ).toEqual(before);
  });

  test("locks the state until it is mended, untainted and deployed again, as the example's README has it", async () => {
    const { aws, azure } = await fiveAccounts();
    const { iam, ...blocked } = aws.account(WITH_SENTINEL);
    iam.createRole({ name: "CspmMonitorAws", assumeRolePolicy: { Version: "2012-10-17", Statement: [] } });
    const rehearsal = await start({ aws, azure }, stackWith());
    await expect(rehearsal.apply()).rejects.toThrow("operation on StackSet DefenderForCloud FAILED");
    // The provider leaves the instance tainted, and Terraform would replace the stacks of every member.
    await expect(rehearsal.plan()).rejects.toThrow("Instance cannot be destroyed");
    expect(aws.stackSets.accountsOf("DefenderForCloud")).toEqual([]);

    blocked.objects.delete("aws_iam_role", "CspmMonitorAws");
    const [instance = ""] = (await rehearsal.stateAddresses()).filter((address) => address.startsWith(INSTANCES));
    await rehearsal.untaint(instance);
    // The account that failed, and the one that CloudFormation did not come to.
    await aws.stackSets.deploy(accountsBelow(ROOT, WITH_SENTINEL, MEMBER));
    const plan = await rehearsal.plan();
    expect(Object.values(actions(plan))).toEqual(["create"]);
    await rehearsal.apply(plan);
    expect(azure.connectors.all()).toHaveLength(1);
    expect(roleNames(aws, WITH_SENTINEL)).toEqual(["CspmMonitorAws", "OIDC_Sentinel"]);
    expect(roleNames(aws, MEMBER)).toEqual(["CspmMonitorAws"]);
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("is avoided by a name of its own, also where a policy of the portal's name is left", async () => {
    const { aws, azure } = await fiveAccounts();
    const member = aws.account(WITH_SENTINEL);
    member.iam.createRole({ name: "CspmMonitorAws", assumeRolePolicy: { Version: "2012-10-17", Statement: [] } });
    member.seed("aws_iam_policy", { name: "CspmMonitorAwsPolicy", path: "/", policy: '{"Statement":[]}' });
    const roles = { all: { adoptExisting: true }, cspmMonitor: { name: "New-CspmMonitorAws" } };
    const rehearsal = await start({ aws, azure }, stackWith({ roles }));
    await rehearsal.apply();
    expect(roleNames(aws, WITH_SENTINEL)).toEqual(["CspmMonitorAws", "New-CspmMonitorAws", "OIDC_Sentinel"]);
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("in mode create, is one with a provider: the stack fails there and Sentinel's provider stays", async () => {
    const { aws, azure } = await fiveAccounts();
    const rehearsal = await start({ aws, azure }, stackWith({ memberIdentityProvider: { mode: "create" } }));
    await expect(rehearsal.apply()).rejects.toThrow(/account 222222222222: .*already exists/s);
    expect(aws.account(WITH_SENTINEL).iam.clientIds(URL)).toEqual([SENTINEL_AUDIENCE]);
  });

  test("is tolerated within the tolerance", async () => {
    const { aws, azure } = await fiveAccounts();
    const rollout = { failureTolerancePercentage: 50 };
    await (await start({ aws, azure }, stackWith({ memberIdentityProvider: { mode: "create" }, rollout }))).apply();
    expect(aws.stackSets.accountsOf("DefenderForCloud")).toEqual([MEMBER]);
    expect(azure.connectors.all()).toHaveLength(1);
  });
});

describeWithTerraform("a change of the selection", () => {
  test("adds a target, and touches no other", async () => {
    const { aws, azure } = await fiveAccounts();
    const rehearsal = await start({ aws, azure }, stackWith({ targets: [WORKLOADS] }));
    await rehearsal.apply();
    await rehearsal.updateStack(stackWith({ targets: [WORKLOADS, SANDBOX] }));
    const plan = await rehearsal.plan();
    expect(actions(plan)).toEqual({ [`${INSTANCES}.Members_Instances["${SANDBOX}"]`]: "create" });
    await rehearsal.apply(plan);
    expect(aws.stackSets.accountsOf("DefenderForCloud")).toEqual([WITH_SENTINEL, MEMBER]);
  });

  test("removes a target only when that is allowed, and touches no other", async () => {
    const { aws, azure } = await fiveAccounts();
    const rehearsal = await start({ aws, azure }, stackWith({ targets: [WORKLOADS, SANDBOX] }));
    await rehearsal.apply();
    await rehearsal.updateStack(stackWith({ targets: [WORKLOADS] }));
    await expect(rehearsal.plan()).rejects.toThrow("Instance cannot be destroyed");
    await rehearsal.updateStack(stackWith({ targets: [WORKLOADS], preventDestroy: false }));
    const plan = await rehearsal.plan();
    expect(actions(plan)).toEqual({ [`${INSTANCES}.Members_Instances["${SANDBOX}"]`]: "delete" });
    await rehearsal.apply(plan);
    expect(aws.stackSets.accountsOf("DefenderForCloud")).toEqual([WITH_SENTINEL]);
  });

  test("excludes another account from the connector, and replaces no stack", async () => {
    const clouds = await fiveAccounts();
    const rehearsal = await start(clouds, stackWith());
    await rehearsal.apply();
    await rehearsal.updateStack(stackWith({ excludedAccountIds: [EXCLUDED, MEMBER] }));
    const plan = await rehearsal.plan();
    expect(actions(plan)).toEqual({ "azapi_resource.Connector": "update" });
    await rehearsal.apply(plan);
    expect(clouds.aws.stackSets.accountsOf("DefenderForCloud")).toEqual([WITH_SENTINEL, MEMBER]);
  });
});

describeWithTerraform("an account that is excluded or taken back later", () => {
  test("loses its stack by hand, and is not missed when everything goes", async () => {
    const { aws, azure } = await fiveAccounts();
    const rehearsal = await start({ aws, azure }, stackWith());
    await rehearsal.apply();
    await rehearsal.updateStack(stackWith({ excludedAccountIds: [EXCLUDED, MEMBER], preventDestroy: false }));
    await rehearsal.apply();
    await aws.stackSets.withdraw(accountsBelow(ROOT, MEMBER));
    expect(aws.stackSets.accountsOf("DefenderForCloud")).toEqual([WITH_SENTINEL]);
    expectOnlyProvider(aws, MEMBER);
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.destroy();
    expect(azure.connectors.all()).toEqual([]);
  });

  test("gets its stack by hand, and keeps the StackSet from going until the stack is deleted by hand", async () => {
    const { aws, azure } = await fiveAccounts();
    const rehearsal = await start({ aws, azure }, stackWith());
    await rehearsal.apply();
    await rehearsal.updateStack(stackWith({ excludedAccountIds: [], preventDestroy: false }));
    const plan = await rehearsal.plan();
    expect(actions(plan)).toEqual({ "azapi_resource.Connector": "update" });
    await rehearsal.apply(plan);
    expect(roleNames(aws, EXCLUDED)).toEqual([]);
    await aws.stackSets.deploy(accountsBelow(ROOT, EXCLUDED));
    expect(roleNames(aws, EXCLUDED)).toEqual(["CspmMonitorAws"]);
    expect((await rehearsal.plan()).empty).toBe(true);

    // Terraform deletes with the list of excluded accounts that it deployed with.
    await expect(rehearsal.destroy()).rejects.toThrow("StackSetNotEmptyException");
    expect(aws.stackSets.accountsOf("DefenderForCloud")).toEqual([EXCLUDED]);
    await aws.stackSets.withdraw(accountsBelow(ROOT, EXCLUDED));
    await rehearsal.destroy();
    expectOnlyProvider(aws, EXCLUDED);
    expect(await rehearsal.stateAddresses()).toEqual([]);
  });
});

describeWithTerraform("leaving", () => {
  test("is refused while the StackSet is protected", async () => {
    const { aws, azure } = await fiveAccounts();
    const rehearsal = await start({ aws, azure }, stackWith());
    await rehearsal.apply();
    await expect(rehearsal.destroy()).rejects.toThrow("Instance cannot be destroyed");
    expect(roleNames(aws, MEMBER)).toEqual(["CspmMonitorAws"]);
    expect(azure.connectors.all()).toHaveLength(1);
  });

  test("removes the roles of every member, and no provider or audience that somebody else uses", async () => {
    const { aws, azure } = await fiveAccounts();
    const before = aws
      .account(WITH_SENTINEL)
      .objects.everything()
      .map(({ id }) => id);
    const stack = stackWith({ plans: { containers: {} }, preventDestroy: false });
    const rehearsal = await start({ aws, azure }, stack);
    await rehearsal.apply();
    expect(aws.account(WITH_SENTINEL).iam.clientIds(URL).length).toBeGreaterThan(1);
    const plan = await rehearsal.plan({ destroy: true });
    expect(
      plan.changes
        .filter(({ type }) => type === INSTANCES)
        .map(
          ({
            change: {
              actions: [action],
            },
          }) => action,
        ),
    ).toEqual(["delete"]);
    await rehearsal.apply(plan);
    // Its audience of Sentinel came with Defender for Containers, and stays: Sentinel may be about to connect.
    expectOnlyProvider(aws, MEMBER, [SENTINEL_AUDIENCE]);
    expect(aws.account(MANAGEMENT).objects.everything()).toEqual([]);
    expect(
      aws
        .account(WITH_SENTINEL)
        .objects.everything()
        .map(({ id }) => id),
    ).toEqual(before);
    expect(aws.account(WITH_SENTINEL).iam.clientIds(URL)).toEqual([SENTINEL_AUDIENCE]);
    expect(azure.connectors.all()).toEqual([]);
  });

  test("keeps what the members have where that was applied before", async () => {
    const { aws, azure } = await fiveAccounts();
    const rehearsal = await start({ aws, azure }, stackWith());
    await rehearsal.apply();
    await rehearsal.updateStack(stackWith({ retainStacksOnDestroy: true, preventDestroy: false }));
    const plan = await rehearsal.plan();
    expect(actions(plan)).toEqual({ [`${INSTANCES}.Members_Instances["${ROOT}"]`]: "update" });
    await rehearsal.apply(plan);
    await rehearsal.destroy();
    expect(aws.stackSets.accountsOf("DefenderForCloud")).toEqual([]);
    expect(roleNames(aws, MEMBER)).toEqual(["CspmMonitorAws"]);
    expect(aws.account(MEMBER).iam.clientIds(URL)).toHaveLength(1);
    expect(roleNames(aws, MANAGEMENT)).toEqual([]);
  });
});

describeWithTerraform("an organization that is not ready", () => {
  async function planOf(clouds: Pick<Clouds, "aws" | "azure">, props: Partial<OrganizationOnboardingProps> = {}) {
    const rehearsal = await start(clouds, stackWith(props));
    try {
      return await rehearsal.plan();
    } finally {
      expect(clouds.aws.log).toEqual([]);
    }
  }

  test("fails from another account than the management account, and says that alone", async () => {
    const clouds = await fiveAccounts({ managementAccountId: "999999999999" });
    const message = await refusal(planOf(clouds));
    expect(message).toContain(
      "Account 111111111111 is not the management account of its organization; 999999999999 is. Connect the organization from that account: Defender for Cloud does not support delegated administrators.",
    );
    expect(message).not.toContain("Trusted access");
  });

  test("fails without trusted access, and says how to activate it", async () => {
    const clouds = await fiveAccounts({ trustedServices: ["stacksets.cloudformation.amazonaws.com"] });
    expect(await refusal(planOf(clouds))).toContain(
      "Trusted access of CloudFormation StackSets is off: activate it in the management account (CloudFormation, StackSets, Activate trusted access; or: aws cloudformation activate-organizations-access).",
    );
  });

  test("fails without all features", async () => {
    expect(await refusal(planOf(await fiveAccounts({ featureSet: "CONSOLIDATED_BILLING" })))).toContain(
      "The organization has feature set CONSOLIDATED_BILLING: StackSets with service-managed permissions need all features",
    );
  });

  test("fails for a target that the organization does not have, and lists those it has", async () => {
    const plan = planOf(await fiveAccounts(), { targets: [WORKLOADS, "ou-ab12-nowhere1"] });
    expect(await refusal(plan)).toContain(
      `targets: ou-ab12-nowhere1 is not in the organization; it has root r-ab12 and organizational units ${WORKLOADS}, ${SANDBOX}.`,
    );
  });

  test("fails for a unit below another target, and names both", async () => {
    const clouds = await fiveAccounts();
    clouds.organization.addUnit("ou-ab12-division", WORKLOADS);
    clouds.organization.addUnit("ou-ab12-nested01", "ou-ab12-division");
    const plan = planOf(clouds, { targets: [SANDBOX, "ou-ab12-nested01", WORKLOADS] });
    expect(await refusal(plan)).toContain(
      `targets: ou-ab12-nested01 is below ${WORKLOADS}, which includes it. Removing one of them later would delete stacks of the other: list only one of them.`,
    );
  });

  test("fails for an excluded account of another organization", async () => {
    const plan = planOf(await fiveAccounts(), { excludedAccountIds: ["777777777777"] });
    expect(await refusal(plan)).toContain(
      "excludedAccountIds: 777777777777 does not belong to the organization: correct the id, or remove it from the list",
    );
  });

  test("fails in an account without an organization", async () => {
    const { aws, azure } = await fiveAccounts();
    aws.organization = undefined;
    await expect(planOf({ aws, azure })).rejects.toThrow("AWSOrganizationsNotInUseException");
  });
});

describeWithTerraform("the example", () => {
  const variables = {
    aws_account_id: MANAGEMENT,
    aws_region: REGION,
    entra_tenant_id: TENANT,
    azure_subscription_id: SUBSCRIPTION,
    resource_group_name: "security",
    location: "westeurope",
    connector_name: "organization",
  };
  const stack = () => synthesized(new ManagementAccount(testApp(), "management-account"));

  async function startExample(values: Record<string, unknown>) {
    const { aws, azure } = await fiveAccounts();
    const rehearsal = await rehearse({ aws, azure, stack: stack(), variables: { ...variables, ...values } });
    return { rehearsal, aws, azure };
  }

  test("connects the accounts below the targets that its variables name", async () => {
    const { rehearsal, aws } = await startExample({ targets: [SANDBOX] });
    await rehearsal.init();
    await rehearsal.apply();
    expect(aws.stackSets.accountsOf("DefenderForCloud")).toEqual([MEMBER, EXCLUDED]);
    expect(JSON.stringify(rolesIn(aws.account(MEMBER)))).toContain(`MicrosoftDefenderForClouds_${TENANT}`);
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("leaves out the accounts that its variables name, in the StackSet and in the connector", async () => {
    const { rehearsal, aws, azure } = await startExample({ targets: [ROOT], excluded_account_ids: [EXCLUDED] });
    await rehearsal.apply();
    expect(aws.stackSets.accountsOf("DefenderForCloud")).toEqual([WITH_SENTINEL, MEMBER]);
    expect(azure.connectors.get("organization")?.properties.environmentData?.organizationalData).toMatchObject({
      excludedAccountIds: [EXCLUDED],
    });
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test.each([
    ["targets", [], "[] is not allowed; expected at least one target"],
    ["targets", ["ou-1"], '"ou-1" is not allowed; expected the id of a root'],
    ["targets", [ROOT, SANDBOX], `"${ROOT}, ${SANDBOX}" is not allowed; ${ROOT} includes every organizational unit`],
    ["targets", [MANAGEMENT], `"${MANAGEMENT}" is not allowed; expected the id of a root`],
    ["excluded_account_ids", ["12345"], '"12345" is not allowed; expected an AWS account id of 12 digits'],
    ["excluded_account_ids", [MANAGEMENT], `"${MANAGEMENT}" is not allowed; it is the management account`],
    ["excluded_account_ids", ["777777777777"], "777777777777 does not belong to the organization"],
  ])("fails at plan for %s %j", async (variable, ids, message) => {
    const { rehearsal } = await startExample({ targets: [ROOT], [variable]: ids });
    const prop = variable === "targets" ? "targets" : "excludedAccountIds";
    const said = await refusal(rehearsal.plan());
    expect(said).toContain(`${prop}: ${message}`);
    expect(said.match(/Error:/g)).toHaveLength(2); // Terraform's, and the rehearsal's around it.
  });

  test("fails at plan for a StackSet name that CloudFormation refuses", async () => {
    const { rehearsal } = await startExample({ targets: [ROOT], stack_set_name: "my_set" });
    await expect(rehearsal.plan()).rejects.toThrow(/stack_set_name: "my_set" is not allowed/);
  });
});
