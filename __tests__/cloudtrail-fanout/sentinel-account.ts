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

/** The two statements that the script writes, in its form: no account in S3's condition, spaces in the ids. */
export function scriptPolicy(place: Place) {
  const resource = queueArn(place, SENTINEL_QUEUE);
  return {
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "allow s3 to send notification messages to SQS queue",
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "SQS:SendMessage",
        Resource: resource,
        Condition: { ArnLike: { "aws:SourceArn": `arn:aws:s3:*:*:${BUCKET}` } },
      },
      {
        Sid: "allow specific role to read/delete/change visibility of SQS messages and get queue url",
        Effect: "Allow",
        Principal: { AWS: sentinelRoleArn(place) },
        Action: ["SQS:ChangeMessageVisibility", "SQS:DeleteMessage", "SQS:ReceiveMessage", "SQS:GetQueueUrl"],
        Resource: resource,
      },
    ],
  };
}

/** A rule of another team, on other keys of the same bucket. */
export const FOREIGN_QUEUE = "config-history";
export const FOREIGN_RULE_ID = "config-history";
export const FOREIGN_PREFIX = "config/";

/** Keys that CloudTrail and others write. */
export function trailKey({ accountId, region }: Place, name: string): string {
  return `AWSLogs/${accountId}/CloudTrail/${region}/2026/01/01/${name}.json.gz`;
}
