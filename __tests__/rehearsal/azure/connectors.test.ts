import { AwsCloud, AzureCloud } from "../../../rehearsal";
import { ACCOUNT, AUDIENCE, connectorProperties, ISSUER, ROLE_ARN, SUBSCRIPTION, trust } from "../stacks";

const REGION = "eu-central-1";
const VERSION = "2024-08-01-preview";
const ADDRESS = { resourceGroup: "security", name: "aws-connector" };

let aws: AwsCloud;
let azure: AzureCloud;

beforeEach(() => {
  aws = new AwsCloud({ callerAccountId: ACCOUNT, region: REGION });
  azure = new AzureCloud({ aws, subscriptionId: SUBSCRIPTION, resourceGroups: ["Security"] });
});

const put = (version = VERSION, resourceGroup = "security") =>
  azure.connectors.put({ ...ADDRESS, resourceGroup }, version, {
    location: "westeurope",
    properties: connectorProperties(),
  });

describe("a connector", () => {
  test("is made when provider and role are there and have propagated", () => {
    aws.caller.iam.createIdentityProvider({ url: ISSUER, clientIds: [AUDIENCE] });
    aws.caller.iam.createRole({ name: "CspmMonitorAws", assumeRolePolicy: trust() });
    expect(put().id).toBe(
      `/subscriptions/${SUBSCRIPTION}/resourceGroups/security/providers/Microsoft.Security/securityConnectors/aws-connector`,
    );
    expect(aws.log.map(({ operation, target }) => [operation, target])).toEqual([
      ["PUT Microsoft.Security/securityConnectors", "aws-connector"],
    ]);
  });

  test("is found by id in any letter case, and keeps its own copy of what was sent", () => {
    aws.caller.iam.createIdentityProvider({ url: ISSUER, clientIds: [AUDIENCE] });
    aws.caller.iam.createRole({ name: "CspmMonitorAws", assumeRolePolicy: trust() });
    const { id } = put();
    expect(azure.connectors.get(id.toUpperCase())).toBe(azure.connectors.get("aws-connector"));
  });

  test("fails without the identity provider", () => {
    aws.caller.iam.createRole({ name: "CspmMonitorAws", assumeRolePolicy: trust() });
    expect(put).toThrow("error occured for security connector: Identity provider is missing from AWS account/s.");
  });

  test("fails with a provider whose URL lacks the final slash", () => {
    aws.caller.iam.createIdentityProvider({ url: ISSUER.slice(0, -1), clientIds: [AUDIENCE] });
    expect(put).toThrow("Identity provider is missing");
  });

  test("fails while the new role has not propagated", () => {
    aws.caller.iam.createIdentityProvider({ url: ISSUER, clientIds: [AUDIENCE] });
    aws.caller.create("aws_iam_role", { name: "CspmMonitorAws", assume_role_policy: JSON.stringify(trust()) }, REGION);
    expect(put).toThrow(`IAM role(s) do not exist or are invalid: ${ROLE_ARN}`);
    aws.clock.wait(10);
    expect(put).not.toThrow();
  });

  test("fails when the provider does not accept the role's audience", () => {
    aws.caller.iam.createIdentityProvider({ url: ISSUER, clientIds: ["api://another"] });
    aws.caller.iam.createRole({ name: "CspmMonitorAws", assumeRolePolicy: trust() });
    expect(put).toThrow("IAM role(s) do not exist or are invalid");
  });

  test("fails when the role's trust does not name the session", () => {
    aws.caller.iam.createIdentityProvider({ url: ISSUER, clientIds: [AUDIENCE] });
    aws.caller.iam.createRole({ name: "CspmMonitorAws", assumeRolePolicy: trust({ sessionName: false }) });
    expect(put).toThrow("IAM role(s) do not exist or are invalid");
  });

  test("fails with an API version that is not published", () => {
    expect(() => put("2024-08-01")).toThrow("NoRegisteredProviderFound");
  });

  test("fails without the resource group", () => {
    expect(() => put(VERSION, "elsewhere")).toThrow("Resource group 'elsewhere' could not be found.");
  });

  const connectAws = (tenant?: string) => {
    aws.caller.iam.createIdentityProvider({ url: ISSUER, clientIds: [AUDIENCE] });
    aws.caller.iam.createRole({
      name: "CspmMonitorAws",
      assumeRolePolicy: JSON.parse(
        JSON.stringify(trust()).replaceAll(azure.tenantId, tenant ?? azure.tenantId),
      ) as object,
    });
  };

  test("fails when the session name carries another tenant than the subscription's", () => {
    connectAws("aaaabbbb-cccc-4ddd-8eee-ffff00001111");
    expect(put).toThrow("IAM role(s) do not exist or are invalid");
    azure.home.tenantId = "aaaabbbb-cccc-4ddd-8eee-ffff00001111";
    expect(put).not.toThrow();
  });

  test("fails in another location than the one it has, in any spelling of the same it is kept", () => {
    connectAws();
    put();
    const again = (location: string) => () =>
      azure.connectors.put(ADDRESS, VERSION, { location, properties: connectorProperties() });
    expect(again("West Europe")).not.toThrow();
    expect(again("northeurope")).toThrow("InvalidResourceLocation");
  });

  test("fails for an account that another connector of the tenant has", () => {
    connectAws();
    put();
    const second = () =>
      azure.connectors.put({ ...ADDRESS, name: "second" }, VERSION, { properties: connectorProperties() });
    expect(second).toThrow(`account ${ACCOUNT} is already connected by /subscriptions/`);
    azure.connectors.delete("aws-connector");
    expect(second).not.toThrow();
  });

  test("fails to be deleted below a lock, and to be changed below a lock for reading", () => {
    connectAws();
    const { id } = put();
    azure.home.lock(azure.home.resourceGroupId("security"), "CanNotDelete");
    expect(put).not.toThrow();
    expect(() => {
      azure.connectors.delete(id);
    }).toThrow("ScopeLocked: The scope");
    azure.home.lock(id, "ReadOnly");
    expect(put).toThrow("cannot perform write operation");
  });

  test("fails where the resource provider is not registered", () => {
    connectAws();
    azure.home.resourceProviders.delete("Microsoft.Security");
    expect(put).toThrow("MissingSubscriptionRegistration");
  });
});
