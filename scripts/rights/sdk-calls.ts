import type { TypeGrants } from "./aws-types";

/**
 * What `discover` and `check` call in AWS, by the service's prefix and the operation of the SDK, with the right that it needs. A
 * test holds the table against the sources of cli/aws.
 */
export const SDK_CALLS: TypeGrants = {
  "cloudformation:DescribeStackSet": { stackSet: ["cloudformation:DescribeStackSet"] },
  "cloudformation:ListStackInstances": { stackSet: ["cloudformation:ListStackInstances"] },
  "cloudwatch:GetMetricStatistics": { any: ["cloudwatch:GetMetricStatistics"] },
  "iam:GetOpenIDConnectProvider": { anyIdentityProvider: ["iam:GetOpenIDConnectProvider"] },
  // Also policies that somebody else attached: what they allow is compared, too.
  "iam:GetPolicy": { anyPolicy: ["iam:GetPolicy"] },
  "iam:GetPolicyVersion": { anyPolicy: ["iam:GetPolicyVersion"] },
  "iam:GetRole": { role: ["iam:GetRole"] },
  "iam:ListAttachedRolePolicies": { role: ["iam:ListAttachedRolePolicies"] },
  "iam:ListOpenIDConnectProviders": { any: ["iam:ListOpenIDConnectProviders"] },
  "iam:ListRolePolicies": { role: ["iam:ListRolePolicies"] },
  "organizations:ListAccountsForParent": { any: ["organizations:ListAccountsForParent"] },
  "organizations:ListOrganizationalUnitsForParent": { any: ["organizations:ListOrganizationalUnitsForParent"] },
  "s3:GetBucketNotificationConfiguration": { logBucket: ["s3:GetBucketNotification"] },
  "sns:GetSubscriptionAttributes": { subscription: ["sns:GetSubscriptionAttributes"] },
  "sns:GetTopicAttributes": { topic: ["sns:GetTopicAttributes"] },
  "sns:ListSubscriptionsByTopic": { topic: ["sns:ListSubscriptionsByTopic"] },
  "sqs:GetQueueAttributes": { queue: ["sqs:GetQueueAttributes"] },
  "sqs:GetQueueUrl": { queue: ["sqs:GetQueueUrl"] },
  // Needs no permission (AWS STS API reference).
  "sts:GetCallerIdentity": {},
};
