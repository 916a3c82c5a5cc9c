import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfiguration } from "../../../cli/config";
import type { OrganizationSettings } from "../../../cli/aws/organization-settings";
import type { TrailFacts } from "../../../cli/aws/trails";
import type { AwsFacts, AzureFacts, DiscoverOptions, TrailBucketFacts } from "../../../cli/discover/facts";
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

const TRAIL: TrailFacts = {
  arn: `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/audit`,
  name: "audit",
  homeRegion: REGION,
  isMultiRegion: true,
  isOrganizationTrail: false,
  bucket: "cloudtrail-logs",
  keyPrefix: "",
};
const emptyAws: AwsFacts = {
  accountId: ACCOUNT,
  partition: "aws",
  region: REGION,
  regions: { value: [REGION, "us-east-1"] },
  organization: { value: undefined },
  identityProviders: { value: [] },
  roles: { value: [] },
  policies: { value: [] },
  trails: new Map(),
  buckets: [],
  queues: new Map(),
  instances: new Map([
    [REGION, { value: { count: 2, withoutProfile: 1 } }],
    ["us-east-1", { value: { count: 3, withoutProfile: 0 } }],
  ]),
  clusters: new Map([[REGION, { value: [] }]]),
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
  buckets: [
    {
      name: "cloudtrail-logs",
      trails: [TRAIL],
      region: { value: REGION },
      keyArn: { value: undefined },
      logFolders: { value: [`AWSLogs/${ACCOUNT}/`] },
      rules: {
        value: [
          { id: "other", destination: "arn:aws:sns:x" },
          { id: "sentinel", destination: QUEUE, prefix: `AWSLogs/${ACCOUNT}/CloudTrail/` },
        ],
      },
    },
  ],
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

/** The same, with another bucket. */
function withBucket(changes: Partial<TrailBucketFacts>): AwsFacts {
  return { ...sentinelAws, buckets: sentinelAws.buckets.map((bucket) => ({ ...bucket, ...changes })) };
}

/** An account that manages its organization. */
function organizationOf(changes: Partial<OrganizationSettings>): AwsFacts {
  return {
    ...emptyAws,
    organization: {
      value: {
        managementAccountId: ACCOUNT,
        rootIds: { value: ["r-ab12"] },
        trustsStackSets: { value: true },
        stackSetAdministrators: { value: [] },
        controlPolicies: { value: [] },
        ...changes,
      },
    },
  };
}

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

  test.each<[string, Partial<AwsFacts>]>([
    ["the roles", { roles: { unread: "not authorized to perform: iam:ListRoles" } }],
    ["the queue", { queues: new Map([[QUEUE, { unread: "not authorized to perform: sqs:GetQueueAttributes" }]]) }],
  ])("does not say that Sentinel reads nothing where %s could not be read", (_, unread) => {
    const { configuration, remarks } = propose({ ...sentinelAws, ...unread }, azure, OPTIONS);
    expect(configuration).not.toHaveProperty("cloudTrailFanout");
    expect(remarks).toContainEqual(
      expect.objectContaining({ means: expect.stringContaining("unknown whether Sentinel reads it") as unknown }),
    );
  });

  test.each([
    ["lets nobody in", "{}"],
    [
      "denies it",
      JSON.stringify({ Statement: [{ Effect: "Deny", Principal: { AWS: SENTINEL_ROLE }, Action: "SQS:*" }] }),
    ],
  ])("proposes no fan-out for a queue that Sentinel does not read: its policy %s", (_, policy) => {
    const queues = new Map([[QUEUE, { value: { name: "sentinel", policy } }]]);
    expect(propose({ ...sentinelAws, queues }, azure, OPTIONS).configuration).not.toHaveProperty("cloudTrailFanout");
  });

  test("proposes the fan-out in the region of bucket and queue, whatever the region of the AWS provider", () => {
    const { configuration } = propose(withBucket({ region: { value: "us-east-1" } }), azure, OPTIONS);
    expect(configuration).toMatchObject({
      accountOnboarding: { awsRegion: REGION },
      cloudTrailFanout: { awsRegion: "us-east-1" },
    });
  });

  test("names the key of the log files: that of the trail, else that of the bucket", () => {
    const key = (name: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`;
    const keyArn = { value: key("bucket") };
    const logKeyOf = (bucket: Partial<TrailBucketFacts>) =>
      propose(withBucket(bucket), azure, OPTIONS).configuration.cloudTrailFanout;
    expect(logKeyOf({ keyArn })).toMatchObject({ encryption: { logKeyArn: key("bucket") } });
    expect(logKeyOf({ keyArn, trails: [{ ...TRAIL, kmsKeyArn: key("trail") }] })).toMatchObject({
      encryption: { logKeyArn: key("trail") },
    });
  });

  test("says of an organization's log files that Sentinel's rule for one account does not tell of them", () => {
    const logFolders = { value: [`AWSLogs/${ACCOUNT}/`, "AWSLogs/o-ab12cd34ef/"] };
    const trails = [{ ...TRAIL, isOrganizationTrail: true }];
    const { remarks, toDo } = propose(withBucket({ logFolders, trails }), azure, OPTIONS);
    expect(toDo[0]).toBe(
      `Ask Sentinel's team about AWSLogs/o-ab12cd34ef/ of bucket cloudtrail-logs: no rule tells of the log files there (prefixes: AWSLogs/${ACCOUNT}/CloudTrail/), so neither reader gets them. Correct Sentinel's rule, or add them with cloudTrailFanout.additionalKeys.`,
    );
    expect(remarks).toContainEqual(
      expect.objectContaining({
        subject: "bucket cloudtrail-logs of trail audit (whole organization, all regions)",
        found: `2 notification rules; region ${REGION}; log files in AWSLogs/${ACCOUNT}/, AWSLogs/o-ab12cd34ef/`,
      }),
    );
  });

  test("says nothing about the layout where a rule without a prefix tells of everything", () => {
    const logFolders = { value: ["AWSLogs/o-ab12cd34ef/"] };
    const { toDo } = propose(
      withBucket({ logFolders, rules: { value: [{ id: "sentinel", destination: QUEUE }] } }),
      azure,
      OPTIONS,
    );
    expect(toDo).toEqual([expect.stringContaining("readerRoleArns")]);
  });

  test("says of a bucket that cannot be read that another account may own it", () => {
    const denied = { unread: "Access Denied (right: s3:GetBucketLocation)" };
    const { remarks, unread, configuration } = propose(
      withBucket({ region: denied, rules: denied, keyArn: denied, logFolders: denied }),
      azure,
      OPTIONS,
    );
    expect(configuration).not.toHaveProperty("cloudTrailFanout");
    expect(remarks).toContainEqual(
      expect.objectContaining({ means: expect.stringContaining("if another account owns it") as unknown }),
    );
    expect(unread).toHaveLength(4);
  });

  test("proposes one fan-out, and says that a second bucket needs one of its own", () => {
    const more = withBucket({ name: "more-logs", region: { value: "us-east-1" } });
    const buckets = [...sentinelAws.buckets, ...more.buckets];
    const { configuration, toDo } = propose({ ...sentinelAws, buckets }, azure, OPTIONS);
    expect(configuration).toMatchObject({ cloudTrailFanout: { bucketName: "cloudtrail-logs" } });
    expect(toDo).toContainEqual(expect.stringMatching(/Sentinel reads bucket more-logs, too: .*awsRegion us-east-1/));
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
    const { configuration, toDo } = propose(organizationOf({ trustsStackSets: { value: false } }), azure, {
      ...OPTIONS,
      organization: true,
    });
    expect(read(configuration).organizationOnboarding?.props).toMatchObject({
      stackSetName: "defender-for-cloud",
      targets: ["r-ab12"],
    });
    expect(toDo).toEqual([expect.stringContaining("activate-organizations-access")]);
  });

  test("sends whoever wants the organization to its management account, a delegated administrator, too", () => {
    const member = organizationOf({ managementAccountId: "999988887777" });
    const { toDo } = propose(member, azure, { ...OPTIONS, organization: true });
    expect(toDo).toEqual([expect.stringMatching(/credentials of the management account.*never by a delegated/)]);
  });

  test("names delegated administrators, through which Defender connects no organization", () => {
    const { remarks } = propose(
      organizationOf({ stackSetAdministrators: { value: ["444455556666"] } }),
      azure,
      OPTIONS,
    );
    expect(remarks).toContainEqual({
      subject: "delegated administrators for StackSets",
      found: "444455556666",
      means: expect.stringContaining("Defender for Cloud does not support them") as unknown,
    });
  });

  test.each([
    [{ Action: ["IAM:create*"] }, "denies iam:CreateRole, iam:CreateOpenIDConnectProvider in some accounts"],
    // A policy that allows some regions only has this form: it denies everything but the global services.
    [{ NotAction: ["iam:*", "organizations:*"] }, "denies sts:AssumeRoleWithWebIdentity in some accounts"],
  ])("says which control policy denies what an onboarding does: %j", (actions, found) => {
    const document = JSON.stringify({ Statement: { Effect: "Deny", ...actions, Resource: "*" } });
    const { remarks } = propose(
      organizationOf({ controlPolicies: { value: [{ name: "no-iam", document }] } }),
      azure,
      OPTIONS,
    );
    expect(remarks).toContainEqual(expect.objectContaining({ subject: "control policy no-iam", found }));
  });

  test("says what of the organization could not be read, and still proposes the rest", () => {
    const denied = { unread: "not authorized to perform: organizations:ListDelegatedAdministrators" };
    const { unread, configuration } = propose(organizationOf({ stackSetAdministrators: denied }), azure, {
      ...OPTIONS,
      organization: true,
    });
    expect(unread).toEqual([{ subject: "delegated administrators for StackSets", reason: denied.unread }]);
    expect(configuration).toMatchObject({ organizationOnboarding: { targets: ["r-ab12"] } });
  });

  test("goes on without what could not be read, and lists regions together that give the same reason", () => {
    const denied = { unread: "not authorized to perform: eks:ListClusters" };
    const clusters = new Map([
      [REGION, denied],
      ["us-east-1", denied],
    ]);
    const { unread, remarks, configuration } = propose({ ...emptyAws, clusters }, azure, OPTIONS);
    expect(unread).toEqual([{ subject: `EKS clusters of ${REGION}, us-east-1`, reason: denied.unread }]);
    expect(remarks.map(({ subject }) => subject)).not.toContain("EKS clusters");
    expect(configuration).toHaveProperty("accountOnboarding");
  });

  test("counts instances in every region", () => {
    expect(propose(emptyAws, azure, OPTIONS).remarks).toContainEqual(
      expect.objectContaining({
        subject: "EC2 instances",
        found: `5 (${REGION}: 2, us-east-1: 3), 1 of them without an instance profile`,
      }),
    );
  });

  test("says where only one region was looked at", () => {
    const regions = { unread: "not authorized to perform: ec2:DescribeRegions" };
    const { remarks, unread } = propose({ ...emptyAws, regions }, azure, OPTIONS);
    expect(remarks).toContainEqual(
      expect.objectContaining({ subject: "enabled regions", means: `only ${REGION} was looked at` }),
    );
    expect(unread).toEqual([{ subject: "enabled regions", reason: regions.unread }]);
  });

  test("says nothing about plans and connectors of the subscription that it could not read", () => {
    const denied = { unread: "AuthorizationFailed" };
    const { remarks } = propose(emptyAws, { ...azure, pricings: denied, connectors: denied }, OPTIONS);
    const subjects = remarks.map(({ subject }) => subject);
    expect(subjects).toContain("subscription");
    expect(subjects).not.toContain("plans of the subscription");
    expect(subjects).not.toContain("connector");
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
