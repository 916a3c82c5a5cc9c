import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfiguration } from "../../../cli/config";
import type { AwsFacts, AzureFacts, DiscoverOptions } from "../../../cli/discover/facts";
import { propose } from "../../../cli/discover/proposal";
import { discoverReport } from "../../../cli/discover/report";
import { MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../../modules";
import { identityProviderArn } from "../../../modules/plans";

const ACCOUNT = "111122223333";
const REGION = "eu-central-1";
const SUBSCRIPTION = "22222222-3333-4444-5555-666666666666";
const TENANT = "11111111-2222-3333-4444-555555555555";
const PROVIDER = identityProviderArn({ partition: "aws", accountId: ACCOUNT }, MICROSOFT_TENANT_ID);
const SENTINEL_ROLE = `arn:aws:iam::${ACCOUNT}:role/OIDC_MicrosoftSentinelRole`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:sentinel`;
const OPTIONS: DiscoverOptions = { region: REGION, plans: [], organization: false };

const emptyAws: AwsFacts = {
  accountId: ACCOUNT,
  partition: "aws",
  region: REGION,
  organization: { value: undefined },
  identityProviders: { value: [] },
  roles: { value: [] },
  policies: { value: [] },
  buckets: { value: [] },
  queues: new Map(),
  instances: { value: { count: 2, withoutProfile: 1 } },
  clusters: { value: [] },
};
const azure: AzureFacts = {
  subscriptions: { value: [{ subscriptionId: SUBSCRIPTION, displayName: "Security", tenantId: TENANT }] },
  subscription: { subscriptionId: SUBSCRIPTION, displayName: "Security", tenantId: TENANT },
  resourceGroups: { value: [{ name: "security", location: "westeurope" }] },
  isRegistered: { value: true },
  permissions: { value: [{ actions: ["*"], notActions: ["Microsoft.Authorization/*/write"] }] },
  connectors: { value: [] },
  pricings: { value: [] },
};
/** An account as Sentinel left it: its provider, its role, and a queue that the trail's bucket notifies. */
const sentinelAws: AwsFacts = {
  ...emptyAws,
  identityProviders: {
    value: [{ arn: PROVIDER, url: `sts.windows.net/${MICROSOFT_TENANT_ID}/`, audiences: [SENTINEL_AUDIENCE] }],
  },
  roles: {
    value: [
      {
        name: "OIDC_MicrosoftSentinelRole",
        arn: SENTINEL_ROLE,
        trust: `{"aud":"${SENTINEL_AUDIENCE}"}`,
        stack: { value: undefined },
      },
    ],
  },
  buckets: {
    value: [
      {
        name: "cloudtrail-logs",
        trails: [{ name: "audit", bucket: "cloudtrail-logs", isOrganizationTrail: false }],
        region: { value: REGION },
        rules: {
          value: [
            { id: "other", destination: "arn:aws:sns:x" },
            { id: "sentinel", destination: QUEUE },
          ],
        },
      },
    ],
  },
  queues: new Map([
    [
      QUEUE,
      {
        value: {
          name: "sentinel",
          policy: JSON.stringify({
            Statement: [{ Effect: "Allow", Principal: { AWS: SENTINEL_ROLE }, Action: "SQS:ReceiveMessage" }],
          }),
        },
      },
    ],
  ]),
};

/** The configuration as the file would be read. */
function read(configuration: object) {
  const folder = mkdtempSync(join(tmpdir(), "proposal-"));
  const path = join(folder, "defender.json");
  writeFileSync(path, JSON.stringify(configuration));
  try {
    return readConfiguration(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the proposal", () => {
  test("for an empty account is foundational CSPM with a provider of its own, and a valid file", () => {
    const { configuration, toDo, unread } = propose(emptyAws, azure, OPTIONS);
    expect(read(configuration).accountOnboarding?.props).toEqual({
      awsAccountId: ACCOUNT,
      awsRegion: REGION,
      entraTenantId: TENANT,
      azureSubscriptionId: SUBSCRIPTION,
      resourceGroupName: "security",
      location: "westeurope",
      connectorName: `aws-${ACCOUNT}`,
      accessLevel: "leastPrivilege",
      plans: {},
      identityProvider: { mode: "create" },
    });
    expect({ toDo, unread }).toEqual({ toDo: [], unread: [] });
  });

  test("extends the provider that Sentinel uses, and fans the trail out whose queue Sentinel reads", () => {
    const { configuration, variables } = propose(sentinelAws, azure, OPTIONS);
    const { accountOnboarding, cloudTrailFanout } = read(configuration);
    expect(accountOnboarding?.props.identityProvider).toEqual({ mode: "extend" });
    expect(cloudTrailFanout?.props).toEqual({
      phase: "prepare",
      awsAccountId: ACCOUNT,
      awsRegion: REGION,
      bucketName: "cloudtrail-logs",
      sentinel: { queueName: "sentinel" },
      defender: { readerRoleArns: [] },
    });
    expect(variables).toMatchObject({
      aws_account_id: ACCOUNT,
      sentinel_queue_name: "sentinel",
      fanout_phase: "prepare",
    });
  });

  test("expects no Sentinel at a provider that lacks its audience", () => {
    const identityProviders = { value: [{ arn: PROVIDER, url: "x", audiences: ["api://other"] }] };
    const { configuration } = propose({ ...emptyAws, identityProviders }, azure, OPTIONS);
    expect(read(configuration).accountOnboarding?.props.identityProvider).toEqual({
      mode: "extend",
      expectedAudiences: [],
    });
  });

  test("proposes no fan-out for a queue that Sentinel does not read", () => {
    const queues = new Map([[QUEUE, { value: { name: "sentinel", policy: "{}" } }]]);
    expect(propose({ ...sentinelAws, queues }, azure, OPTIONS).configuration).not.toHaveProperty("cloudTrailFanout");
  });

  test("takes over roles that are left, and says which stack must let go of them first", () => {
    const left = { name: "cspmmonitoraws", arn: "x", trust: "{}", stack: { value: "portal" } };
    const { configuration, toDo } = propose({ ...emptyAws, roles: { value: [left] } }, azure, OPTIONS);
    expect(read(configuration).accountOnboarding?.props.roles).toEqual({ all: { adoptExisting: true } });
    expect(toDo).toEqual([expect.stringContaining("Retain the roles in stack portal and delete the stack")]);
  });

  test("takes over the policies that are left, even where their role is gone", () => {
    const policies = { value: [`arn:aws:iam::${ACCOUNT}:policy/CspmMonitorAwsPolicy`] };
    const { configuration, toDo } = propose({ ...emptyAws, policies }, azure, OPTIONS);
    expect(read(configuration).accountOnboarding?.props.roles).toEqual({
      cspmMonitor: { adoptPolicies: ["CspmMonitorAwsPolicy"] },
    });
    expect(toDo).toEqual([]);
  });

  test("says that a policy must go whose name is taken at another path", () => {
    const arn = `arn:aws:iam::${ACCOUNT}:policy/old/cspmMonitorAwsPolicy`;
    const { configuration, toDo } = propose({ ...emptyAws, policies: { value: [arn] } }, azure, OPTIONS);
    expect(read(configuration).accountOnboarding?.props.roles).toBeUndefined();
    expect(toDo).toEqual([expect.stringContaining(`Delete policy ${arn}`)]);
  });

  test("names the place of a connector that exists, and says that it must be imported or deleted", () => {
    const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/old/providers/Microsoft.Security/securityConnectors/mine`;
    const connectors = {
      value: [{ id, name: "mine", location: "northeurope", properties: { hierarchyIdentifier: ACCOUNT } }],
    };
    const resourceGroups = {
      value: [
        { name: "security", location: "westeurope" },
        { name: "old", location: "westeurope" },
      ],
    };
    const { configuration, toDo } = propose(emptyAws, { ...azure, connectors, resourceGroups }, OPTIONS);
    expect(configuration.accountOnboarding).toMatchObject({
      connectorName: "mine",
      resourceGroupName: "old",
      location: "northeurope",
    });
    expect(toDo).toEqual([expect.stringContaining("Import the existing connector before the first apply")]);
  });

  test("connects the organization where that is wanted, below its root", () => {
    const details = { value: { rootIds: ["r-ab12"], trustsStackSets: false, controlPolicies: [] } };
    const organization = { value: { managementAccountId: ACCOUNT, details } };
    const { configuration, toDo } = propose({ ...emptyAws, organization }, azure, { ...OPTIONS, organization: true });
    expect(read(configuration).organizationOnboarding?.props).toMatchObject({
      stackSetName: "defender-for-cloud",
      targets: ["r-ab12"],
    });
    expect(toDo).toEqual([expect.stringContaining("activate-organizations-access")]);
  });

  test("says which control policy denies what an onboarding does", () => {
    const document = JSON.stringify({ Statement: { Effect: "Deny", Action: ["iam:Create*"], Resource: "*" } });
    const details = {
      value: { rootIds: ["r-ab12"], trustsStackSets: true, controlPolicies: [{ name: "no-iam", document }] },
    };
    const { remarks } = propose(
      { ...emptyAws, organization: { value: { managementAccountId: ACCOUNT, details } } },
      azure,
      OPTIONS,
    );
    expect(remarks).toContainEqual(
      expect.objectContaining({
        subject: "control policy no-iam",
        found: "denies iam:CreateRole, iam:CreateOpenIDConnectProvider in some accounts",
      }),
    );
  });

  test("goes on without what could not be read, and lists it", () => {
    const denied = { unread: "not authorized to perform: eks:ListClusters" };
    const { unread, configuration } = propose({ ...emptyAws, clusters: denied }, azure, OPTIONS);
    expect(unread).toEqual([{ subject: "EKS clusters", reason: denied.unread }]);
    expect(configuration).toHaveProperty("accountOnboarding");
  });

  test("asks for the subscription and the resource group where it cannot tell", () => {
    const { subscription, ...without } = azure;
    expect(subscription).toBeDefined();
    expect(propose(emptyAws, without, OPTIONS).toDo).toEqual([
      expect.stringContaining(`run again with --subscription. The credentials see: ${SUBSCRIPTION} (Security)`),
    ]);
    const resourceGroups = {
      value: [
        { name: "a", location: "x" },
        { name: "b", location: "x" },
      ],
    };
    expect(propose(emptyAws, { ...azure, resourceGroups }, OPTIONS).toDo).toEqual([
      expect.stringContaining("run again with --resource-group. There are: a, b"),
    ]);
  });

  test("says what the caller lacks in Azure", () => {
    const poor: AzureFacts = {
      ...azure,
      isRegistered: { value: false },
      permissions: { value: [{ actions: ["*/read"], notActions: [] }] },
    };
    expect(propose(emptyAws, poor, OPTIONS).toDo).toEqual([
      expect.stringContaining("az provider register --namespace Microsoft.Security"),
      expect.stringContaining("lacks Microsoft.Security/securityConnectors/write"),
    ]);
  });

  test("fails for an unknown plan, and suggests the one that is meant", () => {
    expect(() => propose(emptyAws, azure, { ...OPTIONS, plans: ["container"] })).toThrow(
      '--plans: "container" is not allowed; did you mean containers? allowed: defenderCspm, serversP1, serversP2, containers, databases',
    );
  });

  test("fails for both sub-plans of servers", () => {
    expect(() => propose(emptyAws, azure, { ...OPTIONS, plans: ["serversP1", "serversP2"] })).toThrow(
      "servers has one sub-plan",
    );
  });
});

test("the report says what bills and what changes with the chosen plans", () => {
  const options = { ...OPTIONS, plans: ["serversP2"] };
  const report = discoverReport(propose(sentinelAws, azure, options), options);
  expect(report).toContain("Azure bills each running server");
  expect(report).toContain("Microsoft Sentinel uses it: it is extended");
  expect(discoverReport(propose(emptyAws, azure, OPTIONS), OPTIONS)).not.toContain("Azure bills each running server");
});
