import { InputError } from "../../modules/inputs";
import { readNotificationRules } from "../aws/bucket-notification";
import { readBucketRegion } from "../aws/buckets";
import type { CallerFacts } from "../aws/caller";
import type { AwsClients } from "../aws/clients";
import { readClusters, readInstances } from "../aws/compute";
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
import type { AwsFacts, AzureFacts, DiscoverOptions, FoundRole, TrailBucketFacts } from "./facts";
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
  const [organization, identityProviders, roles, policies, buckets, instances, clusters] = await Promise.all([
    readOrganizationSettings(aws),
    readIdentityProviders(aws),
    readRoles(aws, names),
    readPolicyArns(aws),
    readBuckets(aws, accountId),
    readInstances(aws),
    readClusters(aws),
  ]);
  const found = "value" in buckets ? buckets.value : [];
  const destinations = found.flatMap(({ rules }) => ("value" in rules ? rules.value : []));
  return {
    accountId,
    partition,
    region,
    organization,
    identityProviders,
    roles,
    policies,
    buckets,
    queues: await readQueues(
      aws,
      destinations.map(({ destination }) => destination),
      { accountId, region },
    ),
    instances,
    clusters,
  };
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

async function readBuckets(aws: AwsClients, accountId: string): Promise<Reading<readonly TrailBucketFacts[]>> {
  const trails = await readTrails(aws);
  if ("unread" in trails) {
    return trails;
  }
  const byBucket = new Map<string, TrailFacts[]>();
  for (const trail of trails.value) {
    byBucket.set(trail.bucket, [...(byBucket.get(trail.bucket) ?? []), trail]);
  }
  return {
    value: await Promise.all(
      [...byBucket].map(async ([name, ofBucket]) => ({
        name,
        trails: ofBucket,
        region: await readBucketRegion(aws, name, accountId),
        rules: await readNotificationRules(aws, name, accountId),
      })),
    ),
  };
}

/** The queues of the account and region among the destinations. */
async function readQueues(
  aws: AwsClients,
  destinations: readonly string[],
  { accountId, region }: { readonly accountId: string; readonly region: string },
): Promise<AwsFacts["queues"]> {
  const ours = destinations.filter((arn) => {
    const [, , service, ofRegion, ofAccount] = arn.split(":");
    return service === "sqs" && ofRegion === region && ofAccount === accountId;
  });
  return new Map(
    await Promise.all(
      ours.map(async (arn) => {
        const name = arn.split(":").at(-1) ?? "";
        const queue = await readQueue(aws, name, HOURS);
        return [
          arn,
          "value" in queue ? { value: queue.value && { name, policy: queue.value.policy } } : queue,
        ] as const;
      }),
    ),
  );
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
