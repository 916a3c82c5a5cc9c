import type { Consequence } from "./plan";

/** What Defender CSPM and Defender for Containers have in common: discovery of clusters, and assessment of images. */
export const REGISTRY_AND_CLUSTER_CONSEQUENCES: readonly Consequence<
  "agentlessKubernetesDiscovery" | "containerImageAssessment"
>[] = [
  {
    kind: "change",
    feature: "agentlessKubernetesDiscovery",
    text: "Defender creates access entries in EKS clusters, and lets itself through where the public endpoint of a cluster is restricted.",
  },
  {
    kind: "access",
    feature: "agentlessKubernetesDiscovery",
    text: "Reads objects of EKS clusters through their API.",
  },
  { kind: "access", feature: "containerImageAssessment", text: "Pulls container images from ECR." },
];
