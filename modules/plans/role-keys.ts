/** Keys of the roles that Defender for Cloud needs in an AWS account. They are part of Terraform addresses. */
export const ROLE_KEYS = [
  "cspmMonitor",
  "agentlessScanner",
  "defenderForServers",
  "arcAutoProvisioning",
  "arcHostManagement",
  "containersK8s",
  "containersDataCollection",
  "containersCloudWatchToKinesis",
  "containersKinesisToS3",
  "containersAgentlessDiscovery",
  "containersImageAssessment",
  "sensitiveDataDiscovery",
  "dataSecurityPostureDb",
  "dataThreatProtectionDb",
  "ciemDiscovery",
  "ciemOidc",
] as const;

/** Key of a role in the catalogue. */
export type RoleKey = (typeof ROLE_KEYS)[number];
