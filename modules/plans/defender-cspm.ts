import { BUCKET_NAME, ENTRA_ID, flag, object, offOr, ROLE_ARN, text, TEXT, withDefault, withRule } from "../inputs";
import type { Format, Read } from "../inputs";
import { AGENTLESS_MACHINE_SCANNING, scanningConsequences, vmScanners } from "./agentless-machine-scanning";
import type { AgentlessMachineScanning } from "./agentless-machine-scanning";
import { CLOUD_TRAIL_INGESTION, cloudTrailFields } from "./cloud-trail-ingestion";
import type { CloudTrailIngestion } from "./cloud-trail-ingestion";
import { NEWER_API_VERSION } from "./api-version";
import type { PlanDefinition } from "./plan";
import { REGISTRY_AND_CLUSTER_CONSEQUENCES } from "./registry-and-cluster-consequences";
import { agentlessScanner } from "./roles/agentless-scanner";
import { ciemDiscovery } from "./roles/ciem-discovery";
import { ciemOidc } from "./roles/ciem-oidc";
import { containersAgentlessDiscovery } from "./roles/containers-agentless-discovery";
import { containersImageAssessment } from "./roles/containers-image-assessment";
import { dataSecurityPostureDb } from "./roles/data-security-posture-db";
import { sensitiveDataDiscovery } from "./roles/sensitive-data-discovery";

/** CIEM: entitlement discovery by Microsoft's application, with tokens for an application of the customer's own tenant. */
export interface Ciem {
  /**
   * Name of the application in the customer's tenant, usually `mciem-aws-oidc-connector`. The portal creates it; if you
   * use the API, create it first.
   */
  readonly applicationName: string;
  /**
   * `sub` claim of the tokens, a GUID in lower case: the object id of the service principal that Microsoft's own application
   * "Cloud Infrastructure Entitlement Management" has in your tenant. It is the caller; the application named above is the
   * audience, and its object id is the wrong one (Microsoft's onboarding scripts for GCP bind the same caller). Read it with
   * `az ad sp show --id b46c3ac5-9da6-418f-a849-0a07a10b3c6c --query id -o tsv`.
   */
  readonly applicationSubject: string;
  /** Name of the one S3 bucket that holds the CloudTrail logs. */
  readonly cloudTrailBucketName: string;
  /**
   * Reads CloudTrail through queues, instead of looking into the bucket. Needs API version 2026-08-01-preview.
   * @default false
   */
  readonly cloudTrailIngestion?: false | CloudTrailIngestion;
}

/** Posture of serverless functions. */
export interface ServerlessPosture {
  /**
   * ARN of the role that Defender assumes for it. Microsoft does not publish which: take it from the template that the portal
   * generates.
   */
  readonly roleArn: string;
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
   * Discovers entitlements. Needs an application in the customer's tenant, so it is off by default.
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
  /**
   * Publishes what the assessment found to the registry. The role for image assessment needs `ecr:PutImage`,
   * `ecr:BatchDeleteImage` and the `ecr-public` equivalents. Access level `default` includes them; with `leastPrivilege`, add
   * them as `additionalStatements`, because their resources are not published. Needs API version 2026-08-01-preview.
   * @default false
   */
  readonly securityFindings?: boolean;
  /**
   * Posture and vulnerabilities of Lambda functions; billed. Needs API version 2026-08-01-preview.
   * @default false
   */
  readonly serverlessPosture?: false | ServerlessPosture;
  /**
   * Posture of serverless containers (ECS on Fargate). Needs `containerImageAssessment`, and API version 2026-08-01-preview.
   * @default false
   */
  readonly serverlessContainers?: boolean;
}

/** Application id of "Cloud Infrastructure Entitlement Management", the same in every tenant. */
const CIEM_APPLICATION = "b46c3ac5-9da6-418f-a849-0a07a10b3c6c";

const CIEM_CALLER: Format = {
  ...ENTRA_ID,
  expected: `the object id of Microsoft's service principal for CIEM in your tenant, ${ENTRA_ID.expected}: az ad sp show --id ${CIEM_APPLICATION} --query id -o tsv`,
  // The application id is what the command takes, not what it prints.
  refused: [CIEM_APPLICATION],
};

const CIEM = object<Ciem>()({
  applicationName: text({ ...TEXT, expected: "the name of the tenant application through which CIEM works" }),
  applicationSubject: text(CIEM_CALLER),
  // A wildcard in the name of the bucket would open every bucket of the account.
  cloudTrailBucketName: text(BUCKET_NAME),
  cloudTrailIngestion: withDefault(
    offOr(CLOUD_TRAIL_INGESTION, "the reader's role is not published: give readerRoleArn and resourceSets, or false"),
    false,
  ),
});

const PROPS = object<DefenderCspmPlan>()({
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
  securityFindings: withDefault(flag(), false),
  serverlessPosture: withDefault(
    offOr(
      object<ServerlessPosture>()({ roleArn: text(ROLE_ARN) }),
      "the role is not published: give its roleArn, from the portal's template, or false",
    ),
    false,
  ),
  serverlessContainers: withDefault(flag(), false),
});

/** Registry access is a condition of both (Microsoft Learn, release notes 2026-07, and containers permissions 2026). */
const SCHEMA = withRule(PROPS, (plan, at, report) => {
  for (const feature of ["securityFindings", "serverlessContainers"] as const) {
    if (plan[feature] && !plan.containerImageAssessment) {
      report.fault(`${at}.${feature}`, true, "it needs containerImageAssessment: switch that on, too");
    }
  }
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
    { role: ciemDiscovery, feature: "ciem", field: "ciem.ciemDiscovery", olderOnly: true },
    {
      role: containersAgentlessDiscovery,
      feature: "agentlessKubernetesDiscovery",
      field: "mdcContainersAgentlessDiscoveryK8s",
    },
    { role: containersImageAssessment, feature: "containerImageAssessment", field: "mdcContainersImageAssessment" },
  ],
  consequences: [
    { kind: "billing", text: "Azure bills each billable resource of the account: servers, databases, storage." },
    { kind: "billing", feature: "serverlessPosture", text: "Azure bills Lambda functions in addition." },
    ...scanningConsequences("agentlessMachineScanning" as const),
    {
      kind: "access",
      feature: "sensitiveDataDiscovery",
      text: "Reads objects in S3, also those that KMS keys encrypt, to find sensitive data.",
    },
    {
      kind: "access",
      feature: "databasesPosture",
      text: "Reads contents of databases: copies automated snapshots of RDS and scans the copies for sensitive data.",
    },
    { kind: "access", feature: "ciem", text: "Reads identities, their permissions, and CloudTrail logs in S3." },
    ...REGISTRY_AND_CLUSTER_CONSEQUENCES,
  ],
  newerFeatures: ["ciem.cloudTrailIngestion", "securityFindings", "serverlessPosture", "serverlessContainers"],
  offering: (plan, fields, apiVersion) => ({
    vmScanners: vmScanners(plan.agentlessMachineScanning, fields),
    dataSensitivityDiscovery: fields.switch("dataSensitivityDiscovery"),
    databasesDspm: fields.switch("databasesDspm"),
    // Has no switch: present is on.
    ...(plan.ciem
      ? {
          ciem: {
            // The newer version has no field for that role any more.
            ...(apiVersion === NEWER_API_VERSION ? {} : { ciemDiscovery: fields.role("ciem.ciemDiscovery") }),
            ciemOidc: {
              ...fields.role("ciem.ciemOidc"),
              azureActiveDirectoryAppName: plan.ciem.applicationName,
            },
            ...(plan.ciem.cloudTrailIngestion ? cloudTrailFields(plan.ciem.cloudTrailIngestion) : {}),
          },
        }
      : {}),
    mdcContainersImageAssessment: {
      ...fields.switch("mdcContainersImageAssessment"),
      ...(apiVersion === NEWER_API_VERSION ? { securityFindingsEnabled: plan.securityFindings } : {}),
    },
    mdcContainersAgentlessDiscoveryK8s: fields.switch("mdcContainersAgentlessDiscoveryK8s"),
    ...(apiVersion === NEWER_API_VERSION
      ? {
          agentlessServerlessPosture: plan.serverlessPosture
            ? { enabled: true, cloudRoleArn: plan.serverlessPosture.roleArn }
            : { enabled: false },
          serverlessContainers: { enabled: plan.serverlessContainers },
        }
      : {}),
  }),
};
