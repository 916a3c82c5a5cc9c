import { AwsCloud, AzureCloud, type Rehearsal, type StackJson } from "../../../rehearsal";
import { ACCOUNT, AUDIENCE, connectorTemplate, ISSUER, providers, SUBSCRIPTION, trust } from "../stacks";
import { describeWithTerraform, rehearse as startRehearsal, stopRehearsals } from "../../support/with-terraform";

const ADDRESS = "azurerm_resource_group_template_deployment.connector";
const ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/security/providers/Microsoft.Resources/deployments/aws-connector`;
const NO_RESOURCES = /`properties.OutputResources` was nil - insufficient\s+data to clean up this Template Deployment/;
const MUST_BE_IMPORTED = /already\s+exists - to be managed via Terraform this resource needs to be imported/;

let aws: AwsCloud;
let azure: AzureCloud;

beforeEach(() => {
  aws = new AwsCloud({ callerAccountId: ACCOUNT, region: "eu-central-1" });
  azure = new AzureCloud({ aws, subscriptionId: SUBSCRIPTION, resourceGroups: ["security"] });
});

afterEach(stopRehearsals);

function connectAws(): void {
  aws.caller.iam.createIdentityProvider({ url: ISSUER, clientIds: [AUDIENCE] });
  aws.caller.iam.createRole({ name: "CspmMonitorAws", assumeRolePolicy: trust() });
}

const stack = (template: object = connectorTemplate(), azurerm: object = {}): StackJson => ({
  terraform: { required_providers: { azurerm: { source: "hashicorp/azurerm" } } },
  provider: { azurerm: [{ ...providers.azurerm[0], ...azurerm }] },
  resource: {
    azurerm_resource_group_template_deployment: {
      connector: {
        name: "aws-connector",
        resource_group_name: "security",
        deployment_mode: "Incremental",
        template_content: JSON.stringify(template),
      },
    },
  },
});

const rehearse = (json = stack()): Promise<Rehearsal> => startRehearsal({ aws, azure, stack: json });

/*
 * Row by row what the provider did against a Resource Manager on loopback: azurerm 4.81.0, 2026-11-25.
 */
describeWithTerraform("a connector made by a template deployment", () => {
  describe("whose first create was refused", () => {
    let rehearsal: Rehearsal;

    beforeEach(async () => {
      rehearsal = await rehearse();
      await expect(rehearsal.apply()).rejects.toThrow(/waiting for creation of[^]*Identity provider is missing/);
      connectAws();
    });

    test("fails in every later apply and destroy: the record lists no resources", async () => {
      await expect(rehearsal.apply()).rejects.toThrow(NO_RESOURCES);
      await expect(rehearsal.destroy()).rejects.toThrow(NO_RESOURCES);
    });

    test("shows no changes after an untaint, although there is no connector", async () => {
      await rehearsal.untaint(ADDRESS);
      expect((await rehearsal.plan()).empty).toBe(true);
      expect(azure.connectors.all()).toEqual([]);
    });

    test("fails after it was taken out of the state: the record is still there", async () => {
      await rehearsal.forget(ADDRESS);
      await expect(rehearsal.apply()).rejects.toThrow(MUST_BE_IMPORTED);
    });

    test("is made after the record was deleted and the state entry removed", async () => {
      azure.deployments.delete(ID.toLowerCase());
      await rehearsal.forget(ADDRESS);
      await rehearsal.apply();
      expect(azure.connectors.all()).toHaveLength(1);
    });
  });

  describe("that exists", () => {
    let rehearsal: Rehearsal;

    beforeEach(async () => {
      connectAws();
      rehearsal = await rehearse();
      await rehearsal.apply();
    });

    test("fails to be created again where the state was lost, and is imported by its record", async () => {
      await rehearsal.forget(ADDRESS);
      await expect(rehearsal.apply()).rejects.toThrow(MUST_BE_IMPORTED);
      await rehearsal.import(ADDRESS, ID);
      expect((await rehearsal.plan()).empty).toBe(true);
    });

    test("is left behind by a destroy after the history was purged, and by no other", async () => {
      azure.home.purgeDeploymentHistory();
      expect((await rehearsal.plan()).counts).toMatchObject({ add: 1, destroy: 0 });
      await rehearsal.destroy();
      expect(azure.connectors.all()).toHaveLength(1);
    });

    test("is deleted with its record", async () => {
      await rehearsal.destroy();
      expect(azure.connectors.all()).toEqual([]);
      expect(azure.deployments.size).toBe(0);
    });

    test("looks up to date after an update that was refused, and fails to be destroyed", async () => {
      aws.caller.iam.deleteIdentityProvider(ISSUER);
      const template = connectorTemplate();
      await rehearsal.updateStack(stack({ ...template, resources: [{ ...template.resources[0], tags: { a: "b" } }] }));
      await expect(rehearsal.apply()).rejects.toThrow(/waiting for update of[^]*Identity provider is missing/);
      expect((await rehearsal.plan()).empty).toBe(true);
      expect(azure.connectors.get("aws-connector")?.tags).toEqual({});
      await expect(rehearsal.destroy()).rejects.toThrow(NO_RESOURCES);
    });

    test("fails for another location, in place", async () => {
      const template = connectorTemplate();
      const [resource] = template.resources;
      await rehearsal.updateStack(stack({ ...template, resources: [{ ...resource, location: "northeurope" }] }));
      const plan = await rehearsal.plan();
      expect(plan.counts).toMatchObject({ add: 0, change: 1, destroy: 0 });
      await expect(rehearsal.apply(plan)).rejects.toThrow("InvalidResourceLocation");
    });
  });

  test("is written into the subscription of the provider, whatever else is named", async () => {
    connectAws();
    const other = azure.addSubscription("99999999-0000-4000-8000-000000000009", { resourceGroups: ["security"] });
    const rehearsal = await rehearse(stack(connectorTemplate(), { subscription_id: other.id }));
    await rehearsal.apply();
    expect(azure.connectors.all().map(({ id }) => id.split("/")[2])).toEqual([other.id]);
  });

  test("fails in a subscription that the credentials do not see", async () => {
    connectAws();
    const id = "99999999-0000-4000-8000-000000000009";
    const rehearsal = await rehearse(stack(connectorTemplate(), { subscription_id: id }));
    await expect(rehearsal.apply()).rejects.toThrow("SubscriptionNotFound");
  });
});
