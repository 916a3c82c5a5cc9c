import { denyWithoutTls, policyDocument } from "../iam";
import type { PolicyConditions, PolicyDocument, PolicyStatement } from "../iam";
import { policyJson } from "../terraform";
import type { FanoutArns } from "./arns";

/** Allows S3 to publish for this bucket of this account; denies requests without TLS. */
export function topicPolicy(arns: FanoutArns): PolicyDocument {
  return policyDocument([
    {
      Sid: "AllowS3ToPublish",
      Effect: "Allow",
      Principal: { Service: ["s3.amazonaws.com"] },
      Action: ["sns:Publish"],
      Resource: [arns.topic],
      Condition: fromBucket(arns),
    },
    denyWithoutTls("DenyWithoutTls", ["sns:Publish"], [arns.topic]),
  ]);
}

/** Allows the topic to send and the readers to read; denies requests without TLS. */
export function defenderQueuePolicy(arns: FanoutArns, readerRoleArns: readonly string[]): PolicyDocument {
  const readers: PolicyStatement = {
    Sid: "AllowDefenderToRead",
    Effect: "Allow",
    Principal: { AWS: readerRoleArns },
    Action: [
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:ChangeMessageVisibility",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
    ],
    Resource: [arns.defenderQueue],
  };
  return policyDocument([
    allowTopic(arns, arns.defenderQueue),
    ...(readerRoleArns.length > 0 ? [readers] : []),
    denyWithoutTls("DenyWithoutTls", ["sqs:*"], [arns.defenderQueue]),
  ]);
}

/** Allows the topic to send undeliverable messages to a dead-letter queue; denies requests without TLS. */
export function deadLetterQueuePolicy(arns: FanoutArns, queueArn: string): PolicyDocument {
  return policyDocument([allowTopic(arns, queueArn), denyWithoutTls("DenyWithoutTls", ["sqs:*"], [queueArn])]);
}

/** A bucket's ARN contains no account, and anyone can reuse the name of a deleted bucket: so the condition names its owner. */
export function fromBucket(arns: FanoutArns): PolicyConditions {
  return {
    ArnLike: { "aws:SourceArn": [arns.bucket] },
    StringEquals: { "aws:SourceAccount": [arns.bucketAccountId] },
  };
}

/** A topic's ARN contains its account. */
export function fromTopic(arns: FanoutArns): PolicyConditions {
  return { ArnEquals: { "aws:SourceArn": [arns.topic] } };
}

/** Id of the topic's statement. It contains the topic's name, so that it is unique in the policy. */
export function topicStatementId(topicName: string): string {
  return `AllowTopic-${topicName}`;
}

/** Allows the topic to send to a queue. */
export function allowTopic(arns: FanoutArns, queueArn: string): PolicyStatement {
  return {
    Sid: topicStatementId(arns.topicName),
    Effect: "Allow",
    Principal: { Service: ["sns.amazonaws.com"] },
    Action: ["sqs:SendMessage"],
    Resource: [queueArn],
    Condition: fromTopic(arns),
  };
}

/**
 * The JSON of a policy. Lists of one are written without brackets, as AWS and Microsoft's setup script write them, so that the
 * plan shows only real changes.
 */
export function policyText(document: PolicyDocument): string {
  return policyJson(document, (_, value) =>
    Array.isArray(value) && value.length === 1 && typeof value[0] === "string" ? value[0] : value,
  );
}
