import { ROLE_NAME } from "../../inputs";
import type { RoleDefinition } from "../role";

export const containersCloudWatchToKinesis: RoleDefinition = {
  key: "containersCloudWatchToKinesis",
  description: "Service role: CloudWatch Logs writes EKS audit logs to the Firehose streams of the pipeline.",
  defaultName: () => "MDCContainersK8sCloudWatchToKinesisRole",
  formerNames: [
    "DefenderForCloud-Containers-K8s-cloudwatch-to-kinesis",
    "azuredefender-kubernetes-cloudwatch-to-kinesis",
  ],
  nameFormat: ROLE_NAME,
  portalParameter: "AzureDefenderCloudWatchToKinesisRoleName",
  trust: (env) => [
    {
      Effect: "Allow",
      Principal: { Service: ["logs.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
      Condition: {
        StringEquals: { "aws:SourceAccount": [env.accountId] },
        ArnLike: { "aws:SourceArn": [`arn:${env.partition}:logs:*:${env.accountId}:*`] },
      },
    },
  ],
  permissions: (_level, env) => ({
    awsManagedPolicies: [],
    policies: [
      {
        name: "SecurityCenterCloudWatchToKinesis",
        statements: [
          {
            Effect: "Allow",
            Action: ["firehose:*"],
            Resource: [
              `arn:${env.partition}:firehose:*:${env.accountId}:deliverystream/azuredefender-*`,
              `arn:${env.partition}:firehose:*:${env.accountId}:deliverystream/ms-defender-*`,
            ],
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
  sources: ["TF24", "CPERM", "PERM24", "OFFBOARD", "CNET", "AWSDOC"],
  notes: [
    "The conditions on aws:SourceAccount and aws:SourceArn are this project's hardening, in the form that CloudWatch Logs documents; Microsoft's Terraform has none.",
  ],
};
