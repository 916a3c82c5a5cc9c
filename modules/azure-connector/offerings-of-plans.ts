import { roleUses } from "../plans";
import type {
  AgentlessMachineScanning,
  ArcAutoProvisioning,
  OfferingType,
  RoleKey,
  RoleSettings,
  SelectedPlans,
} from "../plans";
import type { ArcAutoProvisioningField, Offering, RoleOnly, RoleSwitch, VmScanners } from "./offerings";

/** Days that CloudWatch Logs keeps EKS audit logs unless the selection says otherwise; all samples have it. */
const DEFAULT_RETENTION_DAYS = 30;

/**
 * The offerings of a selection. Every switch is written, also those that are off: whether the service takes an absent
 * feature for "off" is not documented.
 */
export function offeringsOf(
  plans: SelectedPlans,
  roleArn: (role: RoleKey) => string,
  settings: Pick<RoleSettings, "dataCollectionExternalId">,
): Offering[] {
  const arns = new RoleArns(plans, roleArn);
  return [
    cspmMonitor(arns),
    ...(plans.defenderCspm ? [defenderCspm(plans.defenderCspm, arns)] : []),
    ...(plans.servers ? [servers(plans.servers, arns)] : []),
    ...(plans.containers ? [containers(plans.containers, arns, settings.dataCollectionExternalId)] : []),
    ...(plans.databases ? [databases(plans.databases, arns)] : []),
  ];
}

/** Answers which role's ARN goes into which field, from the catalogue's table of uses. */
class RoleArns {
  private readonly byField: ReadonlyMap<string, string>;

  public constructor(plans: SelectedPlans, roleArn: (role: RoleKey) => string) {
    this.byField = new Map(
      roleUses(plans).flatMap(({ offering, field, role }) => (field ? [[`${offering}.${field}`, roleArn(role)]] : [])),
    );
  }

  public role(offering: OfferingType, field: string): RoleOnly {
    const arn = this.byField.get(`${offering}.${field}`);
    return arn === undefined ? {} : { cloudRoleArn: arn };
  }

  public switch(offering: OfferingType, field: string): RoleSwitch {
    const role = this.role(offering, field);
    return { enabled: role.cloudRoleArn !== undefined, ...role };
  }

  public vmScanners(offering: OfferingType, scanning: false | AgentlessMachineScanning): VmScanners {
    return {
      ...this.switch(offering, "vmScanners"),
      ...(scanning
        ? {
            configuration: {
              scanningMode: "Default",
              ...(scanning.exclusionTags ? { exclusionTags: scanning.exclusionTags } : {}),
            },
          }
        : {}),
    };
  }

  public arc(offering: OfferingType, arc: false | ArcAutoProvisioning): ArcAutoProvisioningField {
    return { ...this.switch(offering, "arcAutoProvisioning"), ...(arc ? { configuration: arc } : {}) };
  }
}

function cspmMonitor(arns: RoleArns): Offering {
  return {
    offeringType: "CspmMonitorAws",
    nativeCloudConnection: arns.role("CspmMonitorAws", "nativeCloudConnection"),
  };
}

function defenderCspm(plan: Exclude<SelectedPlans["defenderCspm"], false>, arns: RoleArns): Offering {
  const offeringType = "DefenderCspmAws";
  return {
    offeringType,
    vmScanners: arns.vmScanners(offeringType, plan.agentlessMachineScanning),
    dataSensitivityDiscovery: arns.switch(offeringType, "dataSensitivityDiscovery"),
    databasesDspm: arns.switch(offeringType, "databasesDspm"),
    ...(plan.ciem
      ? {
          ciem: {
            ciemDiscovery: arns.role(offeringType, "ciem.ciemDiscovery"),
            ciemOidc: {
              ...arns.role(offeringType, "ciem.ciemOidc"),
              azureActiveDirectoryAppName: plan.ciem.applicationName,
            },
          },
        }
      : {}),
    mdcContainersImageAssessment: arns.switch(offeringType, "mdcContainersImageAssessment"),
    mdcContainersAgentlessDiscoveryK8s: arns.switch(offeringType, "mdcContainersAgentlessDiscoveryK8s"),
  };
}

function servers(plan: Exclude<SelectedPlans["servers"], false>, arns: RoleArns): Offering {
  const offeringType = "DefenderForServersAws";
  return {
    offeringType,
    defenderForServers: arns.role(offeringType, "defenderForServers"),
    arcAutoProvisioning: arns.arc(offeringType, plan.arcAutoProvisioning),
    vaAutoProvisioning: {
      enabled: plan.vulnerabilityAssessment !== false,
      ...(plan.vulnerabilityAssessment ? { configuration: { type: plan.vulnerabilityAssessment } } : {}),
    },
    mdeAutoProvisioning: { enabled: plan.defenderForEndpoint, configuration: {} },
    subPlan: { type: plan.subPlan },
    vmScanners: arns.vmScanners(offeringType, plan.agentlessMachineScanning),
  };
}

function containers(
  plan: Exclude<SelectedPlans["containers"], false>,
  arns: RoleArns,
  externalId: string | undefined,
): Offering {
  const offeringType = "DefenderForContainersAws";
  const role = (field: string): Record<string, RoleOnly> => {
    const value = arns.role(offeringType, field);
    return value.cloudRoleArn === undefined ? {} : { [field]: value };
  };
  return {
    offeringType,
    ...role("kubernetesService"),
    ...role("kubernetesDataCollection"),
    ...role("cloudWatchToKinesis"),
    ...role("kinesisToS3"),
    enableAuditLogsAutoProvisioning: plan.auditLogCollection !== false,
    enableDefenderAgentAutoProvisioning: plan.sensorProvisioning,
    enablePolicyAgentAutoProvisioning: plan.policyAddOnProvisioning,
    ...(plan.auditLogCollection
      ? { kubeAuditRetentionTime: plan.auditLogCollection.retentionDays ?? DEFAULT_RETENTION_DAYS }
      : {}),
    ...(plan.auditLogCollection && externalId !== undefined ? { dataCollectionExternalId: externalId } : {}),
    mdcContainersImageAssessment: arns.switch(offeringType, "mdcContainersImageAssessment"),
    mdcContainersAgentlessDiscoveryK8s: arns.switch(offeringType, "mdcContainersAgentlessDiscoveryK8s"),
    vmScanners: arns.vmScanners(offeringType, plan.agentlessMachineScanning),
  };
}

function databases(plan: Exclude<SelectedPlans["databases"], false>, arns: RoleArns): Offering {
  const offeringType = "DefenderForDatabasesAws";
  return {
    offeringType,
    arcAutoProvisioning: arns.arc(offeringType, plan.sqlServersOnMachines),
    rds: arns.switch(offeringType, "rds"),
    databasesDspm: arns.switch(offeringType, "databasesDspm"),
  };
}
