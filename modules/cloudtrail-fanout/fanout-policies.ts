import { denyWithoutTls, policyDocument } from "../iam";
import type { PolicyConditions, PolicyDocument, PolicyStatement } from "../iam";
import { policyJson } from "../terraform";
import type { FanoutArns } from "./fanout-arns";

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

/**
 * The policy of Sentinel's queue: what the connector's set-up wrote (statement ids included, so that a reviewer finds
 * them again), the topic's statement, and the caller's. S3 stays in for the way back. The set-up script does not name the
 * bucket's account, the set-up by CloudFormation does and also grants GetQueueAttributes; this is the latter
 * (Azure-Sentinel, DataConnectors/AWS-S3, template 2). It adds no denial: the queue belongs to Sentinel.
 */
export function sentinelQueuePolicy(
  arns: FanoutArns,
  roleArns: readonly string[],
  furtherStatements: readonly PolicyStatement[],
): PolicyDocument {
  return policyDocument([
    {
      Sid: "allow s3 to send notification messages to SQS queue",
      Effect: "Allow",
      Principal: { Service: ["s3.amazonaws.com"] },
      Action: ["SQS:SendMessage"],
      Resource: [arns.sentinelQueue],
      Condition: fromBucket(arns),
    },
    {
      Sid: "allow specific role to read/delete/change visibility of SQS messages and get queue url",
      Effect: "Allow",
      Principal: { AWS: roleArns },
      Action: [
        "SQS:ChangeMessageVisibility",
        "SQS:DeleteMessage",
        "SQS:ReceiveMessage",
        "SQS:GetQueueUrl",
        "SQS:GetQueueAttributes",
      ],
      Resource: [arns.sentinelQueue],
    },
    allowTopic(arns, arns.sentinelQueue),
    ...furtherStatements,
  ]);
}

/** A bucket's ARN names no account, and a deleted bucket's name is free for everyone: its owner is part of the condition. */
export function fromBucket(arns: FanoutArns): PolicyConditions {
  return {
    ArnLike: { "aws:SourceArn": [arns.bucket] },
    StringEquals: { "aws:SourceAccount": [arns.accountId] },
  };
}

/** A topic's ARN names its account. */
export function fromTopic(arns: FanoutArns): PolicyConditions {
  return { ArnEquals: { "aws:SourceArn": [arns.topic] } };
}

function allowTopic(arns: FanoutArns, queueArn: string): PolicyStatement {
  return {
    Sid: "AllowCloudTrailSnsToSendMessage",
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
