import { feature, flag, GUID, object, oneOf, optional, text, withDefault, withRule } from "../inputs";
import type { Format, Read } from "../inputs";
import { AGENTLESS_MACHINE_SCANNING, scanningConsequences, vmScanners } from "./agentless-machine-scanning";
import type { AgentlessMachineScanning } from "./agentless-machine-scanning";
import { NEWER_API_VERSION } from "./api-version";
import type { PlanDefinition } from "./plan";
import { REGISTRY_AND_CLUSTER_CONSEQUENCES } from "./registry-and-cluster-consequences";
import { agentlessScanner } from "./roles/agentless-scanner";
import { containersAgentlessDiscovery } from "./roles/containers-agentless-discovery";
import { containersCloudWatchToKinesis } from "./roles/containers-cloud-watch-to-kinesis";
import { containersDataCollection } from "./roles/containers-data-collection";
import { containersImageAssessment } from "./roles/containers-image-assessment";
import { containersK8s } from "./roles/containers-k8s";
import { containersKinesisToS3 } from "./roles/containers-kinesis-to-s3";

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
  /**
   * Publishes what the image assessment found to the registry. The role for image assessment needs `ecr:PutImage`,
   * `ecr:BatchDeleteImage` and the `ecr-public` equivalents. Access level `default` includes them; with `leastPrivilege`, add
   * them as `additionalStatements`, because their resources are not published. Needs API version 2026-08-01-preview.
   * @default false
   */
  readonly securityFindings?: boolean;
  /**
   * Gated deployment: Kubernetes rejects images based on their findings. Needs `sensorProvisioning`,
   * `containerImageAssessment` and `securityFindings`, EKS 1.31 or newer, and API version 2026-08-01-preview.
   * @default false
   */
  readonly securityGating?: boolean;
  /**
   * Anti-malware in running containers. Needs `sensorProvisioning`, and API version 2026-08-01-preview.
   * @default false
   */
  readonly antiMalware?: boolean;
  /**
   * How the sensor is installed: `Arc` or `Helm`. Needs `sensorProvisioning`, and API version 2026-08-01-preview.
   * @default left to the service
   */
  readonly installationMethod?: "Arc" | "Helm";
}

/** Days of retention that CloudWatch Logs accepts (PutRetentionPolicy, API reference, 2026). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** An external id. Whoever uses one of Microsoft's public samples shares it with every reader of the sample. */
const EXTERNAL_ID: Format = {
  expected: "a GUID of your own, not one from a public sample of Microsoft's: generate one, or leave it out",
  pattern: GUID.pattern,
  refused: [
    "00d04923-b008-48fd-bc0e-faa7dfd0549e",
    "b6d36db8-eda7-4617-9d4f-41149b899dc7",
    "a47ae0a2-7bf7-482a-897a-7a139d30736c",
  ],
};

const AUDIT_LOG_COLLECTION = feature(
  object<AuditLogCollection>()({
    // All samples of Microsoft's have 30.
    retentionDays: withDefault(oneOf(RETENTION_DAYS), 30),
    externalId: optional(text(EXTERNAL_ID)),
  }),
);

const PROPS = object<ContainersPlan>()({
  auditLogCollection: withDefault(AUDIT_LOG_COLLECTION, true),
  sensorProvisioning: withDefault(flag(), true),
  policyAddOnProvisioning: withDefault(flag(), true),
  containerImageAssessment: withDefault(flag(), true),
  agentlessKubernetesDiscovery: withDefault(flag(), true),
  agentlessMachineScanning: withDefault(AGENTLESS_MACHINE_SCANNING, true),
  securityFindings: withDefault(flag(), false),
  securityGating: withDefault(flag(), false),
  antiMalware: withDefault(flag(), false),
  installationMethod: optional(oneOf(["Arc", "Helm"])),
});

/**
 * What a feature needs besides itself (Microsoft Learn: prerequisites of gated deployment, 2026-06-01; anti-malware, 2026-02-22;
 * containers permissions, 2026).
 */
const NEEDS = {
  securityFindings: ["containerImageAssessment"],
  securityGating: ["sensorProvisioning", "containerImageAssessment", "securityFindings"],
  antiMalware: ["sensorProvisioning"],
  installationMethod: ["sensorProvisioning"],
} as const;

const SCHEMA = withRule(PROPS, (plan, at, report) => {
  for (const feature of Object.keys(NEEDS) as (keyof typeof NEEDS)[]) {
    const missing = NEEDS[feature].filter((needed) => !plan[needed]);
    if (plan[feature] && missing.length > 0) {
      report.fault(`${at}.${feature}`, plan[feature], `it needs ${missing.join(", ")}: switch that on, too`);
    }
  }
});

/** Defender for Containers. */
export const CONTAINERS: PlanDefinition<Read<typeof SCHEMA>> = {
  offeringType: "DefenderForContainersAws",
  schema: SCHEMA,
  roleUses: [
    { role: containersK8s, feature: "auditLogCollection", field: "kubernetesService" },
    { role: containersK8s, feature: "sensorProvisioning", field: "kubernetesService" },
    { role: containersK8s, feature: "policyAddOnProvisioning", field: "kubernetesService" },
    { role: containersDataCollection, feature: "auditLogCollection", field: "kubernetesDataCollection" },
    { role: containersCloudWatchToKinesis, feature: "auditLogCollection", field: "cloudWatchToKinesis" },
    { role: containersKinesisToS3, feature: "auditLogCollection", field: "kinesisToS3" },
    {
      role: containersAgentlessDiscovery,
      feature: "agentlessKubernetesDiscovery",
      field: "mdcContainersAgentlessDiscoveryK8s",
    },
    { role: containersImageAssessment, feature: "containerImageAssessment", field: "mdcContainersImageAssessment" },
    { role: agentlessScanner, feature: "agentlessMachineScanning", field: "vmScanners" },
  ],
  consequences: [
    { kind: "billing", text: "Azure bills each vCore of the clusters' nodes." },
    {
      kind: "billing",
      feature: "auditLogCollection",
      text: "AWS bills the pipeline of audit logs for each cluster: CloudWatch Logs, Firehose, S3 and SQS.",
    },
    {
      kind: "change",
      feature: "auditLogCollection",
      text: "Defender switches on the audit log of each EKS cluster, and creates a stream, a bucket and a queue for it (`azuredefender-*`); they remain after the connector.",
    },
    {
      kind: "change",
      feature: "sensorProvisioning",
      text: "The Defender sensor is installed on the clusters, which Azure Arc connects.",
    },
    {
      kind: "change",
      feature: "policyAddOnProvisioning",
      text: "The Azure Policy add-on is installed on the clusters.",
    },
    ...scanningConsequences("agentlessMachineScanning" as const),
    ...REGISTRY_AND_CLUSTER_CONSEQUENCES,
  ],
  newerFeatures: ["securityFindings", "securityGating", "antiMalware", "installationMethod"],
  offering: (plan, fields, apiVersion) => {
    const { externalId } = plan.auditLogCollection || {};
    return {
      ...fields.roles("kubernetesService", "kubernetesDataCollection", "cloudWatchToKinesis", "kinesisToS3"),
      enableAuditLogsAutoProvisioning: plan.auditLogCollection !== false,
      enableDefenderAgentAutoProvisioning: plan.sensorProvisioning,
      enablePolicyAgentAutoProvisioning: plan.policyAddOnProvisioning,
      ...(plan.auditLogCollection ? { kubeAuditRetentionTime: plan.auditLogCollection.retentionDays } : {}),
      ...(externalId === undefined ? {} : { dataCollectionExternalId: externalId }),
      mdcContainersImageAssessment: {
        ...fields.switch("mdcContainersImageAssessment"),
        ...(apiVersion === NEWER_API_VERSION ? { securityFindingsEnabled: plan.securityFindings } : {}),
      },
      mdcContainersAgentlessDiscoveryK8s: fields.switch("mdcContainersAgentlessDiscoveryK8s"),
      vmScanners: vmScanners(plan.agentlessMachineScanning, fields),
      ...(apiVersion === NEWER_API_VERSION
        ? {
            securityGatingEnabled: plan.securityGating,
            containerAntiMalwareEnabled: plan.antiMalware,
            ...(plan.installationMethod === undefined ? {} : { installationMethod: plan.installationMethod }),
          }
        : {}),
    };
  },
};
