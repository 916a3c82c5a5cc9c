import { AwsCloud, AzureCloud, type Rehearsal, type StackJson } from "../../../rehearsal";
import { ACCOUNT, AUDIENCE, connectorProperties, ISSUER, SUBSCRIPTION, trust } from "../stacks";
import { describeWithTerraform, rehearse as startRehearsal, stopRehearsals } from "../../support/with-terraform";

let aws: AwsCloud;
let azure: AzureCloud;

beforeEach(() => {
  aws = new AwsCloud({ callerAccountId: ACCOUNT, region: "eu-central-1" });
  azure = new AzureCloud({ aws, subscriptionId: SUBSCRIPTION, resourceGroups: ["security"] });
});

afterEach(stopRehearsals);

function rehearse(stack: StackJson): Promise<Rehearsal> {
  return startRehearsal({ aws, azure, stack });
}

describeWithTerraform("a connector made by azapi_resource", () => {
  const connector = (properties: object = connectorProperties(), more: object = {}): StackJson => ({
    terraform: { required_providers: { azapi: { source: "Azure/azapi" } } },
    provider: { azapi: [{}] },
    resource: {
      azapi_resource: {
        connector: {
          type: "Microsoft.Security/securityConnectors@2024-08-01-preview",
          parent_id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/security`,
          name: "aws-connector",
          location: "westeurope",
          body: { properties },
          list_unique_id_property: { "properties.offerings": "offeringType" },
          ...more,
        },
      },
    },
  });

  const connectAws = (since: "settled" | "now") => {
    if (since === "settled") {
      aws.caller.iam.createIdentityProvider({ url: ISSUER, clientIds: [AUDIENCE] });
      aws.caller.iam.createRole({ name: "CspmMonitorAws", assumeRolePolicy: trust() });
    } else {
      const { caller } = aws;
      caller.create("aws_iam_openid_connect_provider", { url: ISSUER, client_id_list: [AUDIENCE] }, "eu-central-1");
      caller.create(
        "aws_iam_role",
        { name: "CspmMonitorAws", assume_role_policy: JSON.stringify(trust()) },
        "eu-central-1",
      );
    }
  };

  test("is created, stays unchanged, and is deleted", async () => {
    connectAws("settled");
    const rehearsal = await rehearse(connector());
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.destroy();
    expect(azure.connectors.all()).toEqual([]);
  });

  test("shows an edit in the portal, which a template deployment does not", async () => {
    connectAws("settled");
    const rehearsal = await rehearse(connector());
    await rehearsal.apply();
    const { offerings = [] } = azure.connectors.get("aws-connector")?.properties ?? {};
    offerings.reverse();
    expect((await rehearsal.plan()).empty).toBe(true);
    offerings.push({ offeringType: "DefenderCspmAws" });
    expect((await rehearsal.plan()).counts.change).toBe(1);
  });

  test("is retried until IAM has propagated, when it says so", async () => {
    connectAws("now");
    const retry = { error_message_regex: ["Identity provider is missing", "IAM role\\(s\\) do not exist"] };
    const rehearsal = await rehearse(connector(connectorProperties(), { retry }));
    await rehearsal.apply();
    expect(aws.clock.now).toBe(10);
    expect(azure.connectors.all()).toHaveLength(1);
  });

  test("fails without retry, and after the timeout", async () => {
    connectAws("now");
    const rehearsal = await rehearse(connector());
    await expect(rehearsal.apply()).rejects.toThrow("Identity provider is missing");
    aws.caller.iam.deleteIdentityProvider(ISSUER);
    const retry = { error_message_regex: ["Identity provider is missing"] };
    await rehearsal.updateStack(connector(connectorProperties(), { retry, timeouts: { create: "2m" } }));
    await expect(rehearsal.apply()).rejects.toThrow("Identity provider is missing");
    expect(aws.clock.now).toBeLessThanOrEqual(120);
    expect(aws.clock.now).toBeGreaterThan(60);
  });

  test("fails below a subscription that is not this one, and creates nothing", async () => {
    connectAws("settled");
    const other = "99999999-0000-4000-8000-000000000009";
    const parent = { parent_id: `/subscriptions/${other}/resourceGroups/security` };
    const rehearsal = await rehearse(connector(connectorProperties(), parent));
    await expect(rehearsal.apply()).rejects.toThrow(/SubscriptionNotFound: The\s+subscription '99999999-/);
    expect(azure.connectors.all()).toEqual([]);
  });

  test("fails when the connector is there already", async () => {
    connectAws("settled");
    azure.connectors.put({ resourceGroup: "security", name: "aws-connector" }, "2024-08-01-preview", {
      properties: connectorProperties(),
    });
    const rehearsal = await rehearse(connector());
    await expect(rehearsal.apply()).rejects.toThrow("already exists - to be managed via Terraform");
  });

  test("takes a field that is only left out for unchanged, unless the provider is told otherwise", async () => {
    connectAws("settled");
    const rehearsal = await rehearse(connector());
    await rehearsal.apply();
    const { environmentData, ...rest } = connectorProperties();
    const shorter = connector({ ...rest, environmentData: { environmentType: environmentData.environmentType } });
    await rehearsal.updateStack(shorter);
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.updateStack({ ...shorter, provider: { azapi: [{ ignore_no_op_changes: false }] } });
    expect((await rehearsal.plan()).counts.change).toBe(1);
  });

  test("exports the values that are asked for", async () => {
    connectAws("settled");
    const more = { response_export_values: { account: "properties.hierarchyIdentifier" } };
    const rehearsal = await rehearse({
      ...connector(connectorProperties(), more),
      output: { account: { value: "${azapi_resource.connector.output.account}" } },
    });
    await rehearsal.apply();
    expect(await rehearsal.outputs()).toEqual({ account: ACCOUNT });
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("is replaced when a field changes that it names as a trigger", async () => {
    connectAws("settled");
    const more = { replace_triggers_refs: ["properties.environmentName"] };
    const rehearsal = await rehearse(connector(connectorProperties(), more));
    await rehearsal.apply();
    await rehearsal.updateStack(connector({ ...connectorProperties(), environmentName: "Aws" }, more));
    expect((await rehearsal.plan()).counts).toMatchObject({ add: 1, change: 0, destroy: 1 });
  });

  test("is imported by its id with the API version", async () => {
    connectAws("settled");
    const { id } = azure.connectors.put({ resourceGroup: "security", name: "aws-connector" }, "2024-08-01-preview", {
      location: "westeurope",
      properties: connectorProperties(),
    });
    const rehearsal = await rehearse({
      ...connector(),
      import: { to: "azapi_resource.connector", id: `${id}?api-version=2024-08-01-preview` },
    });
    const plan = await rehearsal.plan();
    expect(plan.counts).toMatchObject({ add: 0, destroy: 0, import: 1 });
    await rehearsal.apply(plan);
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("fails with an API version that the provider has no schema for, unless validation is off", async () => {
    connectAws("settled");
    const type = "Microsoft.Security/securityConnectors@2026-08-01-preview";
    const rehearsal = await rehearse(connector(connectorProperties(), { type }));
    await expect(rehearsal.plan()).rejects.toThrow("api-version is invalid: 2026-08-01-preview");
    await rehearsal.updateStack(connector(connectorProperties(), { type, schema_validation_enabled: false }));
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("carries tags, and sees those that were changed elsewhere", async () => {
    connectAws("settled");
    const rehearsal = await rehearse(connector(connectorProperties(), { tags: { owner: "security" } }));
    await rehearsal.apply();
    const made = azure.connectors.get("aws-connector");
    expect(made?.tags).toEqual({ owner: "security" });
    Object.assign(made ?? {}, { tags: { owner: "nobody" } });
    expect((await rehearsal.plan()).counts.change).toBe(1);
  });

  test("registers the resource provider that its request needs, unless it is told not to", async () => {
    connectAws("settled");
    azure.home.resourceProviders.delete("Microsoft.Security");
    const rehearsal = await rehearse({ ...connector(), provider: { azapi: [{ skip_provider_registration: true }] } });
    await expect(rehearsal.apply()).rejects.toThrow("MissingSubscriptionRegistration");
    await rehearsal.updateStack(connector());
    await rehearsal.apply();
    expect(azure.home.resourceProviders).toContain("Microsoft.Security");
  });
});

describeWithTerraform("a subscription read by the data source azapi_resource", () => {
  const reading = (data: object): StackJson => ({
    terraform: { required_providers: { azapi: { source: "Azure/azapi" } } },
    provider: { azapi: [{}] },
    data: {
      azapi_resource: {
        subscription: {
          type: "Microsoft.Resources/subscriptions@2022-12-01",
          response_export_values: ["tenantId"],
          ...data,
        },
      },
    },
    output: { tenant: { value: "${data.azapi_resource.subscription.output.tenantId}" } },
  });

  test("has the tenant that it belongs to, which need not be that of the credentials", async () => {
    const tenantId = "aaaabbbb-cccc-4ddd-8eee-ffff00001111";
    const { resourceId } = azure.addSubscription("99999999-0000-4000-8000-000000000009", { tenantId });
    const rehearsal = await rehearse(reading({ resource_id: resourceId }));
    await rehearsal.apply();
    expect(await rehearsal.outputs()).toEqual({ tenant: tenantId });
  });

  test("fails where the credentials do not see it", async () => {
    const id = "/subscriptions/99999999-0000-4000-8000-000000000009";
    const rehearsal = await rehearse(reading({ resource_id: id }));
    await expect(rehearsal.plan()).rejects.toThrow(`resource "${id}" not found`);
  });
});
