import { TerraformVariable } from "cdktf";
import type { TerraformStack } from "cdktf";
import { AzureConnector } from "../../modules";
import type { AzureConnectorProps } from "../../modules";
import { emptyScenario } from "../../rehearsal";
import type { Clouds, Rehearsal, StackJson } from "../../rehearsal";
import { onlyAddress } from "../support/addresses";
import { roleArn } from "../support/offerings";
import { ACCOUNT, synth } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const ENGINES = ["azapi", "templateDeployment"] as const;
const MICROSOFT_ISSUER = "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/";
const AUDIENCE = "api://4d8bed1f-eee7-4d8e-b0dc-8462049a4479";
const OTHER_TENANT = "aaaabbbb-cccc-4ddd-8eee-ffff00001111";
const OTHER_SUBSCRIPTION = "99999999-0000-4000-8000-000000000009";

let clouds: Clouds;

beforeEach(() => {
  clouds = emptyScenario();
  const { iam } = clouds.aws.caller;
  const provider = iam.createIdentityProvider({ url: MICROSOFT_ISSUER, clientIds: [AUDIENCE] });
  iam.createRole({
    name: "Cspm",
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: provider.arn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/:aud": AUDIENCE,
              "sts:RoleSessionName": `MicrosoftDefenderForClouds_${ACCOUNT.entraTenantId}`,
            },
          },
        },
      ],
    },
  });
});

afterEach(stopRehearsals);

type Props = Partial<AzureConnectorProps>;

function connector(props: Props | ((stack: TerraformStack) => Props)): StackJson {
  return synth(
    (stack) =>
      new AzureConnector(stack, "Connector", {
        connectorName: ACCOUNT.connectorName,
        azureSubscriptionId: ACCOUNT.azureSubscriptionId,
        entraTenantId: ACCOUNT.entraTenantId,
        resourceGroupName: ACCOUNT.resourceGroupName,
        location: ACCOUNT.location,
        awsAccountId: ACCOUNT.awsAccountId,
        plans: {},
        roleArns: { cspmMonitor: roleArn("Cspm") },
        ...(typeof props === "function" ? props(stack) : props),
      }),
  );
}

const run = (stack: StackJson, variables: Record<string, string> = {}): Promise<Rehearsal> =>
  rehearse({ ...clouds, stack, variables });

/** What Terraform printed, without its line breaks. */
async function failureOf(step: Promise<unknown>): Promise<string> {
  const message = await step.then(
    () => "nothing failed",
    (error: unknown) => String(error),
  );
  return message.replaceAll(/\s+/g, " ");
}

const made = () => clouds.azure.connectors.get(ACCOUNT.connectorName);

describeWithTerraform.each(ENGINES)("a connector by engine %s", (engine) => {
  describe("every text arrives in Azure as it was given", () => {
    const TEXTS = {
      quoted: 'say "hello"',
      backslash: "C:\\security\\",
      lines: "one\ntwo",
      expression: "[resourceGroup().name]",
      open: "[team] sec",
      brackets: "[[team]]",
      apostrophe: "[it's mine]",
      markup: "<a> & b",
      directive: "50%{off}",
      doubled: "50%%{off}",
    };

    test("as a literal, in values and in names of tags", async () => {
      const tags = { ...TEXTS, "[team]": "x", "[it's": "y" };
      const rehearsal = await run(connector({ engine, tags }));
      await rehearsal.apply();
      expect(made()?.tags).toEqual(tags);
      expect((await rehearsal.plan()).empty).toBe(true);
    });

    test("as a Terraform value, alone and as part of a text", async () => {
      const stack = connector((scope) => {
        const values = Object.keys(TEXTS).map((name) => {
          const variable = new TerraformVariable(scope, name, { type: "string" });
          variable.overrideLogicalId(name);
          return [name, variable.stringValue] as const;
        });
        const parts = values.map(([name, value]) => [`${name}-part`, `[50%{ "${value}]`] as const);
        return { engine, tags: Object.fromEntries([...values, ...parts]) };
      });
      const rehearsal = await run(stack, TEXTS);
      await rehearsal.apply();
      const parts = Object.entries(TEXTS).map(([name, value]) => [`${name}-part`, `[50%{ "${value}]`] as const);
      expect(made()?.tags).toEqual({ ...TEXTS, ...Object.fromEntries(parts) });
      expect((await rehearsal.plan()).empty).toBe(true);
    });
  });

  test("is replaced when its location changes, not when only the spelling does", async () => {
    clouds.azure.resourceGroups.set("security", { name: "security", location: "northeurope", tags: {} });
    const rehearsal = await run(connector({ engine }));
    await rehearsal.apply();
    await rehearsal.updateStack(connector({ engine, location: "West Europe" }));
    expect((await rehearsal.plan()).counts).toMatchObject({ add: 0, destroy: 0 });
    await rehearsal.updateStack(connector({ engine, location: "northeurope" }));
    const plan = await rehearsal.plan();
    expect(plan.changes.find(({ type }) => type !== "terraform_data")?.change.actions).toEqual(["delete", "create"]);
    await rehearsal.apply(plan);
    expect(made()?.location).toBe("northeurope");
  });

  test("is replaced together with a resource group of its own, where the location changes and not only its spelling", async () => {
    clouds.azure.resourceGroups.clear();
    const stack = (location: string) => connector({ engine, createResourceGroup: true, location });
    const rehearsal = await run(stack("westeurope"));
    await rehearsal.apply();
    await rehearsal.updateStack(stack("West Europe"));
    expect((await rehearsal.plan()).counts).toMatchObject({ add: 0, destroy: 0 });
    await rehearsal.updateStack(stack("northeurope"));
    await rehearsal.apply();
    expect(made()?.location).toBe("northeurope");
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.destroy();
    expect(clouds.azure.resourceGroups.size).toBe(0);
  });

  test("fails at plan for a subscription of another tenant, naming both, and calls neither cloud", async () => {
    clouds.azure.home.tenantId = OTHER_TENANT;
    const rehearsal = await run(connector({ engine }));
    expect(await failureOf(rehearsal.plan())).toContain(
      `Subscription ${ACCOUNT.azureSubscriptionId} belongs to the Entra tenant ${OTHER_TENANT}, but the configuration is for tenant ${ACCOUNT.entraTenantId}`,
    );
    expect(clouds.aws.log).toEqual([]);
  });

  test("takes the subscription's own tenant, where the credentials are of another (Azure Lighthouse)", async () => {
    clouds = { ...clouds, azure: Object.assign(clouds.azure, { tenantId: OTHER_TENANT }) };
    const rehearsal = await run(connector({ engine }));
    await rehearsal.apply();
    expect(made()).toBeDefined();
  });

  test("fails to be destroyed below a lock, with Azure's words", async () => {
    const rehearsal = await run(connector({ engine }));
    await rehearsal.apply();
    clouds.azure.home.lock(clouds.azure.home.resourceGroupId("security"), "CanNotDelete");
    expect(await failureOf(rehearsal.destroy())).toContain("ScopeLocked");
    expect(made()).toBeDefined();
  });

  test("fails for an account that another connector of the tenant has", async () => {
    const rehearsal = await run(connector({ engine }));
    await rehearsal.apply();
    await rehearsal.updateStack(
      synth((stack) => {
        for (const name of ["first", "second"]) {
          new AzureConnector(stack, name, {
            connectorName: name,
            azureSubscriptionId: ACCOUNT.azureSubscriptionId,
            entraTenantId: ACCOUNT.entraTenantId,
            resourceGroupName: ACCOUNT.resourceGroupName,
            location: ACCOUNT.location,
            awsAccountId: ACCOUNT.awsAccountId,
            plans: {},
            roleArns: { cspmMonitor: roleArn("Cspm") },
            engine,
          });
        }
      }),
    );
    expect(await failureOf(rehearsal.apply())).toContain(`account ${ACCOUNT.awsAccountId} is already connected by`);
  });
});

describeWithTerraform("a subscription that is not the right one", () => {
  test("fails at plan with azapi, where the credentials do not see it", async () => {
    const rehearsal = await run(connector({ azureSubscriptionId: OTHER_SUBSCRIPTION }));
    expect(await failureOf(rehearsal.plan())).toContain(`resource "/subscriptions/${OTHER_SUBSCRIPTION}" not found`);
  });

  test("is no fault with azapi where the credentials see it: the provider's own does not matter", async () => {
    clouds.azure.addSubscription(OTHER_SUBSCRIPTION, { resourceGroups: ["security"] });
    const rehearsal = await run(connector({ azureSubscriptionId: OTHER_SUBSCRIPTION }));
    await rehearsal.apply();
    expect(made()?.id).toContain(OTHER_SUBSCRIPTION);
  });

  test.each<[string, Props]>([
    ["by template deployment", { engine: "templateDeployment" }],
    ["with a resource group of its own", { createResourceGroup: true }],
  ])("fails at plan %s where the azurerm provider has another, naming both", async (_, props) => {
    clouds.azure.addSubscription(OTHER_SUBSCRIPTION, { resourceGroups: ["security"] });
    const rehearsal = await run(connector({ ...props, azureSubscriptionId: OTHER_SUBSCRIPTION }));
    expect(await failureOf(rehearsal.plan())).toContain(
      `The azurerm provider writes into subscription ${ACCOUNT.azureSubscriptionId}, but the configuration is for subscription ${OTHER_SUBSCRIPTION}`,
    );
  });
});

describeWithTerraform("a connector that is moved", () => {
  const lastChanges = () =>
    clouds.aws.log.map(({ account, operation }) => `${operation.split(" ")[0] ?? ""} ${account}`);

  test("to another resource group is replaced: deleted there before it is made here", async () => {
    clouds.azure.resourceGroups.set("other", { name: "other", location: "westeurope", tags: {} });
    const rehearsal = await run(connector({}));
    await rehearsal.apply();
    await rehearsal.updateStack(connector({ resourceGroupName: "other" }));
    expect((await rehearsal.plan()).counts).toMatchObject({ add: 1, change: 0, destroy: 1 });
    await rehearsal.apply();
    expect(clouds.azure.connectors.all().map(({ id }) => id.split("/")[4])).toEqual(["other"]);
  });

  test("to another subscription is replaced, by credentials that see both", async () => {
    clouds.azure.addSubscription(OTHER_SUBSCRIPTION, { resourceGroups: ["security"] });
    const rehearsal = await run(connector({}));
    await rehearsal.apply();
    await rehearsal.updateStack(connector({ azureSubscriptionId: OTHER_SUBSCRIPTION }));
    expect((await rehearsal.plan()).counts).toMatchObject({ add: 1, change: 0, destroy: 1 });
    await rehearsal.apply();
    expect(lastChanges()).toEqual([
      `PUT ${ACCOUNT.azureSubscriptionId}`,
      `DELETE ${ACCOUNT.azureSubscriptionId}`,
      `PUT ${OTHER_SUBSCRIPTION}`,
    ]);
  });

  test("with its subscription to another tenant fails at plan until the new tenant is declared", async () => {
    const rehearsal = await run(connector({}));
    await rehearsal.apply();
    clouds.azure.home.tenantId = OTHER_TENANT;
    expect(await failureOf(rehearsal.plan())).toContain(`Declare ${OTHER_TENANT}`);
    await rehearsal.updateStack(connector({ entraTenantId: OTHER_TENANT }));
    expect((await rehearsal.plan()).empty).toBe(true);
  });
});

describeWithTerraform("another engine", () => {
  const isDeleted = () => clouds.aws.log.some(({ operation }) => operation.startsWith("DELETE"));
  const [azapi, deployment] = [connector({}), connector({ engine: "templateDeployment" })];
  const id = `/subscriptions/${ACCOUNT.azureSubscriptionId}/resourceGroups/security/providers/Microsoft.Security/securityConnectors/${ACCOUNT.connectorName}`;

  test("azapi instead of a template deployment asks for an import, and never deletes the connector", async () => {
    const rehearsal = await run(deployment);
    await rehearsal.apply();
    await rehearsal.updateStack(azapi);
    expect((await rehearsal.plan()).counts).toMatchObject({ add: 1, forget: 1 });
    expect(await failureOf(rehearsal.apply())).toContain(`A resource with the ID "${id}" already exists`);
    await rehearsal.import(onlyAddress(azapi, "azapi_resource"), `${id}?api-version=2024-08-01-preview`);
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(isDeleted()).toBe(false);
  });

  test("a template deployment instead of azapi writes the same connector, and never deletes it", async () => {
    const rehearsal = await run(azapi);
    await rehearsal.apply();
    await rehearsal.updateStack(deployment);
    expect((await rehearsal.plan()).counts).toMatchObject({ destroy: 0, forget: 1 });
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(isDeleted()).toBe(false);
  });
});

describeWithTerraform("a first create that Azure refused", () => {
  const refuse = () => {
    clouds.aws.caller.iam.deleteIdentityProvider(MICROSOFT_ISSUER);
  };
  const allow = () => {
    clouds.aws.caller.iam.createIdentityProvider({ url: MICROSOFT_ISSUER, clientIds: [AUDIENCE] });
  };

  test("is repeated by azapi while the apply runs", async () => {
    refuse();
    clouds.aws.caller.create(
      "aws_iam_openid_connect_provider",
      { url: MICROSOFT_ISSUER, client_id_list: [AUDIENCE] },
      ACCOUNT.awsRegion,
    );
    const rehearsal = await run(connector({}));
    await rehearsal.apply();
    expect(made()).toBeDefined();
    expect(clouds.aws.clock.now).toBeGreaterThan(0);
  });

  test("is made good by azapi's next apply where the refusal outlasts the first", async () => {
    refuse();
    const rehearsal = await run(connector({}));
    expect(await failureOf(rehearsal.apply())).toContain("Identity provider is missing from AWS account/s.");
    allow();
    await rehearsal.apply();
    expect(made()).toBeDefined();
    await rehearsal.destroy();
    expect(made()).toBeUndefined();
  });

  describe("by template deployment", () => {
    const stack = () => connector({ engine: "templateDeployment" });
    const address = () => onlyAddress(stack(), "azurerm_resource_group_template_deployment");
    let rehearsal: Rehearsal;

    beforeEach(async () => {
      refuse();
      rehearsal = await run(stack());
      expect(await failureOf(rehearsal.apply())).toContain("Identity provider is missing");
      allow();
    });

    test("fails at plan after an untaint, instead of showing no changes, and names the way out", async () => {
      await rehearsal.untaint(address());
      const failure = await failureOf(rehearsal.plan());
      expect(failure).toContain("Deployment aws-production failed");
      expect(failure).toContain(
        `az deployment group delete --subscription ${ACCOUNT.azureSubscriptionId} --resource-group 'security' --name 'aws-production'; terraform state rm ${address()}`,
      );
    });

    test("has the documented way out: remove the record and the state entry, then apply", async () => {
      clouds.azure.deployments.clear();
      await rehearsal.forget(address());
      await rehearsal.apply();
      expect(made()).toBeDefined();
      expect((await rehearsal.plan()).empty).toBe(true);
      await rehearsal.destroy();
      expect(made()).toBeUndefined();
    });
  });

  test("fails at plan by template deployment after an update was refused, too", async () => {
    const rehearsal = await run(connector({ engine: "templateDeployment" }));
    await rehearsal.apply();
    refuse();
    await rehearsal.updateStack(connector({ engine: "templateDeployment", tags: { a: "b" } }));
    expect(await failureOf(rehearsal.apply())).toContain("Identity provider is missing");
    expect(await failureOf(rehearsal.plan())).toContain("Deployment aws-production failed");
  });
});

describeWithTerraform("a record of a deployment", () => {
  const stack = () => connector({ engine: "templateDeployment" });
  const address = () => onlyAddress(stack(), "azurerm_resource_group_template_deployment");

  test("that exists is imported where the state was lost, and the next plan is empty", async () => {
    const rehearsal = await run(stack());
    await rehearsal.apply();
    await rehearsal.forget(address());
    expect(await failureOf(rehearsal.apply())).toContain("needs to be imported");
    const group = clouds.azure.home.resourceGroupId("security");
    await rehearsal.import(address(), `${group}/providers/Microsoft.Resources/deployments/aws-production`);
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("that was purged is written again by an apply, after which a destroy deletes the connector", async () => {
    const rehearsal = await run(stack());
    await rehearsal.apply();
    clouds.azure.home.purgeDeploymentHistory();
    await rehearsal.apply();
    await rehearsal.destroy();
    expect(made()).toBeUndefined();
  });

  test("is none of azapi's business: the connector is deleted whatever the history holds", async () => {
    const rehearsal = await run(connector({}));
    await rehearsal.apply();
    clouds.azure.home.purgeDeploymentHistory();
    await rehearsal.destroy();
    expect(made()).toBeUndefined();
  });
});
