import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readAzure } from "../../../cli/discover/read-clouds";
import { azureCloud } from "../../support/azure-cloud";
import { AzureOverHttp } from "../../support/azure-over-http";
import { ACCOUNT } from "../../support/synth";

const ID = ACCOUNT.azureSubscriptionId;
const CONNECTOR_ID = `/subscriptions/${ID}/resourceGroups/${ACCOUNT.resourceGroupName}/providers/Microsoft.Security/securityConnectors/one`;

/**
 * One entry of each list that discover reads, with the fields of the real answers (Microsoft Learn, Azure REST API: Subscriptions
 * List, Resource Groups List, Providers List, Permissions List, Pricings List, Security Connectors List; read 2026-11).
 */
const ANSWERS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "/subscriptions": {
    id: `/subscriptions/${ID}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId: ID,
    tenantId: ACCOUNT.entraTenantId,
    displayName: "Security",
    state: "Enabled",
    subscriptionPolicies: { locationPlacementId: "Public_2014-09-01", quotaId: "Default", spendingLimit: "Off" },
  },
  [`/subscriptions/${ID}/resourceGroups`]: {
    id: `/subscriptions/${ID}/resourceGroups/${ACCOUNT.resourceGroupName}`,
    name: ACCOUNT.resourceGroupName,
    type: "Microsoft.Resources/resourceGroups",
    location: "westeurope",
    properties: { provisioningState: "Succeeded" },
  },
  [`/subscriptions/${ID}/providers`]: {
    id: `/subscriptions/${ID}/providers/Microsoft.Security`,
    namespace: "Microsoft.Security",
    registrationState: "NotRegistered",
    registrationPolicy: "RegistrationRequired",
    resourceTypes: [],
  },
  [`/subscriptions/${ID}/providers/Microsoft.Authorization/permissions`]: {
    actions: ["*/read"],
    notActions: [],
    dataActions: [],
    notDataActions: [],
  },
  [`/subscriptions/${ID}/providers/Microsoft.Security/pricings`]: {
    id: `/subscriptions/${ID}/providers/Microsoft.Security/pricings/CloudPosture`,
    name: "CloudPosture",
    type: "Microsoft.Security/pricings",
    properties: { pricingTier: "Standard", freeTrialRemainingTime: "PT0S" },
  },
  [`/subscriptions/${ID}/providers/Microsoft.Security/securityConnectors`]: {
    id: CONNECTOR_ID,
    name: "one",
    type: "Microsoft.Security/securityconnectors",
    location: "westeurope",
    etag: "etag",
    tags: {},
    systemData: {},
    properties: {
      hierarchyIdentifier: ACCOUNT.awsAccountId,
      environmentName: "AWS",
      environmentData: { environmentType: "AwsAccount" },
      offerings: [{ offeringType: "CspmMonitorAws" }],
      hierarchyIdentifierTrialEndDate: null,
    },
  },
};

test("discover reads the answers of the real Azure", async () => {
  const server = createServer(({ url = "" }, response) => {
    const answer = ANSWERS[new URL(url, "http://azure").pathname];
    response
      .writeHead(answer ? 200 : 404, { "content-type": "application/json; charset=utf-8" })
      .end(JSON.stringify(answer ? { value: [answer] } : { error: { code: "NotFound", message: url } }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const facts = await readAzure(
    { url, token: () => Promise.resolve("token") },
    { region: "eu-west-1", plans: [], organization: false },
  );
  server.closeAllConnections();
  server.close();
  expect(facts).toMatchObject({
    subscription: { subscriptionId: ID, displayName: "Security", tenantId: ACCOUNT.entraTenantId },
    resourceGroups: { value: [{ name: ACCOUNT.resourceGroupName, location: "westeurope" }] },
    isRegistered: { value: false },
    permissions: { value: [{ actions: ["*/read"], notActions: [] }] },
    pricings: { value: [{ name: "CloudPosture", properties: { pricingTier: "Standard" } }] },
    connectors: { value: [{ id: CONNECTOR_ID, properties: { hierarchyIdentifier: ACCOUNT.awsAccountId } }] },
  });
});

test("the Azure of the tests answers in the same shape, and has no field that the real one lacks", async () => {
  const server = await AzureOverHttp.start(azureCloud());
  const { url, token } = server.resourceManager;
  const headers = { authorization: `Bearer ${await token()}` };
  for (const [path, entry] of Object.entries(ANSWERS)) {
    const response = await fetch(`${url}${path}?api-version=2024-01-01`, { headers });
    const { value } = (await response.json()) as { value: readonly object[] };
    expect([path, Array.isArray(value)]).toEqual([path, true]);
    expect(Object.keys(entry)).toEqual(expect.arrayContaining(value.flatMap((one) => Object.keys(one))));
  }
  server.stop();
});
