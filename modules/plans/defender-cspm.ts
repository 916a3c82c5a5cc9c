import { BUCKET_NAME, ENTRA_ID, flag, object, offOr, text, TEXT, withDefault } from "../inputs";
import type { Read } from "../inputs";
import { AGENTLESS_MACHINE_SCANNING, vmScanners } from "./agentless-machine-scanning";
import type { AgentlessMachineScanning } from "./agentless-machine-scanning";
import type { PlanDefinition } from "./plan";
import { agentlessScanner } from "./roles/agentless-scanner";
import { ciemDiscovery } from "./roles/ciem-discovery";
import { ciemOidc } from "./roles/ciem-oidc";
import { containersAgentlessDiscovery } from "./roles/containers-agentless-discovery";
import { containersImageAssessment } from "./roles/containers-image-assessment";
import { dataSecurityPostureDb } from "./roles/data-security-posture-db";
import { sensitiveDataDiscovery } from "./roles/sensitive-data-discovery";

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

const CIEM = object<Ciem>()({
  applicationName: text({ ...TEXT, expected: "the name of the tenant application through which CIEM works" }),
  applicationSubject: text({ ...ENTRA_ID, expected: `the object id of that application, ${ENTRA_ID.expected}` }),
  // A wildcard in the name of the bucket would open every bucket of the account.
  cloudTrailBucketName: text(BUCKET_NAME),
});

const SCHEMA = object<DefenderCspmPlan>()({
  agentlessMachineScanning: withDefault(AGENTLESS_MACHINE_SCANNING, true),
  sensitiveDataDiscovery: withDefault(flag(), true),
  databasesPosture: withDefault(flag(), true),
  ciem: withDefault(
    offOr(
      CIEM,
      "CIEM needs its tenant application: give applicationName, applicationSubject and cloudTrailBucketName, or false",
    ),
    false,
  ),
  agentlessKubernetesDiscovery: withDefault(flag(), true),
  containerImageAssessment: withDefault(flag(), true),
});

/** Defender CSPM. */
export const DEFENDER_CSPM: PlanDefinition<Read<typeof SCHEMA>> = {
  offeringType: "DefenderCspmAws",
  schema: SCHEMA,
  roleUses: [
    { role: agentlessScanner, feature: "agentlessMachineScanning", field: "vmScanners" },
    { role: sensitiveDataDiscovery, feature: "sensitiveDataDiscovery", field: "dataSensitivityDiscovery" },
    { role: dataSecurityPostureDb, feature: "databasesPosture", field: "databasesDspm" },
    { role: ciemOidc, feature: "ciem", field: "ciem.ciemOidc" },
    { role: ciemDiscovery, feature: "ciem", field: "ciem.ciemDiscovery" },
    {
      role: containersAgentlessDiscovery,
      feature: "agentlessKubernetesDiscovery",
      field: "mdcContainersAgentlessDiscoveryK8s",
    },
    { role: containersImageAssessment, feature: "containerImageAssessment", field: "mdcContainersImageAssessment" },
  ],
  offering: (plan, fields) => ({
    vmScanners: vmScanners(plan.agentlessMachineScanning, fields),
    dataSensitivityDiscovery: fields.switch("dataSensitivityDiscovery"),
    databasesDspm: fields.switch("databasesDspm"),
    // Has no switch: present is on.
    ...(plan.ciem
      ? {
          ciem: {
            ciemDiscovery: fields.role("ciem.ciemDiscovery"),
            ciemOidc: {
              ...fields.role("ciem.ciemOidc"),
              azureActiveDirectoryAppName: plan.ciem.applicationName,
            },
          },
        }
      : {}),
    mdcContainersImageAssessment: fields.switch("mdcContainersImageAssessment"),
    mdcContainersAgentlessDiscoveryK8s: fields.switch("mdcContainersAgentlessDiscoveryK8s"),
  }),
};
