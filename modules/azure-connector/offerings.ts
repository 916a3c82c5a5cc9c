/*
 * The offerings of an AWS connector, field by field as the API has them: Microsoft.Security/securityConnectors,
 * 2024-08-01-preview (Azure/azure-rest-api-specs@31c65e1b). Read-only fields are left out.
 */

/** A feature that is nothing but a role. */
export interface RoleOnly {
  /** ARN of the role that Defender assumes. */
  readonly cloudRoleArn?: string;
}

/** A feature that is switched on and off. `enabled: true` needs the role. */
export interface RoleSwitch extends RoleOnly {
  /** Whether the feature is on. */
  readonly enabled: boolean;
}

/** Agentless scanning of disks. */
export interface VmScanners extends RoleSwitch {
  /** How machines are scanned. */
  readonly configuration?: {
    /** The one mode that the API knows. */
    readonly scanningMode: "Default";
    /** Machines to skip: tag name to tag value. */
    readonly exclusionTags?: Readonly<Record<string, string>>;
  };
}

/** Installation of the Azure Arc agent. */
export interface ArcAutoProvisioningField extends RoleSwitch {
  /** How the agent reaches Azure. */
  readonly configuration?: {
    /** HTTP proxy. */
    readonly proxy?: string;
    /** Resource id of the Arc private link scope. */
    readonly privateLinkScope?: string;
  };
}

/** Foundational CSPM: part of every connector. */
export interface CspmMonitorAwsOffering {
  /** Discriminator. */
  readonly offeringType: "CspmMonitorAws";
  /** Inventory and posture reads. */
  readonly nativeCloudConnection: RoleOnly;
}

/** Defender CSPM. */
export interface DefenderCspmAwsOffering {
  /** Discriminator. */
  readonly offeringType: "DefenderCspmAws";
  /** Agentless machine scanning. */
  readonly vmScanners?: VmScanners;
  /** Sensitive data in S3. */
  readonly dataSensitivityDiscovery?: RoleSwitch;
  /** Sensitive data in RDS. */
  readonly databasesDspm?: RoleSwitch;
  /** CIEM; has no switch: present is on. */
  readonly ciem?: {
    /** Entitlement reads. */
    readonly ciemDiscovery: RoleOnly;
    /** Federation by the customer's own tenant. */
    readonly ciemOidc: RoleOnly & {
      /** Application in the customer's tenant. */
      readonly azureActiveDirectoryAppName: string;
    };
  };
  /** Container images in ECR. */
  readonly mdcContainersImageAssessment?: RoleSwitch;
  /** Agentless discovery of EKS. */
  readonly mdcContainersAgentlessDiscoveryK8s?: RoleSwitch;
}

/** Defender for Servers. */
export interface DefenderForServersAwsOffering {
  /** Discriminator. */
  readonly offeringType: "DefenderForServersAws";
  /** Just-in-time access. */
  readonly defenderForServers: RoleOnly;
  /** Azure Arc agent. */
  readonly arcAutoProvisioning?: ArcAutoProvisioningField;
  /** Vulnerability assessment. */
  readonly vaAutoProvisioning?: {
    /** Whether the rollout is on. */
    readonly enabled: boolean;
    /** Which engine. */
    readonly configuration?: {
      /** Defender Vulnerability Management or Qualys. */
      readonly type: "TVM" | "Qualys";
    };
  };
  /** Defender for Endpoint. */
  readonly mdeAutoProvisioning?: {
    /** Whether the rollout is on. */
    readonly enabled: boolean;
    /** Always empty. */
    readonly configuration?: Readonly<Record<string, never>>;
  };
  /** Sub-plan: an object, not a string. */
  readonly subPlan?: {
    /** The level. */
    readonly type: "P1" | "P2";
  };
  /** Agentless machine scanning; needs P2. */
  readonly vmScanners?: VmScanners;
}

/** Defender for Containers. */
export interface DefenderForContainersAwsOffering {
  /** Discriminator. */
  readonly offeringType: "DefenderForContainersAws";
  /** Sets up the audit log pipeline, configures EKS. */
  readonly kubernetesService?: RoleOnly;
  /** Reads audit logs. */
  readonly kubernetesDataCollection?: RoleOnly;
  /** Handed to CloudWatch Logs. */
  readonly cloudWatchToKinesis?: RoleOnly;
  /** Handed to Firehose. */
  readonly kinesisToS3?: RoleOnly;
  /** Collects EKS audit logs; needs the four roles above, the retention and the external id. */
  readonly enableAuditLogsAutoProvisioning: boolean;
  /** Rolls out the Defender sensor. */
  readonly enableDefenderAgentAutoProvisioning: boolean;
  /** Rolls out the Azure Policy add-on. */
  readonly enablePolicyAgentAutoProvisioning: boolean;
  /** Days of retention in CloudWatch Logs. */
  readonly kubeAuditRetentionTime?: number;
  /** External id in the trust of the log reader. */
  readonly dataCollectionExternalId?: string;
  /** Container images in ECR. */
  readonly mdcContainersImageAssessment?: RoleSwitch;
  /** Agentless discovery of EKS. */
  readonly mdcContainersAgentlessDiscoveryK8s?: RoleSwitch;
  /** Agentless scanning of cluster nodes. */
  readonly vmScanners?: VmScanners;
}

/** Defender for Databases. */
export interface DefenderForDatabasesAwsOffering {
  /** Discriminator. */
  readonly offeringType: "DefenderForDatabasesAws";
  /** Azure Arc agent for SQL Server on EC2. */
  readonly arcAutoProvisioning?: ArcAutoProvisioningField;
  /** Threat protection for open-source databases on RDS and Aurora. */
  readonly rds?: RoleSwitch;
  /** Sensitive data in RDS. */
  readonly databasesDspm?: RoleSwitch;
}

/** An offering of an AWS connector. */
export type Offering =
  | CspmMonitorAwsOffering
  | DefenderCspmAwsOffering
  | DefenderForServersAwsOffering
  | DefenderForContainersAwsOffering
  | DefenderForDatabasesAwsOffering;
