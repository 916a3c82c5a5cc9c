import type { RoleKey } from "./role-keys";

/**
 * Parameters of the portal's CloudFormation template that name the roles, as far as they are known: seen in screenshots
 * of the template (SHOT23, SHOT24), printed in documentation (OFFBOARD), else as Microsoft's Terraform names them (TF24).
 * `dataThreatProtectionDb` is younger than all of these: its parameter follows the others' pattern. `arcHostManagement`
 * has none, because the portal fixes its name.
 */
export const ROLE_NAME_PARAMETERS: Readonly<Partial<Record<RoleKey, string>>> = {
  cspmMonitor: "CspmMonitorAwsRoleName",
  agentlessScanner: "DefenderForServersVmScannerRoleName",
  defenderForServers: "DefenderForServersRoleName",
  arcAutoProvisioning: "ArcAutoProvisioningRoleName",
  containersK8s: "MDCContainersK8sRoleName",
  containersDataCollection: "AzureDefenderKubernetesScubaReaderRoleName",
  containersCloudWatchToKinesis: "AzureDefenderCloudWatchToKinesisRoleName",
  containersKinesisToS3: "MDCContainersK8sKinesisToS3RoleName",
  containersAgentlessDiscovery: "MDCContainersAgentlessDiscoveryK8sRoleName",
  containersImageAssessment: "MDCContainersImageAssessmentRoleName",
  sensitiveDataDiscovery: "SensitiveDataDiscoveryRoleName",
  dataSecurityPostureDb: "DataSecurityPostureDbRoleName",
  dataThreatProtectionDb: "DataThreatProtectionDbRoleName",
  ciemDiscovery: "CiemAccountRoleName",
  ciemOidc: "CiemOidcRoleName",
};

/** Parameter that takes the external id of the container log reader (TF24). */
export const EXTERNAL_ID_PARAMETER = "AzureDefenderKubernetesScubaReaderRoleStsExternalId";
