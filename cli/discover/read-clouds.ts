import { InputError } from "../../modules/inputs";
import { readNotificationRules } from "../aws/bucket-notification";
import { readBucketKey, readBucketRegion, readFolders } from "../aws/buckets";
import type { BucketOfOwner } from "../aws/buckets";
import type { CallerFacts } from "../aws/caller";
import type { AwsClients } from "../aws/clients";
import { readClusters, readInstances, readRegions } from "../aws/compute";
import { elsewhere } from "../aws/errors";
import { readIdentityProviders } from "../aws/identity-providers";
import { readMicrosoftRoles, readStackOfRole } from "../aws/microsoft-roles";
import { readOrganizationSettings } from "../aws/organization-settings";
import { readPolicyArns } from "../aws/policy-arns";
import { readQueue } from "../aws/queues";
import { readTrails } from "../aws/trails";
import type { TrailFacts } from "../aws/trails";
import type { ResourceManager } from "../azure/resource-manager";
import {
  readConnectorSummaries,
  readPermissions,
  readPricings,
  readRegistration,
  readResourceGroups,
  readSubscriptions,
} from "../azure/subscriptions";
import type { Reading } from "../reading";
import type { AwsFacts, AzureFacts, ByRegion, DiscoverOptions, FoundRole, TrailBucketFacts } from "./facts";
import { selectionOf } from "./plans";
import { roleNames } from "./account";

/** Metrics of queues are of no use here. */
const HOURS = 1;

/** Reads what is in the account. */
export async function readAws(
  aws: AwsClients,
  { accountId, arn }: CallerFacts,
  { region, plans }: DiscoverOptions,
): Promise<AwsFacts> {
  const [, partition = "aws"] = arn.split(":");
  const names = roleNames({ accountId, partition, region }, selectionOf(plans));
  const regions = await readRegions(aws);
  const enabled = "value" in regions ? regions.value : [region];
  const [organization, identityProviders, roles, policies, trails, instances, clusters] = await Promise.all([
    readOrganizationSettings(aws),
    readIdentityProviders(aws),
    readRoles(aws, names),
    readPolicyArns(aws),
    readByRegion(aws, enabled, readTrails),
    readByRegion(aws, enabled, readInstances),
    readByRegion(aws, enabled, readClusters),
  ]);
  const buckets = await readBuckets(aws, accountId, trails);
  return {
    accountId,
    partition,
    region,
    regions,
    organization,
    identityProviders,
    roles,
    policies,
    trails,
    buckets,
    queues: await readQueues(aws, buckets, accountId),
    instances,
    clusters,
  };
}

async function readByRegion<Value>(
  aws: AwsClients,
  regions: readonly string[],
  read: (clients: AwsClients) => Promise<Reading<Value>>,
): Promise<ByRegion<Value>> {
  const ofRegion = async (region: string) =>
    [region, await elsewhere(region, () => read(aws.inRegion(region)))] as const;
  return new Map(await Promise.all(regions.map(ofRegion)));
}

async function readRoles(aws: AwsClients, names: readonly string[]): Promise<Reading<readonly FoundRole[]>> {
  const roles = await readMicrosoftRoles(aws, names);
  if ("unread" in roles) {
    return roles;
  }
  const isOurs = new Set(names.map((name) => name.toLowerCase()));
  return {
    value: await Promise.all(
      roles.value.map(async (role) => ({
        ...role,
        stack: isOurs.has(role.name.toLowerCase()) ? await readStackOfRole(aws, role.name) : { value: undefined },
      })),
    ),
  };
}

function readBuckets(
  aws: AwsClients,
  accountId: string,
  trails: ByRegion<readonly TrailFacts[]>,
): Promise<TrailBucketFacts[]> {
  // A trail of several regions is found in each of them.
  const found = new Map([...trails.values()].flatMap(valuesOf).map((trail) => [trail.arn, trail]));
  const byBucket = new Map<string, TrailFacts[]>();
  for (const trail of found.values()) {
    byBucket.set(trail.bucket, [...(byBucket.get(trail.bucket) ?? []), trail]);
  }
  return Promise.all(
    [...byBucket].map(([bucket, ofBucket]) => readBucket(aws, { bucket, ownerAccountId: accountId }, ofBucket)),
  );
}

async function readBucket(
  aws: AwsClients,
  of: BucketOfOwner,
  trails: readonly TrailFacts[],
): Promise<TrailBucketFacts> {
  const prefixes = [...new Set(trails.map(({ keyPrefix }) => `${keyPrefix}AWSLogs/`))];
  const [region, rules, keyArn, ...folders] = await Promise.all([
    readBucketRegion(aws, of),
    readNotificationRules(aws, of.bucket, of.ownerAccountId),
    readBucketKey(aws, of),
    ...prefixes.map((prefix) => readFolders(aws, of, prefix)),
  ]);
  const logFolders = folders.find((found) => "unread" in found) ?? { value: folders.flatMap(valuesOf) };
  return { name: of.bucket, trails, region, rules, keyArn, logFolders };
}

/** The queues of the account that the buckets notify. */
async function readQueues(
  aws: AwsClients,
  buckets: readonly TrailBucketFacts[],
  accountId: string,
): Promise<AwsFacts["queues"]> {
  const destinations = buckets.flatMap(({ rules }) => valuesOf(rules).map(({ destination }) => destination));
  const queues = [...new Set(destinations)].flatMap((arn) => {
    const [, , service, region = "", owner, name = ""] = arn.split(":");
    return service === "sqs" && owner === accountId ? [{ arn, region, name }] : [];
  });
  return new Map(
    await Promise.all(
      queues.map(async ({ arn, region, name }) => {
        const queue = await elsewhere(region, () => readQueue(aws.inRegion(region), name, HOURS));
        return [
          arn,
          "value" in queue ? { value: queue.value && { name, policy: queue.value.policy } } : queue,
        ] as const;
      }),
    ),
  );
}

function valuesOf<Value>(found: Reading<readonly Value[]>): readonly Value[] {
  return "value" in found ? found.value : [];
}

const NOT_READ: Reading<never> = { unread: "no subscription was chosen" };

/** Reads what is in the subscription. */
export async function readAzure(azure: ResourceManager, { subscriptionId }: DiscoverOptions): Promise<AzureFacts> {
  const subscriptions = await readSubscriptions(azure);
  const seen = "value" in subscriptions ? subscriptions.value : [];
  const [only] = seen.length === 1 ? seen : [];
  const subscription =
    subscriptionId === undefined
      ? only
      : seen.find((one) => one.subscriptionId.toLowerCase() === subscriptionId.toLowerCase());
  if (subscriptionId !== undefined && subscription === undefined && "value" in subscriptions) {
    throw InputError.of(
      "--subscription",
      subscriptionId,
      `the Azure credentials do not see it; they see: ${seen.map((one) => one.subscriptionId).join(", ") || "none"}. Sign in to its tenant, or correct it`,
    );
  }
  if (subscription === undefined) {
    return {
      subscriptions,
      resourceGroups: NOT_READ,
      isRegistered: NOT_READ,
      permissions: NOT_READ,
      connectors: NOT_READ,
      pricings: NOT_READ,
    };
  }
  const { subscriptionId: id } = subscription;
  const [resourceGroups, isRegistered, permissions, connectors, pricings] = await Promise.all([
    readResourceGroups(azure, id),
    readRegistration(azure, id),
    readPermissions(azure, id),
    readConnectorSummaries(azure, id),
    readPricings(azure, id),
  ]);
  return { subscriptions, subscription, resourceGroups, isRegistered, permissions, connectors, pricings };
}
