/** Reads a cluster and opens its restricted endpoint to Defender (Microsoft's Terraform, 2024-02-13). */
export const EKS_CLUSTER_ACTIONS = ["eks:UpdateClusterConfig", "eks:DescribeCluster"] as const;

/** Gives Defender an access entry in the cluster (containers-permissions.md, 2025-03-06). */
export const EKS_ACCESS_ENTRY_ACTIONS = [
  "eks:CreateAccessEntry",
  "eks:ListAccessEntries",
  "eks:AssociateAccessPolicy",
  "eks:ListAssociatedAccessPolicies",
] as const;
