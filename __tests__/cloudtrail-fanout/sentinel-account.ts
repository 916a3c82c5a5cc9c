import { sentinelQueuePolicy } from "../../rehearsal";

/** The account as the set-up script of Sentinel's AWS S3 connector leaves it, beside a rule of somebody else. */

export const BUCKET = "trail-logs";
export const SENTINEL_QUEUE = "MicrosoftSentinelCloudTrailSqs";
export const SENTINEL_RULE_ID = "CloudTrailSentinelNotification";

/** What differs between the accounts in which the tests run. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

export function sentinelRoleArn({ accountId }: Place): string {
  return `arn:aws:iam::${accountId}:role/OIDC_MicrosoftSentinelRole`;
}

export function defenderRoleArn({ accountId }: Place): string {
  return `arn:aws:iam::${accountId}:role/DefenderCloudTrailReader`;
}

export function queueArn({ accountId, region }: Place, name: string): string {
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

/** The policy of Sentinel's queue as the script leaves it. */
export function scriptPolicy(place: Place) {
  return sentinelQueuePolicy({
    queueArn: queueArn(place, SENTINEL_QUEUE),
    bucketArn: `arn:aws:s3:*:*:${BUCKET}`,
    roleArn: sentinelRoleArn(place),
  });
}

/** A rule of another team, on other keys of the same bucket. */
export const FOREIGN_QUEUE = "config-history";
export const FOREIGN_RULE_ID = "config-history";
export const FOREIGN_PREFIX = "config/";

/** Keys that CloudTrail and others write. */
export function trailKey({ accountId, region }: Place, name: string): string {
  return `AWSLogs/${accountId}/CloudTrail/${region}/2026/01/01/${name}.json.gz`;
}
