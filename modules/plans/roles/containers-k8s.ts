import { ROLE_NAME } from "../../inputs";
import type { AccessLevel } from "../access-level";
import type { AccountContext } from "../account-context";
import { AUDIENCES, trustedByMicrosoft } from "../identity-providers";
import { denyOnTagged } from "../role";
import type { RoleDefinition } from "../role";
import { EKS_ACCESS_ENTRY_ACTIONS, EKS_CLUSTER_ACTIONS } from "./eks-actions";

export const containersK8s: RoleDefinition = {
  key: "containersK8s",
  description:
    "Sets up the EKS audit log pipeline per cluster (log subscription, Firehose, S3, SQS) and provisions cluster components.",
  defaultName: () => "MDCContainersK8sRole",
  formerNames: ["DefenderForCloud-Containers-K8s", "azuredefender-kubernetes"],
  nameFormat: ROLE_NAME,
  portalParameter: "MDCContainersK8sRoleName",
  ...trustedByMicrosoft(AUDIENCES.containers),
  permissions: (level, env) => ({
    awsManagedPolicies: [],
    policies: [
      {
        name: "SecurityCenterKubernetesPolicy",
        statements: [
          {
            Effect: "Allow",
            Action: [
              "logs:PutSubscriptionFilter",
              "logs:DescribeSubscriptionFilters",
              "logs:DescribeLogGroups",
              "logs:PutRetentionPolicy",
            ],
            Resource: [`arn:${env.partition}:logs:*:${env.accountId}:log-group:*:*`],
          },
          {
            Effect: "Allow",
            Action: ["firehose:*"],
            Resource: [
              `arn:${env.partition}:firehose:*:${env.accountId}:deliverystream/azuredefender-*`,
              `arn:${env.partition}:firehose:*:${env.accountId}:deliverystream/ms-defender-*`,
            ],
          },
          {
            Effect: "Allow",
            Action: ["iam:PassRole"],
            Resource: passableRoles(level, env),
            Condition: { StringLike: { "iam:PassedToService": PIPELINE_SERVICES } },
          },
          {
            Effect: "Allow",
            Action:
              level === "default" ? [...EKS_CLUSTER_ACTIONS, ...EKS_ACCESS_ENTRY_ACTIONS] : [...EKS_CLUSTER_ACTIONS],
            Resource: [`arn:${env.partition}:eks:*:${env.accountId}:*`],
          },
          {
            Effect: "Allow",
            Action: ["sqs:*"],
            Resource: [
              `arn:${env.partition}:sqs:*:${env.accountId}:azuredefender-*`,
              `arn:${env.partition}:sqs:*:${env.accountId}:ms-defender-*`,
            ],
          },
          {
            Effect: "Allow",
            Action: ["s3:*"],
            Resource: [`arn:${env.partition}:s3:::azuredefender-*`, `arn:${env.partition}:s3:::ms-defender-*`],
            Condition: { StringEqualsIfExists: { "aws:ResourceAccount": [env.accountId] } },
          },
        ],
      },
    ],
  }),
  evidence: {
    name: "two or more sources",
    trust: "one source",
    audience: "two or more sources",
    default: "two or more sources",
    leastPrivilege: "inferred",
    resources: "one source",
  },
  sources: ["TF24", "TF23", "CPERM", "PERM24", "OFFBOARD", "SHOT24", "SHOT23", "GCP"],
  risks: [
    {
      risk: "logs:PutSubscriptionFilter covers every log group: each could be streamed to the buckets of the pipeline, which Microsoft reads.",
      remedy: "Tag the log groups in question. Audit logs of a cluster whose log group has the tag are not collected.",
      statements: (env) => [
        denyOnTagged(
          "KeepOutOfLogs",
          ["logs:PutSubscriptionFilter", "logs:PutRetentionPolicy"],
          [`arn:${env.partition}:logs:*:${env.accountId}:log-group:*:*`],
        ),
      ],
    },
    {
      risk: "At default: eks:CreateAccessEntry and eks:AssociateAccessPolicy on every cluster make whoever holds the role its administrator.",
      remedy:
        "Choose leastPrivilege, and map the role in each cluster yourself; or deny the clusters in question by name, here payments. Defender does not see into them.",
      statements: (env) => [
        {
          Sid: "KeepOutOfClusters",
          Effect: "Deny",
          Action: ["eks:CreateAccessEntry", "eks:AssociateAccessPolicy", "eks:UpdateClusterConfig"],
          Resource: [
            `arn:${env.partition}:eks:*:${env.accountId}:cluster/payments`,
            `arn:${env.partition}:eks:*:${env.accountId}:access-entry/payments/*`,
          ],
        },
      ],
    },
  ],
  notes: [
    "The condition on aws:ResourceAccount is this project's hardening: names of buckets are global, and a stranger may own one that matches. IfExists, because a bucket that is only being created has no owner yet.",
    "The condition on iam:PassedToService is this project's hardening: it names the two services that the roles of the pipeline trust.",
    "default: Microsoft's Terraform of 2024 and the four access-entry actions of the containers permissions page (2025), which are documentation prose only.",
    "leastPrivilege (inferred): without the access-entry actions, as documented for containersAgentlessDiscovery, and iam:PassRole for exactly the two roles that the connector names.",
    "The containers permissions page also lists sts:AssumeRole: the portal's template may hold a second trust statement.",
    "iam:PassRole at default: the three prefixes of Microsoft's Terraform, and the two service roles under their present names (inferred).",
  ],
};

/** The services that take the roles of the pipeline; CloudWatch Logs also has a regional name. */
const PIPELINE_SERVICES = ["logs.amazonaws.com", "logs.*.amazonaws.com", "firehose.amazonaws.com"];

/** The roles that Defender hands to CloudWatch Logs and Firehose when it sets up a cluster. */
function passableRoles(level: AccessLevel, env: AccountContext): string[] {
  const inUse = [env.roleArn("containersCloudWatchToKinesis"), env.roleArn("containersKinesisToS3")];
  const byPrefix = ["azuredefender-*", "msdefender-*", "DefenderForCloud-*"].map(
    (name) => `arn:${env.partition}:iam::${env.accountId}:role/${name}`,
  );
  return level === "default" ? [...byPrefix, ...inUse] : inUse;
}
