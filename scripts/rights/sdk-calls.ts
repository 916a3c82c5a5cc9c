import type { TypeGrants } from "./aws-types";

/**
 * What `discover` and `check` call in AWS, by the service's prefix and the operation of the SDK, with the right that it needs. A
 * test holds the table against the sources of cli/aws.
 */
export const SDK_CALLS: TypeGrants = {
  "cloudformation:DescribeStackResources": { anyStack: ["cloudformation:DescribeStackResources"] },
  "cloudformation:DescribeStackSet": { stackSet: ["cloudformation:DescribeStackSet"] },
  "cloudformation:ListStackInstances": { stackSet: ["cloudformation:ListStackInstances"] },
  "cloudtrail:DescribeTrails": { any: ["cloudtrail:DescribeTrails"] },
  "cloudwatch:DescribeAlarms": { alarm: ["cloudwatch:DescribeAlarms"] },
  "cloudwatch:GetMetricStatistics": { any: ["cloudwatch:GetMetricStatistics"] },
  "ec2:DescribeInstances": { any: ["ec2:DescribeInstances"] },
  "ec2:DescribeRegions": { any: ["ec2:DescribeRegions"] },
  "eks:ListClusters": { any: ["eks:ListClusters"] },
  "iam:GetInstanceProfile": { anyInstanceProfile: ["iam:GetInstanceProfile"] },
  "iam:GetOpenIDConnectProvider": { anyIdentityProvider: ["iam:GetOpenIDConnectProvider"] },
  // Also policies that somebody else attached: what they allow is compared, too.
  "iam:GetPolicy": { anyPolicy: ["iam:GetPolicy"] },
  "iam:GetPolicyVersion": { anyPolicy: ["iam:GetPolicyVersion"] },
  "iam:GetRole": { role: ["iam:GetRole"] },
  "iam:ListAttachedRolePolicies": { role: ["iam:ListAttachedRolePolicies"] },
  "iam:ListOpenIDConnectProviders": { any: ["iam:ListOpenIDConnectProviders"] },
  "iam:ListPolicies": { any: ["iam:ListPolicies"] },
  "iam:ListRolePolicies": { role: ["iam:ListRolePolicies"] },
  "iam:ListRoleTags": { role: ["iam:ListRoleTags"] },
  "iam:ListRoles": { any: ["iam:ListRoles"] },
  "kms:GetKeyPolicy": { anyKey: ["kms:GetKeyPolicy"] },
  "organizations:DescribeOrganization": { any: ["organizations:DescribeOrganization"] },
  "organizations:DescribePolicy": { controlPolicy: ["organizations:DescribePolicy"] },
  "organizations:ListAWSServiceAccessForOrganization": { any: ["organizations:ListAWSServiceAccessForOrganization"] },
  "organizations:ListAccountsForParent": { any: ["organizations:ListAccountsForParent"] },
  "organizations:ListDelegatedAdministrators": { any: ["organizations:ListDelegatedAdministrators"] },
  "organizations:ListOrganizationalUnitsForParent": { any: ["organizations:ListOrganizationalUnitsForParent"] },
  "organizations:ListPolicies": { any: ["organizations:ListPolicies"] },
  "organizations:ListRoots": { any: ["organizations:ListRoots"] },
  // Discovery looks at the bucket of every trail, at the first folders in it, and at every queue that it notifies.
  "s3:GetBucketEncryption": { anyBucket: ["s3:GetEncryptionConfiguration"] },
  "s3:GetBucketLocation": { anyBucket: ["s3:GetBucketLocation"] },
  "s3:GetBucketNotificationConfiguration": { anyBucket: ["s3:GetBucketNotification"] },
  "s3:ListObjectsV2": { anyBucket: ["s3:ListBucket"] },
  "sns:GetSubscriptionAttributes": { subscription: ["sns:GetSubscriptionAttributes"] },
  "sns:GetTopicAttributes": { topic: ["sns:GetTopicAttributes"] },
  "sns:ListTagsForResource": { topic: ["sns:ListTagsForResource"] },
  "sns:ListSubscriptionsByTopic": { topic: ["sns:ListSubscriptionsByTopic"] },
  "sqs:GetQueueAttributes": { anyQueue: ["sqs:GetQueueAttributes"] },
  "sqs:GetQueueUrl": { anyQueue: ["sqs:GetQueueUrl"] },
  "sqs:ListQueueTags": { anyQueue: ["sqs:ListQueueTags"] },
  "ssm:DescribeAssociation": { association: ["ssm:DescribeAssociation"] },
  "ssm:GetDocument": { document: ["ssm:GetDocument"] },
  "ssm:ListAssociations": { any: ["ssm:ListAssociations"] },
  // Only for the option --member-role, with a policy of its own: aws-check-members.
  "sts:AssumeRole": {},
  // Needs no permission (AWS STS API reference).
  "sts:GetCallerIdentity": {},
};
