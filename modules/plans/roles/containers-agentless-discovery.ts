import { MDC_ROLE_NAME } from "../../inputs";
import { AUDIENCES, trustedByMicrosoft } from "../identity-providers";
import type { RoleDefinition } from "../role";
import { EKS_ACCESS_ENTRY_ACTIONS, EKS_CLUSTER_ACTIONS } from "./eks-actions";

export const containersAgentlessDiscovery: RoleDefinition = {
  key: "containersAgentlessDiscovery",
  description:
    "Agentless discovery of EKS clusters: reads clusters, opens the restricted public endpoint to Defender, creates access entries.",
  defaultName: () => "MDCContainersAgentlessDiscoveryK8sRole",
  formerNames: [],
  nameFormat: MDC_ROLE_NAME,
  portalParameter: "MDCContainersAgentlessDiscoveryK8sRoleName",
  ...trustedByMicrosoft(AUDIENCES.containers),
  permissions: (level, env) => ({
    awsManagedPolicies: [],
    policies: [
      {
        name: "MDCContainersAgentlessDiscoveryK8sPolicy",
        statements: [
          {
            Effect: "Allow",
            Action:
              level === "default" ? [...EKS_CLUSTER_ACTIONS, ...EKS_ACCESS_ENTRY_ACTIONS] : [...EKS_CLUSTER_ACTIONS],
            Resource: [`arn:${env.partition}:eks:*:${env.accountId}:*`],
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
    leastPrivilege: "two or more sources",
    resources: "one source",
  },
  sources: ["TF24", "CPERM", "CNET", "PERM24", "GCP"],
  risks: [
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
    "default: six actions since 2025; Microsoft's Terraform of 2024 has two at both levels.",
    "leastPrivilege: the cluster owner must map the role (access entry or aws-auth); clusters in CONFIG_MAP mode stay without inventory otherwise.",
    "eks:UpdateClusterConfig adds 172.212.245.192/28 and 48.209.1.192/28 to the public access CIDRs.",
  ],
};
