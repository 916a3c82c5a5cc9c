import { readFileSync } from "node:fs";
import { join } from "node:path";
import { identityProviderUrl, MICROSOFT_TENANT_ID } from "../../modules/plans";
import { emptyScenario } from "../../rehearsal";
import { moduleFolder, shippedTests, typesOf } from "../support/plain-module";
import { ACCOUNT } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";
import { plannedByModule, plannedByStack } from "./planned";

describeWithTerraform("the module account", () => {
  afterEach(stopRehearsals);

  const CELLS = [
    { plans: {}, accessLevel: "leastPrivilege" },
    { plans: {}, accessLevel: "default" },
    { plans: { servers: { subPlan: "P1" } }, accessLevel: "leastPrivilege" },
    {
      plans: {
        servers: { subPlan: "P2", vulnerabilityAssessment: false, arcAutoProvisioning: false },
        databases: { databasesPosture: true },
      },
      accessLevel: "default",
    },
    { plans: { containers: { auditLogCollection: false } }, accessLevel: "leastPrivilege" },
    {
      plans: { defenderCspm: {}, servers: { subPlan: "P2" }, containers: {}, databases: {} },
      accessLevel: "leastPrivilege",
    },
  ] as const;

  test("plans the objects of the construct", async () => {
    const planned = await plannedByModule("account", CELLS);

    CELLS.forEach((cell, index) => {
      expect(planned[index]).toEqual(plannedByStack("account", cell));
    });
  });

  test("connects two accounts from the example root: init, validate, plan, apply, re-plan and destroy", async () => {
    const { aws, azure } = emptyScenario();
    const folder = moduleFolder("account");
    const accountIds = { production: "222233334444", test: "333344445555" };
    const rehearsal = await rehearse({
      aws,
      azure,
      stack: {},
      moduleTypes: typesOf(folder),
      variables: {
        azure_subscription_id: ACCOUNT.azureSubscriptionId,
        entra_tenant_id: ACCOUNT.entraTenantId,
        account_ids: accountIds,
        deployer_role: "Deployer",
      },
    });
    const root = readFileSync(join(folder, "examples", "two-accounts", "main.tf"), "utf8");
    await rehearsal.addFile("main.tf", root.replaceAll('"../.."', JSON.stringify(folder)));
    await rehearsal.init();
    await rehearsal.validate();
    await rehearsal.apply(await rehearsal.plan());

    const { role_arns: arns } = (await rehearsal.outputs()) as { role_arns: Record<string, Record<string, string>> };
    for (const [name, id] of Object.entries(accountIds)) {
      const roles = aws.account(id).objects.all("aws_iam_role");
      expect(Object.values(arns[name] ?? {}).sort()).toEqual(roles.map(({ attributes }) => attributes.arn).sort());
      expect(azure.connectors.get(`aws-${name}`)?.properties.hierarchyIdentifier).toBe(id);
    }
    expect(Object.keys(arns.production ?? {})).toContain("defenderForServers");
    expect(Object.keys(arns.test ?? {})).toEqual(["cspmMonitor"]);
    expect(aws.caller.objects.everything()).toEqual([]);
    expect((await rehearsal.plan()).empty).toBe(true);

    await rehearsal.destroy();
    expect(aws.accounts().flatMap(({ objects }) => objects.everything())).toEqual([]);
    expect(azure.connectors.all()).toEqual([]);
  });

  test("keeps the mode of the identity provider, and needs no more audiences than the selected plans", async () => {
    const { aws, azure } = emptyScenario();
    const folder = moduleFolder("account");
    const rehearsal = await rehearse({ aws, azure, stack: {}, moduleTypes: typesOf(folder) });
    await rehearsal.addFile("main.tf", root(folder, "create"));
    // A value that is known only in the apply, as the README says in place of depends_on.
    const resourceGroup = { terraform_data: { group: { input: ACCOUNT.resourceGroupName } } };
    await rehearsal.updateStack({ resource: resourceGroup });
    await rehearsal.init();
    await rehearsal.apply();
    const clientIds = (await rehearsal.outputs()).audiences as string[];

    await rehearsal.addFile("main.tf", root(folder, "verify"));
    await expect(rehearsal.plan()).rejects.toThrow('identity_provider_mode: "verify" is not allowed');

    await rehearsal.addFile("main.tf", root(folder, "create"));
    await rehearsal.destroy();
    // Of another state.
    aws.caller.iam.createIdentityProvider({ url: identityProviderUrl(MICROSOFT_TENANT_ID), clientIds });
    await rehearsal.addFile("main.tf", root(folder, "verify"));
    await rehearsal.apply();
    await rehearsal.addFile("main.tf", root(folder, "create"));
    await expect(rehearsal.plan()).rejects.toThrow('identity_provider_mode: "create" is not allowed');
    expect(aws.caller.objects.all("aws_iam_openid_connect_provider")).toHaveLength(1);
  });

  test.each(["null", '"p2"'])("fails for the sub-plan %s, and says the value", async (value) => {
    const folder = moduleFolder("account");
    const rehearsal = await rehearse({ ...emptyScenario(), stack: {}, moduleTypes: typesOf(folder) });
    const call = root(folder, "create").replace("terraform_data.group.output", '"security"');
    await rehearsal.addFile("main.tf", call.replace("identity_provider_mode", `servers = { sub_plan = ${value} }\n$&`));
    await rehearsal.init();

    await expect(rehearsal.plan()).rejects.toThrow(`servers.sub_plan: ${value} is not allowed; allowed: "P1", "P2".`);
  });

  test("passes the tests that it ships, with mock providers", async () => {
    expect(await shippedTests("account")).toContain("6 passed, 0 failed");
  });
});

function root(folder: string, mode: "create" | "verify"): string {
  return `
terraform {
  required_providers {
    azapi = { source = "Azure/azapi" }
  }
}

provider "aws" {
  region              = "${ACCOUNT.awsRegion}"
  allowed_account_ids = ["${ACCOUNT.awsAccountId}"]
}

provider "azapi" {
  subscription_id      = "${ACCOUNT.azureSubscriptionId}"
  ignore_no_op_changes = false
}

module "account" {
  source                 = "${folder}"
  aws_account_id         = "${ACCOUNT.awsAccountId}"
  aws_region             = "${ACCOUNT.awsRegion}"
  entra_tenant_id        = "${ACCOUNT.entraTenantId}"
  azure_subscription_id  = "${ACCOUNT.azureSubscriptionId}"
  resource_group_name    = terraform_data.group.output
  location               = "${ACCOUNT.location}"
  connector_name         = "${ACCOUNT.connectorName}"
  access_level           = "default"
  identity_provider_mode = "${mode}"
}

output "audiences" {
  value = module.account.audiences
}
`;
}
