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
});
