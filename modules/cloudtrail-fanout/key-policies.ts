import type { PolicyConditions, PolicyStatement } from "../iam";
import type { FanoutArns } from "./arns";
import { fromBucket, fromTopic } from "./policies";

/**
 * Customer managed keys; each takes a literal or a Terraform value. AWS managed keys do not work, because their policies cannot
 * be changed. Their aliases are refused, but their ARNs look like any other and pass: check `KeyManager` in
 * `aws kms describe-key`.
 */
export interface FanoutEncryption {
  /**
   * ARN of the key that encrypts the topic. The topic's messages contain object keys, no log content.
   * @default no encryption at rest: S3 cannot use the AWS managed key of SNS
   */
  readonly topicKeyArn?: string;
  /**
   * ARN of the key that encrypts Defender's queue and the dead-letter queues.
   * @default SSE-SQS, which needs no key policy
   */
  readonly queueKeyArn?: string;
  /**
   * ARN of the key that already encrypts Sentinel's queue. The queue stays unchanged; the key's policy must allow the topic.
   * @default Sentinel's queue has no customer managed key
   */
  readonly sentinelQueueKeyArn?: string;
  /**
   * ARN of the key with which CloudTrail encrypts the log files. The key stays unchanged; its policy must allow the readers.
   * @default the log files have no customer managed key
   */
  readonly logKeyArn?: string;
}

/** Statements that the owner of each key must add to its policy, before phase `prepare`. */
export type KeyPolicyStatements = Readonly<Partial<Record<keyof FanoutEncryption, readonly PolicyStatement[]>>>;

/**
 * The statements for the given keys. The keys are never changed here: they may belong to another account or another team.
 * Sources: S3 User Guide, "Granting permissions to publish event notification messages", SNS Developer Guide, "Key
 * management".
 */
export function keyPolicyStatements(
  keys: FanoutEncryption,
  arns: FanoutArns,
  readerRoleArns: readonly string[],
): KeyPolicyStatements {
  const s3 = encrypts("AllowS3ToUseTheKey", "s3.amazonaws.com", fromBucket(arns));
  const sns = encrypts("AllowCloudTrailSnsToUseTheKey", "sns.amazonaws.com", fromTopic(arns));
  const readers = decrypts(readerRoleArns);
  return {
    ...(keys.topicKeyArn === undefined ? {} : { topicKeyArn: [s3] }),
    ...(keys.queueKeyArn === undefined ? {} : { queueKeyArn: [sns, ...readers] }),
    // S3 and Sentinel already use these two keys.
    ...(keys.sentinelQueueKeyArn === undefined ? {} : { sentinelQueueKeyArn: [sns] }),
    ...(keys.logKeyArn === undefined ? {} : { logKeyArn: readers }),
  };
}

function encrypts(sid: string, service: string, condition: PolicyConditions): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: [service] },
    Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
    Resource: ["*"],
    Condition: condition,
  };
}

function decrypts(roleArns: readonly string[]): PolicyStatement[] {
  return roleArns.length === 0
    ? []
    : [
        {
          Sid: "AllowReadersToDecrypt",
          Effect: "Allow",
          Principal: { AWS: [...roleArns] },
          Action: ["kms:Decrypt"],
          Resource: ["*"],
        },
      ];
}
