import { AwsCloud, sentinelQueuePolicy } from "../../rehearsal";

/** The account as the setup script of Sentinel's AWS S3 connector leaves it, and a rule of someone else. */

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

/** The bucket's rules: Sentinel's, and that of the other team. */
export function bucketRules(place: Place) {
  return {
    queue: [
      {
        id: SENTINEL_RULE_ID,
        queue_arn: queueArn(place, SENTINEL_QUEUE),
        events: ["s3:ObjectCreated:*"],
        filter_prefix: `AWSLogs/${place.accountId}/CloudTrail/`,
        filter_suffix: ".gz",
      },
      {
        id: FOREIGN_RULE_ID,
        queue_arn: queueArn(place, FOREIGN_QUEUE),
        events: ["s3:ObjectCreated:*"],
        filter_prefix: FOREIGN_PREFIX,
      },
    ],
    eventbridge: false,
  };
}

/** What S3 asks of every destination that it is to notify. */
export function foreignQueuePolicy(place: Place) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn(place, FOREIGN_QUEUE),
        Condition: { ArnLike: { "aws:SourceArn": `arn:aws:s3:::${BUCKET}` } },
      },
    ],
  };
}

/** The account in memory. */
export function sentinelAccount(place: Place, rules: object = bucketRules(place)): AwsCloud {
  const aws = new AwsCloud({ callerAccountId: place.accountId, region: place.region });
  const { s3, sqs } = aws.caller;
  sqs.createQueue({ name: SENTINEL_QUEUE, policy: scriptPolicy(place) });
  sqs.createQueue({ name: FOREIGN_QUEUE, policy: foreignQueuePolicy(place) });
  s3.createBucket(BUCKET, rules as Parameters<typeof s3.createBucket>[1]);
  return aws;
}

/** Keys that CloudTrail and others write. */
export function trailKey({ accountId, region }: Place, name: string): string {
  return `AWSLogs/${accountId}/CloudTrail/${region}/2026/01/01/${name}.json.gz`;
}
