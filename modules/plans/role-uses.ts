import type { RoleKey } from "./role-keys";
import type { SelectedPlans } from "./selected-plans";

/** Offerings of an AWS connector (securityConnectors, API 2024-08-01-preview). */
export type OfferingType =
  | "CspmMonitorAws"
  | "DefenderCspmAws"
  | "DefenderForServersAws"
  | "DefenderForContainersAws"
  | "DefenderForDatabasesAws";

/** One use of a role: the plan and feature that need it, and the connector field that takes its ARN. */
export interface RoleUse {
  /** The role. */
  readonly role: RoleKey;
  /** Plan and feature, as the selection names them. */
  readonly feature: string;
  /** Offering of the connector. */
  readonly offering: OfferingType;
  /** Object of the offering whose `cloudRoleArn` takes the role; absent where the connector does not name the role. */
  readonly field?: string;
  /** Whether a selection needs the role for this. */
  readonly isNeeded: (plans: SelectedPlans) => boolean;
}

function on(feature: unknown): boolean {
  return feature !== false;
}

const defenderCspm = useOf("defenderCspm", "DefenderCspmAws");
const servers = useOf("servers", "DefenderForServersAws");
const containers = useOf("containers", "DefenderForContainersAws");
const databases = useOf("databases", "DefenderForDatabasesAws");

/** Why each role exists. The roles of a selection, its audiences and its connector fields all follow from this table. */
export const ROLE_USES: readonly RoleUse[] = [
  {
    role: "cspmMonitor",
    feature: "foundational CSPM",
    offering: "CspmMonitorAws",
    field: "nativeCloudConnection",
    isNeeded: () => true,
  },
  ...defenderCspm("agentlessScanner", "agentlessMachineScanning", "vmScanners"),
  ...defenderCspm("sensitiveDataDiscovery", "sensitiveDataDiscovery", "dataSensitivityDiscovery"),
  ...defenderCspm("dataSecurityPostureDb", "databasesPosture", "databasesDspm"),
  ...defenderCspm("ciemOidc", "ciem", "ciem.ciemOidc"),
  ...defenderCspm("ciemDiscovery", "ciem", "ciem.ciemDiscovery"),
  ...defenderCspm("containersAgentlessDiscovery", "agentlessKubernetesDiscovery", "mdcContainersAgentlessDiscoveryK8s"),
  ...defenderCspm("containersImageAssessment", "containerImageAssessment", "mdcContainersImageAssessment"),
  {
    role: "defenderForServers",
    feature: "servers (just-in-time access)",
    offering: "DefenderForServersAws",
    field: "defenderForServers",
    isNeeded: ({ servers }) => on(servers),
  },
  ...servers("arcAutoProvisioning", "arcAutoProvisioning", "arcAutoProvisioning"),
  ...servers("arcHostManagement", "arcAutoProvisioning"),
  ...servers("agentlessScanner", "agentlessMachineScanning", "vmScanners"),
  ...containers("containersK8s", "auditLogCollection", "kubernetesService"),
  ...containers("containersK8s", "sensorProvisioning", "kubernetesService"),
  ...containers("containersK8s", "policyAddOnProvisioning", "kubernetesService"),
  ...containers("containersDataCollection", "auditLogCollection", "kubernetesDataCollection"),
  ...containers("containersCloudWatchToKinesis", "auditLogCollection", "cloudWatchToKinesis"),
  ...containers("containersKinesisToS3", "auditLogCollection", "kinesisToS3"),
  ...containers("containersAgentlessDiscovery", "agentlessKubernetesDiscovery", "mdcContainersAgentlessDiscoveryK8s"),
  ...containers("containersImageAssessment", "containerImageAssessment", "mdcContainersImageAssessment"),
  ...containers("agentlessScanner", "agentlessMachineScanning", "vmScanners"),
  ...databases("arcAutoProvisioning", "sqlServersOnMachines", "arcAutoProvisioning"),
  ...databases("arcHostManagement", "sqlServersOnMachines"),
  ...databases("dataThreatProtectionDb", "openSourceDatabases", "rds"),
  ...databases("dataSecurityPostureDb", "databasesPosture", "databasesDspm"),
];

/** The uses that a selection has. */
export function roleUses(plans: SelectedPlans): RoleUse[] {
  return ROLE_USES.filter((use) => use.isNeeded(plans));
}

/** The roles that a selection needs, each once. */
export function rolesOf(plans: SelectedPlans): RoleKey[] {
  return [...new Set(roleUses(plans).map((use) => use.role))];
}

type Plan<Key extends keyof SelectedPlans> = Exclude<SelectedPlans[Key], false>;

/** A use by one feature of one plan. */
function useOf<Key extends keyof SelectedPlans>(plan: Key, offering: OfferingType) {
  return (role: RoleKey, feature: keyof Plan<Key> & string, field?: string): [RoleUse] => [
    {
      role,
      feature: `${plan}.${feature}`,
      offering,
      ...(field === undefined ? {} : { field }),
      isNeeded: (plans) => plans[plan] !== false && on((plans[plan] as Plan<Key>)[feature]),
    },
  ];
}
