import { denyWithoutTls, policyDocument } from "../iam";
import type { PolicyConditions, PolicyDocument, PolicyStatement } from "../iam";
import { policyJson } from "../terraform";
import type { FanoutArns } from "./arns";

/** Lets S3 publish for this bucket of this account; denies everyone without TLS. */
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

/** Lets the topic send and the readers read; denies everyone without TLS. */
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

/** Lets the topic put what it could not deliver into a dead-letter queue; denies everyone without TLS. */
export function deadLetterQueuePolicy(arns: FanoutArns, queueArn: string): PolicyDocument {
  return policyDocument([allowTopic(arns, queueArn), denyWithoutTls("DenyWithoutTls", ["sqs:*"], [queueArn])]);
}

/** A bucket's ARN names no account, and a deleted bucket's name is free for everyone: its owner is part of the condition. */
export function fromBucket(arns: FanoutArns): PolicyConditions {
  return {
    ArnLike: { "aws:SourceArn": [arns.bucket] },
    StringEquals: { "aws:SourceAccount": [arns.bucketAccountId] },
  };
}

/** A topic's ARN names its account. */
export function fromTopic(arns: FanoutArns): PolicyConditions {
  return { ArnEquals: { "aws:SourceArn": [arns.topic] } };
}

/** Id of the topic's statement. It names the topic, so that nobody else's statement has it. */
export function topicStatementId(topicName: string): string {
  return `AllowTopic-${topicName}`;
}

/** Lets the topic send to a queue. */
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
 * The text of a policy, with lists of one written as AWS and Microsoft's set-up write them: without brackets. The plan
 * then shows only what really changes.
 */
export function policyText(document: PolicyDocument): string {
  return policyJson(document, (_, value) =>
    Array.isArray(value) && value.length === 1 && typeof value[0] === "string" ? value[0] : value,
  );
}
