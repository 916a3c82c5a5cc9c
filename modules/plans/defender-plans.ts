import type { PolicyStatement } from "../foundation";

/** Agentless machine scanning: disks are scanned from snapshots. */
export interface AgentlessMachineScanning {
  /**
   * Machines to skip: AWS tag name to tag value.
   * @default none
   */
  readonly exclusionTags?: Readonly<Record<string, string>>;
}

/** Installation of the Azure Arc agent on EC2 instances through Systems Manager. */
export interface ArcAutoProvisioning {
  /**
   * HTTP proxy for the agent, for instance `http://proxy.example:8080`.
   * @default none
   */
  readonly proxy?: string;
  /**
   * Resource id of the Arc private link scope.
   * @default none
   */
  readonly privateLinkScope?: string;
}

/** CIEM: entitlement discovery through an application of the customer's own tenant. */
export interface Ciem {
  /**
   * Name of the application in the customer's tenant, usually `mciem-aws-oidc-connector`. The portal creates it; by API
   * it must exist before.
   */
  readonly applicationName: string;
  /** `sub` claim of that application's tokens: the object id of its service principal, a GUID. */
  readonly applicationSubject: string;
  /** Name of the one S3 bucket that holds the CloudTrail logs. */
  readonly cloudTrailBucketName: string;
}

/** Defender CSPM. */
export interface DefenderCspmPlan {
  /**
   * Scans machines from snapshots.
   * @default true
   */
  readonly agentlessMachineScanning?: boolean | AgentlessMachineScanning;
  /**
   * Finds sensitive data in S3.
   * @default true
   */
  readonly sensitiveDataDiscovery?: boolean;
  /**
   * Finds sensitive data in RDS.
   * @default true
   */
  readonly databasesPosture?: boolean;
  /**
   * Discovers entitlements. Needs an application in the customer's tenant, so it is never on by itself.
   * @default false
   */
  readonly ciem?: false | Ciem;
  /**
   * Discovers EKS clusters without an agent.
   * @default true
   */
  readonly agentlessKubernetesDiscovery?: boolean;
  /**
   * Assesses container images in ECR.
   * @default true
   */
  readonly containerImageAssessment?: boolean;
}

/** Defender for Servers. Just-in-time access is part of it. */
export interface ServersPlan {
  /** Sub-plan: sets the price and what is included. `P2` includes agentless machine scanning. */
  readonly subPlan: "P1" | "P2";
  /**
   * Installs the Azure Arc agent.
   * @default true
   */
  readonly arcAutoProvisioning?: boolean | ArcAutoProvisioning;
  /**
   * Rolls out Defender for Endpoint.
   * @default true
   */
  readonly defenderForEndpoint?: boolean;
  /**
   * Rolls out vulnerability assessment, with the engine named: Defender Vulnerability Management or Qualys.
   * @default "TVM"
   */
  readonly vulnerabilityAssessment?: false | "TVM" | "Qualys";
  /**
   * Scans machines from snapshots; only with sub-plan P2.
   * @default true with P2, false with P1
   */
  readonly agentlessMachineScanning?: boolean | AgentlessMachineScanning;
}

/** Collection of EKS audit logs (threat detection for the control plane). */
export interface AuditLogCollection {
  /**
   * Days that CloudWatch Logs keeps the audit logs: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096,
   * 1827, 2192, 2557, 2922, 3288 or 3653.
   * @default 30
   */
  readonly retentionDays?: number;
  /**
   * External id for Microsoft's log reader, a GUID; the same value goes into the role's trust and into the connector.
   * @default generated once, kept in the Terraform state
   */
  readonly externalId?: string;
}

/** Defender for Containers. */
export interface ContainersPlan {
  /**
   * Collects EKS audit logs.
   * @default true
   */
  readonly auditLogCollection?: boolean | AuditLogCollection;
  /**
   * Rolls out the Defender sensor on EKS.
   * @default true
   */
  readonly sensorProvisioning?: boolean;
  /**
   * Rolls out the Azure Policy add-on on EKS.
   * @default true
   */
  readonly policyAddOnProvisioning?: boolean;
  /**
   * Assesses container images in ECR.
   * @default true
   */
  readonly containerImageAssessment?: boolean;
  /**
   * Discovers EKS clusters without an agent.
   * @default true
   */
  readonly agentlessKubernetesDiscovery?: boolean;
  /**
   * Scans cluster nodes from snapshots.
   * @default true
   */
  readonly agentlessMachineScanning?: boolean | AgentlessMachineScanning;
}

/**
 * Open-source databases on RDS and Aurora. Microsoft publishes neither the trust nor the resources of the role: take
 * both from the template that the portal generates (enable-defender-for-databases-aws.md, 2026-07-03).
 */
export interface OpenSourceDatabases {
  /** Trust statements of the role DefenderForCloud-DataThreatProtectionDB. */
  readonly trustStatements: readonly PolicyStatement[];
  /** Resource ARNs of the role's statement. */
  readonly resources: readonly string[];
  /**
   * Audience that those statements name, so that the identity provider lists it.
   * @default none: the statements name no audience
   */
  readonly audience?: string;
}

/** Defender for Databases. */
export interface DatabasesPlan {
  /**
   * SQL Server on EC2, reached through Azure Arc.
   * @default true
   */
  readonly sqlServersOnMachines?: boolean | ArcAutoProvisioning;
  /**
   * PostgreSQL, MySQL and MariaDB on RDS and Aurora.
   * @default false
   */
  readonly openSourceDatabases?: false | OpenSourceDatabases;
  /**
   * Finds sensitive data in RDS. The portal switches it on together with open-source databases.
   * @default true with openSourceDatabases, else false
   */
  readonly databasesPosture?: boolean;
}

/**
 * The Defender plans of a connector. A plan that is absent is off. Foundational CSPM has no entry: it is part of every
 * connector and cannot be switched off.
 */
export interface DefenderPlans {
  /**
   * Defender CSPM. `{}` is the portal's selection.
   * @default off
   */
  readonly defenderCspm?: DefenderCspmPlan;
  /**
   * Defender for Servers.
   * @default off
   */
  readonly servers?: ServersPlan;
  /**
   * Defender for Containers. `{}` is the portal's selection.
   * @default off
   */
  readonly containers?: ContainersPlan;
  /**
   * Defender for Databases. `{}` is SQL Server on machines.
   * @default off
   */
  readonly databases?: DatabasesPlan;
}
