/** The queue that Sentinel reads, the bucket that notifies it, and the role that reads. */
export interface SentinelQueue {
  readonly queueArn: string;
  readonly bucketArn: string;
  readonly roleArn: string;
}

/** The policy that Sentinel's setup script writes, in its form: no account in S3's condition, spaces in the ids. */
export function sentinelQueuePolicy({ queueArn, bucketArn, roleArn }: SentinelQueue) {
  return {
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "allow s3 to send notification messages to SQS queue",
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "SQS:SendMessage",
        Resource: queueArn,
        Condition: { ArnLike: { "aws:SourceArn": bucketArn } },
      },
      {
        Sid: "allow specific role to read/delete/change visibility of SQS messages and get queue url",
        Effect: "Allow",
        Principal: { AWS: roleArn },
        Action: ["SQS:ChangeMessageVisibility", "SQS:DeleteMessage", "SQS:ReceiveMessage", "SQS:GetQueueUrl"],
        Resource: queueArn,
      },
    ],
  };
}
