import type { AwsResource } from "./aws-resources";
import { SDK_CALLS } from "./sdk-calls";

/** Actions by the kind of resource that they name. */
export type Grants = Readonly<Partial<Record<AwsResource, readonly string[]>>>;

/** What a part of a stack may hold, by Terraform type; data sources start with `data.`. */
export type TypeGrants = Readonly<Record<string, Grants>>;

/*
 * What hashicorp/aws calls to plan, apply and destroy each type with the arguments that the constructs set (read from the
 * provider's source, internal/service, 2026-11).
 */

/** sts:GetCallerIdentity needs no permission (AWS STS API reference), and the region is a setting of the provider. */
const EVERYWHERE: TypeGrants = { "data.aws_caller_identity": {} };

const IDENTITY_PROVIDER: TypeGrants = {
  aws_iam_openid_connect_provider: {
    identityProvider: [
      "iam:AddClientIDToOpenIDConnectProvider",
      "iam:CreateOpenIDConnectProvider",
      "iam:DeleteOpenIDConnectProvider",
      "iam:GetOpenIDConnectProvider",
      "iam:RemoveClientIDFromOpenIDConnectProvider",
      "iam:TagOpenIDConnectProvider",
      "iam:UntagOpenIDConnectProvider",
      "iam:UpdateOpenIDConnectProviderThumbprint",
    ],
  },
  // By its URL, the data source looks for the ARN in the list.
  "data.aws_iam_openid_connect_provider": {
    any: ["iam:ListOpenIDConnectProviders"],
    identityProvider: ["iam:GetOpenIDConnectProvider"],
  },
};

const TEMPLATE_BUCKET: TypeGrants = {
  // The provider reads every setting of a bucket, also those that nothing here sets.
  aws_s3_bucket: {
    templateBucket: [
      "s3:CreateBucket",
      "s3:DeleteBucket",
      "s3:GetAccelerateConfiguration",
      "s3:GetBucketAcl",
      "s3:GetBucketCORS",
      "s3:GetBucketLocation",
      "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketRequestPayment",
      "s3:GetBucketTagging",
      "s3:GetBucketVersioning",
      "s3:GetBucketWebsite",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListBucket",
      "s3:PutBucketTagging",
    ],
  },
  aws_s3_bucket_policy: { templateBucket: ["s3:DeleteBucketPolicy", "s3:GetBucketPolicy", "s3:PutBucketPolicy"] },
  aws_s3_bucket_public_access_block: {
    templateBucket: ["s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"],
  },
  aws_s3_bucket_server_side_encryption_configuration: {
    templateBucket: ["s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration"],
  },
  aws_s3_bucket_versioning: { templateBucket: ["s3:GetBucketVersioning", "s3:PutBucketVersioning"] },
  // CloudFormation reads the template with the caller's permissions. A versioned bucket lists versions to delete an object.
  aws_s3_object: {
    templateBucket: ["s3:ListBucket", "s3:ListBucketVersions"],
    templateObject: [
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:GetObject",
      "s3:GetObjectTagging",
      "s3:PutObject",
      "s3:PutObjectTagging",
    ],
  },
};

const ACCOUNT_ONBOARDING: TypeGrants = {
  ...EVERYWHERE,
  ...IDENTITY_PROVIDER,
  aws_iam_role: {
    role: [
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePermissionsBoundary",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:PutRolePermissionsBoundary",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ],
  },
  aws_iam_policy: {
    policy: [
      "iam:CreatePolicy",
      "iam:CreatePolicyVersion",
      "iam:DeletePolicy",
      "iam:DeletePolicyVersion",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:ListPolicyVersions",
      "iam:TagPolicy",
      "iam:UntagPolicy",
    ],
  },
  aws_iam_role_policy_attachment: {
    role: ["iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:ListAttachedRolePolicies"],
  },
  // Only with adoptExisting: every other policy of an adopted role goes.
  aws_iam_role_policies_exclusive: { role: ["iam:DeleteRolePolicy", "iam:ListRolePolicies"] },
  aws_iam_role_policy_attachments_exclusive: {
    role: ["iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:ListAttachedRolePolicies"],
  },
  "data.aws_iam_role": { role: ["iam:GetRole"] },
  "data.aws_iam_roles": { any: ["iam:ListRoles"] },
  aws_ssm_document: {
    document: [
      "ssm:AddTagsToResource",
      "ssm:CreateDocument",
      "ssm:DeleteDocument",
      "ssm:DescribeDocument",
      "ssm:DescribeDocumentPermission",
      "ssm:GetDocument",
      "ssm:ListTagsForResource",
      "ssm:RemoveTagsFromResource",
      "ssm:UpdateDocument",
      "ssm:UpdateDocumentDefaultVersion",
    ],
  },
  // The association runs its document with the automation's role.
  aws_ssm_association: {
    association: [
      "ssm:AddTagsToResource",
      "ssm:CreateAssociation",
      "ssm:DeleteAssociation",
      "ssm:DescribeAssociation",
      "ssm:ListTagsForResource",
      "ssm:RemoveTagsFromResource",
      "ssm:UpdateAssociation",
    ],
    document: ["ssm:CreateAssociation", "ssm:DeleteAssociation", "ssm:DescribeAssociation", "ssm:UpdateAssociation"],
    instance: ["ssm:CreateAssociation", "ssm:DeleteAssociation", "ssm:UpdateAssociation"],
    automationRole: ["iam:PassRole"],
  },
};

const ORGANIZATION: TypeGrants = {
  ...TEMPLATE_BUCKET,
  aws_cloudformation_stack_set: {
    any: ["cloudformation:CreateStackSet"],
    stackSet: [
      "cloudformation:DeleteStackSet",
      "cloudformation:DescribeStackSet",
      "cloudformation:DescribeStackSetOperation",
      "cloudformation:ListStackSetOperationResults",
      "cloudformation:TagResource",
      "cloudformation:UntagResource",
    ],
    stackSetTarget: ["cloudformation:UpdateStackSet"],
  },
  aws_cloudformation_stack_set_instance: {
    stackSet: [
      "cloudformation:DescribeStackSetOperation",
      "cloudformation:ListStackInstances",
      "cloudformation:ListStackSetOperationResults",
    ],
    stackSetTarget: ["cloudformation:CreateStackInstances", "cloudformation:DeleteStackInstances"],
  },
  "data.aws_organizations_organization": {
    any: [
      "organizations:DescribeOrganization",
      "organizations:ListAWSServiceAccessForOrganization",
      "organizations:ListAccounts",
      "organizations:ListRoots",
    ],
  },
  "data.aws_organizations_organizational_unit_descendant_organizational_units": {
    any: ["organizations:ListOrganizationalUnitsForParent"],
  },
};

const CLOUDTRAIL_FANOUT: TypeGrants = {
  ...EVERYWHERE,
  "data.aws_region": {},
  aws_s3_bucket_notification: { logBucket: ["s3:GetBucketNotification", "s3:PutBucketNotification"] },
  "data.aws_s3_bucket_notification": { logBucket: ["s3:GetBucketNotification"] },
  aws_sns_topic: {
    topic: [
      "sns:CreateTopic",
      "sns:DeleteTopic",
      "sns:GetTopicAttributes",
      "sns:ListTagsForResource",
      "sns:SetTopicAttributes",
      "sns:TagResource",
      "sns:UntagResource",
    ],
  },
  aws_sns_topic_policy: { topic: ["sns:GetTopicAttributes", "sns:SetTopicAttributes"] },
  aws_sns_topic_subscription: {
    // Before it subscribes, the provider looks whether the queue is subscribed already (measured, 5.100.0).
    topic: ["sns:ListSubscriptionsByTopic", "sns:Subscribe"],
    subscription: ["sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"],
  },
  aws_sqs_queue: {
    ownQueue: [
      "sqs:CreateQueue",
      "sqs:DeleteQueue",
      "sqs:GetQueueAttributes",
      "sqs:ListQueueTags",
      "sqs:SetQueueAttributes",
      "sqs:TagQueue",
      "sqs:UntagQueue",
    ],
  },
  aws_sqs_queue_policy: { queue: ["sqs:GetQueueAttributes", "sqs:SetQueueAttributes"] },
  "data.aws_sqs_queue": { queue: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"] },
  "data.aws_sqs_queues": { any: ["sqs:ListQueues"] },
  aws_cloudwatch_metric_alarm: {
    alarm: [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:ListTagsForResource",
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:TagResource",
      "cloudwatch:UntagResource",
    ],
  },
};

const PORTAL_TEMPLATE: TypeGrants = {
  ...EVERYWHERE,
  ...IDENTITY_PROVIDER,
  ...TEMPLATE_BUCKET,
  aws_cloudformation_stack: {
    stack: [
      "cloudformation:CreateStack",
      "cloudformation:DeleteStack",
      "cloudformation:DescribeStackEvents",
      "cloudformation:DescribeStacks",
      "cloudformation:GetTemplate",
      "cloudformation:TagResource",
      "cloudformation:UntagResource",
      "cloudformation:UpdateStack",
    ],
  },
  // CloudFormation creates the roles with the caller's permissions: those of the handlers of its type AWS::IAM::Role.
  "AWS::IAM::Role": {
    role: [
      "iam:AttachRolePolicy",
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePermissionsBoundary",
      "iam:DeleteRolePolicy",
      "iam:DetachRolePolicy",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
      "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ],
  },
};

/** A part of the project, and what its deployer needs. */
export interface AwsPart {
  /** Name of its file. */
  readonly name: string;
  /** What the rights are for. */
  readonly purpose: string;
  /** What its stacks may hold. */
  readonly types: TypeGrants;
}

/** What whoever deploys needs in AWS, by part. */
export const AWS_PARTS: readonly AwsPart[] = [
  {
    name: "aws-account-onboarding",
    purpose: "`AccountOnboarding`, and the management account's side of `OrganizationOnboarding`",
    types: ACCOUNT_ONBOARDING,
  },
  {
    name: "aws-organization",
    purpose:
      "the member accounts of `OrganizationOnboarding` and `PortalTemplateOrganization`, in addition to the account's own; in the management account",
    types: ORGANIZATION,
  },
  { name: "aws-cloudtrail-fanout", purpose: "`CloudTrailFanout`", types: CLOUDTRAIL_FANOUT },
  {
    name: "aws-portal-template",
    purpose: "`PortalTemplateOnboarding`, whose stack creates the roles with your permissions",
    types: PORTAL_TEMPLATE,
  },
  {
    name: "aws-discover-and-check",
    purpose: "nothing: `discover` and `check`, which only read",
    types: SDK_CALLS,
  },
  {
    name: "aws-check-members",
    purpose:
      "nothing: `check --member-role`, in addition; the role in the members needs `aws-discover-and-check` there",
    types: { "sts:AssumeRole": { memberRole: ["sts:AssumeRole"] } },
  },
];
