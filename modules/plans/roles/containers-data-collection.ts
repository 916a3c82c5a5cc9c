import { ROLE_NAME } from "../../inputs";
import { AUDIENCES, microsoftTenantTrust } from "../identity-providers";
import type { RoleDefinition } from "../role";
import { requiredSetting } from "./required-setting";

export const containersDataCollection: RoleDefinition = {
  key: "containersDataCollection",
  description: "Reads EKS audit logs from the SQS queues and S3 buckets of the pipeline.",
  defaultName: () => "MDCContainersK8sDataCollectionRole",
  formerNames: ["DefenderForCloud-DataCollection", "azuredefender-kubernetes-scuba-reader"],
  nameFormat: ROLE_NAME,
  portalParameter: "AzureDefenderKubernetesScubaReaderRoleName",
  audience: AUDIENCES.containersDataCollection,
  trust: (env) => [
    {
      Effect: "Allow",
      Principal: { AWS: [`arn:${env.partition}:iam::197857026523:user/azuredefender-eks`] },
      Action: ["sts:AssumeRole"],
      Condition: {
        StringEquals: {
          "sts:ExternalId": [requiredSetting(env.settings.dataCollectionExternalId, "dataCollectionExternalId")],
        },
      },
    },
    microsoftTenantTrust(env, AUDIENCES.containersDataCollection),
  ],
  permissions: (_level, env) => ({
    awsManagedPolicies: [],
    policies: [
      {
        name: "AzureDefenderKubernetesScubaReader",
        statements: [
          {
            Effect: "Allow",
            Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
            Resource: [
              `arn:${env.partition}:sqs:*:${env.accountId}:azuredefender-*`,
              `arn:${env.partition}:sqs:*:${env.accountId}:ms-defender-*`,
            ],
          },
          {
            Effect: "Allow",
            Action: ["s3:GetObject", "s3:GetBucketLocation"],
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
    audience: "two or more sources",
    default: "two or more sources",
    leastPrivilege: "one source",
    resources: "one source",
  },
  sources: ["TF24", "TF23", "CPERM", "OFFBOARD", "REST", "AZPS", "SENT", "SENTCONN"],
  notes: [
    "The condition on aws:ResourceAccount is this project's hardening: names of buckets are global, and a stranger may own one that matches.",
    "Account 197857026523 is Microsoft's; Sentinel's legacy trust names it too. The user exists in partition aws only, so that statement cannot work elsewhere (inferred).",
    "The external id is the customer's own, one per connector, the same in the connector's dataCollectionExternalId. The values in Microsoft's samples are public: never use them.",
    "The two actions of the trust are on the containers permissions page as well; its principal and audience do not.",
    "The audience is Sentinel's. Microsoft's Terraform forgets it in the provider's list although this trust needs it.",
  ],
};
