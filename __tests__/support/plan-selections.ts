import type { DefenderPlans, OpenSourceDatabases } from "../../modules";
import { AUDIENCES, MICROSOFT_TENANT_ID } from "../../modules";
import { identityProviderArn } from "../../modules/plans";
import { ACCOUNT } from "./synth";

/** What a customer would take from the portal's template for the role that Microsoft does not publish. */
export function openSourceDatabasesOf(accountId: string, entraTenantId: string): OpenSourceDatabases {
  return {
    trustStatements: [
      {
        Effect: "Allow",
        Principal: { Federated: [identityProviderArn({ partition: "aws", accountId }, MICROSOFT_TENANT_ID)] },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: {
          StringLike: {
            [`sts.windows.net/${MICROSOFT_TENANT_ID}/:aud`]: [AUDIENCES.databases],
            "sts:RoleSessionName": [`MicrosoftDefenderForClouds_${entraTenantId}`],
          },
        },
      },
    ],
    resources: [`arn:aws:rds:*:${accountId}:*`],
    audience: AUDIENCES.databases,
  };
}

/** The same, of the account of most tests. */
export const OPEN_SOURCE_DATABASES = openSourceDatabasesOf(ACCOUNT.awsAccountId, ACCOUNT.entraTenantId);

export const CIEM = {
  applicationName: "mciem-aws-oidc-connector",
  applicationSubject: "99999999-8888-4777-8666-555555555555",
  cloudTrailBucketName: "cloudtrail-logs",
} as const;

const CSPM_OFF = {
  agentlessMachineScanning: false,
  sensitiveDataDiscovery: false,
  databasesPosture: false,
  agentlessKubernetesDiscovery: false,
  containerImageAssessment: false,
} as const;
const SERVERS_OFF = {
  subPlan: "P2",
  arcAutoProvisioning: false,
  defenderForEndpoint: false,
  vulnerabilityAssessment: false,
  agentlessMachineScanning: false,
} as const;
const CONTAINERS_OFF = {
  auditLogCollection: false,
  sensorProvisioning: false,
  policyAddOnProvisioning: false,
  containerImageAssessment: false,
  agentlessKubernetesDiscovery: false,
  agentlessMachineScanning: false,
} as const;
const DATABASES_OFF = { sqlServersOnMachines: false } as const;

const READER_ROLE_ARN = `arn:aws:iam::${ACCOUNT.awsAccountId}:role/FromThePortalsTemplate`;

/** Logs of two regions; those of the first are encrypted. */
export const CLOUD_TRAIL_INGESTION = {
  readerRoleArn: READER_ROLE_ARN,
  resourceSets: [
    {
      resourceRegion: "eu-central-1",
      s3BucketArn: "arn:aws:s3:::cloudtrail-logs",
      sqsQueueArn: `arn:aws:sqs:eu-central-1:${ACCOUNT.awsAccountId}:defender-cloudtrail`,
      kmsKeyArn: `arn:aws:kms:eu-central-1:${ACCOUNT.awsAccountId}:key/12121212-3434-4545-8656-787878787878`,
    },
    {
      resourceRegion: "us-east-1",
      s3BucketArn: "arn:aws:s3:::cloudtrail-logs-us",
      sqsQueueArn: `arn:aws:sqs:us-east-1:${ACCOUNT.awsAccountId}:defender-cloudtrail`,
    },
  ],
} as const;

/** Features of only API version 2026-08-01-preview: each by itself, and all together. */
export const NEWER_SELECTIONS: Readonly<Record<string, DefenderPlans>> = {
  "CSPM CloudTrail ingestion": { defenderCspm: { ciem: { ...CIEM, cloudTrailIngestion: CLOUD_TRAIL_INGESTION } } },
  "CSPM security findings": { defenderCspm: { ...CSPM_OFF, containerImageAssessment: true, securityFindings: true } },
  "CSPM serverless posture": { defenderCspm: { ...CSPM_OFF, serverlessPosture: { roleArn: READER_ROLE_ARN } } },
  "CSPM serverless containers": {
    defenderCspm: { ...CSPM_OFF, containerImageAssessment: true, serverlessContainers: true },
  },
  "Containers security findings": {
    containers: { ...CONTAINERS_OFF, containerImageAssessment: true, securityFindings: true },
  },
  "Containers gated deployment": {
    containers: {
      ...CONTAINERS_OFF,
      sensorProvisioning: true,
      containerImageAssessment: true,
      securityFindings: true,
      securityGating: true,
    },
  },
  "Containers anti-malware": { containers: { ...CONTAINERS_OFF, sensorProvisioning: true, antiMalware: true } },
  "Containers by Helm": { containers: { ...CONTAINERS_OFF, sensorProvisioning: true, installationMethod: "Helm" } },
  "all of 2026": {
    defenderCspm: {
      ciem: { ...CIEM, cloudTrailIngestion: CLOUD_TRAIL_INGESTION },
      securityFindings: true,
      serverlessPosture: { roleArn: READER_ROLE_ARN },
      serverlessContainers: true,
    },
    servers: { subPlan: "P2" },
    containers: { securityFindings: true, securityGating: true, antiMalware: true, installationMethod: "Arc" },
    databases: {},
  },
};

/** Each plan by itself, each feature by itself, and all together. */
export const SELECTIONS: Readonly<Record<string, DefenderPlans>> = {
  "only foundational CSPM": {},
  "Defender CSPM": { defenderCspm: {} },
  "Servers P1": { servers: { subPlan: "P1" } },
  "Servers P2": { servers: { subPlan: "P2" } },
  Containers: { containers: {} },
  Databases: { databases: {} },
  "Defender CSPM without features": { defenderCspm: CSPM_OFF },
  "CSPM agentless machine scanning": { defenderCspm: { ...CSPM_OFF, agentlessMachineScanning: true } },
  "CSPM scanning with exclusion tags": {
    defenderCspm: { ...CSPM_OFF, agentlessMachineScanning: { exclusionTags: { scan: "no" } } },
  },
  "CSPM sensitive data discovery": { defenderCspm: { ...CSPM_OFF, sensitiveDataDiscovery: true } },
  "CSPM databases posture": { defenderCspm: { ...CSPM_OFF, databasesPosture: true } },
  "CSPM CIEM": { defenderCspm: { ...CSPM_OFF, ciem: CIEM } },
  "CSPM agentless Kubernetes discovery": { defenderCspm: { ...CSPM_OFF, agentlessKubernetesDiscovery: true } },
  "CSPM container image assessment": { defenderCspm: { ...CSPM_OFF, containerImageAssessment: true } },
  "Servers without features": { servers: SERVERS_OFF },
  "Servers Arc": { servers: { ...SERVERS_OFF, arcAutoProvisioning: true } },
  "Servers Arc behind a proxy": {
    servers: {
      ...SERVERS_OFF,
      arcAutoProvisioning: {
        proxy: "http://proxy.example:8080",
        privateLinkScope: `/subscriptions/${ACCOUNT.azureSubscriptionId}/resourceGroups/arc/providers/Microsoft.HybridCompute/privateLinkScopes/arc`,
      },
    },
  },
  "Servers Defender for Endpoint": { servers: { ...SERVERS_OFF, defenderForEndpoint: true } },
  "Servers vulnerability assessment": { servers: { ...SERVERS_OFF, vulnerabilityAssessment: "Qualys" } },
  "Servers agentless machine scanning": { servers: { ...SERVERS_OFF, agentlessMachineScanning: true } },
  "Containers without features": { containers: CONTAINERS_OFF },
  "Containers audit logs": { containers: { ...CONTAINERS_OFF, auditLogCollection: true } },
  "Containers audit logs with a given external id": {
    containers: {
      ...CONTAINERS_OFF,
      auditLogCollection: { retentionDays: 90, externalId: "12121212-3434-4545-8656-787878787878" },
    },
  },
  "Containers sensor": { containers: { ...CONTAINERS_OFF, sensorProvisioning: true } },
  "Containers policy add-on": { containers: { ...CONTAINERS_OFF, policyAddOnProvisioning: true } },
  "Containers image assessment": { containers: { ...CONTAINERS_OFF, containerImageAssessment: true } },
  "Containers agentless discovery": { containers: { ...CONTAINERS_OFF, agentlessKubernetesDiscovery: true } },
  "Containers agentless machine scanning": { containers: { ...CONTAINERS_OFF, agentlessMachineScanning: true } },
  "Databases without features": { databases: DATABASES_OFF },
  "Databases SQL servers on machines": { databases: { ...DATABASES_OFF, sqlServersOnMachines: true } },
  "Databases open-source databases": { databases: { ...DATABASES_OFF, openSourceDatabases: OPEN_SOURCE_DATABASES } },
  "Databases posture": { databases: { ...DATABASES_OFF, databasesPosture: true } },
  "all together": {
    defenderCspm: { ciem: CIEM },
    servers: { subPlan: "P2" },
    containers: {},
    databases: { openSourceDatabases: OPEN_SOURCE_DATABASES },
  },
};
