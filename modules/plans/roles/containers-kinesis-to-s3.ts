import { ROLE_NAME } from "../../inputs";
import type { RoleDefinition } from "../role";

export const containersKinesisToS3: RoleDefinition = {
  key: "containersKinesisToS3",
  description: "Service role: Firehose writes EKS audit logs to the S3 buckets of the pipeline.",
  defaultName: () => "MDCContainersK8sKinesisToS3Role",
  formerNames: ["DefenderForCloud-Containers-K8s-kinesis-to-s3", "azuredefender-kubernetes-kinesis-to-s3"],
  nameFormat: ROLE_NAME,
  portalParameter: "MDCContainersK8sKinesisToS3RoleName",
  trust: (env) => [
    {
      Effect: "Allow",
      Principal: { Service: ["firehose.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
      Condition: {
        StringEquals: { "sts:ExternalId": [env.accountId] },
        StringEqualsIfExists: { "aws:SourceAccount": [env.accountId] },
        ArnLikeIfExists: { "aws:SourceArn": [`arn:${env.partition}:firehose:*:${env.accountId}:deliverystream/*`] },
      },
    },
  ],
  permissions: (_level, env) => ({
    awsManagedPolicies: [],
    policies: [
      {
        name: "SecurityCenterKinesisToS3Policy",
        statements: [
          {
            Effect: "Allow",
            Action: [
              "s3:AbortMultipartUpload",
              "s3:GetBucketLocation",
              "s3:GetObject",
              "s3:ListBucket",
              "s3:ListBucketMultipartUploads",
              "s3:PutObject",
            ],
            Resource: [`arn:${env.partition}:s3:::azuredefender-*`, `arn:${env.partition}:s3:::ms-defender-*`],
            Condition: { StringEquals: { "aws:ResourceAccount": [env.accountId] } },
          },
        ],
      },
    ],
  }),
  evidence: {
    name: "two or more sources",
    trust: "one source",
    default: "two or more sources",
    leastPrivilege: "one source",
    resources: "one source",
  },
  sources: ["TF24", "TF23", "PERM24", "CPERM", "OFFBOARD", "CNET", "AWSDOC"],
  notes: [
    "The condition on aws:ResourceAccount is this project's hardening: names of buckets are global, and logs could go to a stranger's bucket that matches.",
    "Firehose presents the account id of the stream's owner as external id: that is its protection against a confused deputy.",
    "The source conditions hold only where Firehose sends the keys (IfExists): hardening of this project that cannot break the pipeline.",
  ],
};
