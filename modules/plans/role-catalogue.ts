import type { RoleDefinition } from "./role";
import type { RoleKey } from "./role-keys";
import { agentlessScanner } from "./roles/agentless-scanner";
import { arcAutoProvisioning } from "./roles/arc-auto-provisioning";
import { arcHostManagement } from "./roles/arc-host-management";
import { ciemDiscovery } from "./roles/ciem-discovery";
import { ciemOidc } from "./roles/ciem-oidc";
import { containersAgentlessDiscovery } from "./roles/containers-agentless-discovery";
import { containersCloudWatchToKinesis } from "./roles/containers-cloud-watch-to-kinesis";
import { containersDataCollection } from "./roles/containers-data-collection";
import { containersImageAssessment } from "./roles/containers-image-assessment";
import { containersK8s } from "./roles/containers-k8s";
import { containersKinesisToS3 } from "./roles/containers-kinesis-to-s3";
import { cspmMonitor } from "./roles/cspm-monitor";
import { dataSecurityPostureDb } from "./roles/data-security-posture-db";
import { dataThreatProtectionDb } from "./roles/data-threat-protection-db";
import { defenderForServers } from "./roles/defender-for-servers";
import { sensitiveDataDiscovery } from "./roles/sensitive-data-discovery";

/** Every role that Defender for Cloud needs in an AWS account, described once. */
export const ROLE_CATALOGUE: Readonly<Record<RoleKey, RoleDefinition>> = {
  cspmMonitor,
  agentlessScanner,
  defenderForServers,
  arcAutoProvisioning,
  arcHostManagement,
  containersK8s,
  containersDataCollection,
  containersCloudWatchToKinesis,
  containersKinesisToS3,
  containersAgentlessDiscovery,
  containersImageAssessment,
  sensitiveDataDiscovery,
  dataSecurityPostureDb,
  dataThreatProtectionDb,
  ciemDiscovery,
  ciemOidc,
};
