import type { TerraformStack } from "cdktf";
import {
  AccountOnboarding,
  ArcAutomation,
  AUDIENCES,
  AzureConnector,
  CloudTrailFanout,
  IamRoles,
  IdentityProvider,
  MemberAccounts,
  OrganizationOnboarding,
  ROLE_KEYS,
} from "../../modules";
import { EXTERNAL_ID } from "./account-environment";
import { CIEM, OPEN_SOURCE_DATABASES } from "./plan-selections";
import { ACCOUNT } from "./synth";

/** A public construct with inputs that it takes. */
export interface ConstructInputs {
  /** Name of the construct. */
  readonly name: string;
  /** Creates it. */
  readonly create: (stack: TerraformStack, props: unknown) => unknown;
  /** Valid props, all literal; together they have every prop, but for those that are constructs. */
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

const { awsAccountId, awsRegion, entraTenantId, azureSubscriptionId } = ACCOUNT;
const TAGS = { team: "soc" };
const ROLE = (name: string) => `arn:aws:iam::${awsAccountId}:role/${name}`;
const SHARED = {
  path: "/security/",
  permissionsBoundaryArn: `arn:aws:iam::${awsAccountId}:policy/Boundary`,
  maxSessionDurationSeconds: 7200,
  tags: TAGS,
  adoptExisting: true,
};
const ROLES = {
  all: SHARED,
  cspmMonitor: {
    name: "Posture",
    ...SHARED,
    additionalStatements: [
      {
        Sid: "More",
        Effect: "Allow",
        Action: ["s3:GetObject"],
        Resource: ["arn:aws:s3:::${aws:username}/*"],
        Condition: { StringEquals: { "aws:SourceAccount": [awsAccountId] } },
      },
    ],
    additionalManagedPolicyArns: [`arn:aws:iam::${awsAccountId}:policy/A`, `arn:aws:iam::${awsAccountId}:policy/B`],
    adoptPolicies: ["Posture-Additional"],
  },
};
const ARC_OPTIONS = {
  configurationId: "Setup",
  attachToExistingProfiles: true,
  instanceProfileName: "Web",
  targets: [{ key: "tag:Arc", values: ["yes"] }],
  adoptDocuments: false,
};
const SCANNING = { exclusionTags: { scan: "no" } };
const ARC = {
  proxy: "http://proxy.example:8080",
  privateLinkScope: `/subscriptions/${azureSubscriptionId}/resourceGroups/arc/providers/Microsoft.HybridCompute/privateLinkScopes/arc`,
};
const PLANS = {
  defenderCspm: {
    agentlessMachineScanning: SCANNING,
    sensitiveDataDiscovery: true,
    databasesPosture: true,
    ciem: {
      ...CIEM,
      cloudTrailIngestion: {
        readerRoleArn: ROLE("Reader"),
        resourceSets: [
          {
            resourceRegion: awsRegion,
            s3BucketArn: "arn:aws:s3:::cloudtrail-logs",
            sqsQueueArn: `arn:aws:sqs:${awsRegion}:${awsAccountId}:defender`,
            kmsKeyArn: `arn:aws:kms:${awsRegion}:${awsAccountId}:key/1`,
          },
        ],
      },
    },
    agentlessKubernetesDiscovery: true,
    containerImageAssessment: true,
    securityFindings: true,
    serverlessPosture: { roleArn: ROLE("Serverless") },
    serverlessContainers: true,
  },
  servers: {
    subPlan: "P2",
    arcAutoProvisioning: ARC,
    defenderForEndpoint: true,
    vulnerabilityAssessment: "Qualys",
    agentlessMachineScanning: SCANNING,
  },
  containers: {
    auditLogCollection: { retentionDays: 90, externalId: EXTERNAL_ID },
    sensorProvisioning: true,
    policyAddOnProvisioning: true,
    containerImageAssessment: true,
    agentlessKubernetesDiscovery: true,
    agentlessMachineScanning: SCANNING,
    securityFindings: true,
    securityGating: true,
    antiMalware: true,
    installationMethod: "Helm",
  },
  databases: { sqlServersOnMachines: ARC, openSourceDatabases: OPEN_SOURCE_DATABASES, databasesPosture: true },
};
const CONNECTOR = {
  azureSubscriptionId,
  resourceGroupName: ACCOUNT.resourceGroupName,
  createResourceGroup: true,
  location: ACCOUNT.location,
  connectorName: ACCOUNT.connectorName,
  scanRegions: ["eu-central-1", "eu-west-1"],
  scanIntervalHours: 12,
  engine: "azapi",
  apiVersion: "2026-08-01-preview",
};
const ONBOARDING = {
  awsAccountId,
  awsRegion,
  partition: "aws",
  entraTenantId,
  accessLevel: "leastPrivilege",
  plans: PLANS,
  roles: ROLES,
  arcAutomation: ARC_OPTIONS,
  identityProvider: { mode: "extend", expectedAudiences: ["api://one", "api://two"], retiredAudiences: [] },
  ciemIdentityProvider: { mode: "extend", expectedAudiences: ["api://one", "api://two"], retiredAudiences: [] },
  ...CONNECTOR,
  iamPropagationSeconds: 60,
  tags: TAGS,
};
/** Which accounts are members. */
export const MEMBERS = {
  stackSetName: "DefenderForCloud",
  targets: ["ou-ab12-workload", "ou-ab12-sandbox1"],
  excludedAccountIds: ["444455556666", "777788889999"],
  memberIdentityProvider: { mode: "ensure", functionRoleName: "Ensure" },
  rollout: { failureTolerancePercentage: 20, maxConcurrentPercentage: 30 },
  retainStacksOnAccountRemoval: true,
  retainStacksOnDestroy: true,
  preventDestroy: false,
  templateBucketName: "templates",
  createTemplateBucket: true,
};
const PROVIDER = { awsAccountId, partition: "aws", tenantId: entraTenantId, audiences: ["api://one", AUDIENCES.ciem] };

/** The public constructs. */
export const CONSTRUCT_INPUTS: readonly ConstructInputs[] = [
  {
    name: "AccountOnboarding",
    create: (stack, props) => new AccountOnboarding(stack, "It", props as never),
    examples: [
      { ...ONBOARDING, arcAutomation: { ...ARC_OPTIONS, regions: ["eu-central-1", "eu-west-1"] } },
      {
        ...ONBOARDING,
        plans: { defenderCspm: { ciem: CIEM, databasesPosture: false }, servers: { subPlan: "P2" } },
        roles: { cspmMonitor: { existingRoleArn: ROLE("Posture") } },
        identityProvider: { mode: "extend", retiredAudiences: [AUDIENCES.databases] },
      },
      { ...ONBOARDING, engine: "templateDeployment" },
    ],
  },
  {
    name: "OrganizationOnboarding",
    create: (stack, props) => new OrganizationOnboarding(stack, "It", props as never),
    examples: [{ ...ONBOARDING, ...MEMBERS }],
  },
  {
    name: "AzureConnector",
    create: (stack, props) => new AzureConnector(stack, "It", props as never),
    examples: ["azapi", "templateDeployment"].map((engine) => ({
      ...CONNECTOR,
      engine,
      awsAccountId,
      entraTenantId,
      plans: PLANS,
      // Two that the connector does not name; given, they would have no effect.
      roleArns: Object.fromEntries(
        ROLE_KEYS.filter((key) => key !== "arcHostManagement" && key !== "ciemDiscovery").map((key) => [
          key,
          ROLE(key),
        ]),
      ),
      organization: { stackSetName: MEMBERS.stackSetName, excludedAccountIds: MEMBERS.excludedAccountIds },
      tags: TAGS,
    })),
  },
  {
    name: "IdentityProvider",
    create: (stack, props) => new IdentityProvider(stack, "It", props as never),
    examples: [
      { mode: "create", ...PROVIDER, tags: TAGS },
      {
        mode: "extend",
        ...PROVIDER,
        audiences: ["api://one", "api://two"],
        expectedAudiences: ["api://three", "api://four"],
        retiredAudiences: [AUDIENCES.ciem],
      },
      { mode: "verify", ...PROVIDER },
      { mode: "release", ...PROVIDER },
    ],
  },
  {
    name: "IamRoles",
    create: (stack, props) => new IamRoles(stack, "It", props as never),
    examples: [
      {
        awsAccountId,
        awsRegion,
        partition: "aws",
        entraTenantId,
        accessLevel: "default",
        plans: PLANS,
        roles: ROLES,
        arcAutomation: ARC_OPTIONS,
      },
      {
        awsAccountId,
        awsRegion,
        entraTenantId,
        accessLevel: "leastPrivilege",
        plans: { servers: { subPlan: "P1" } },
        roles: { arcHostManagement: { existingRoleArn: ROLE("Arc") } },
        arcAutomation: { regions: ["eu-central-1", "eu-west-1"] },
      },
    ],
  },
  {
    name: "ArcAutomation",
    create: (stack, props) => new ArcAutomation(stack, "It", props as never),
    examples: [
      {
        awsAccountId,
        partition: "aws",
        automationRoleArn: ROLE("Automation"),
        arcAutomation: { ...ARC_OPTIONS, regions: ["eu-central-1", "eu-west-1"] },
        tags: TAGS,
      },
    ],
  },
  {
    name: "MemberAccounts",
    create: (stack, props) => new MemberAccounts(stack, "It", props as never),
    examples: [
      {
        awsAccountId,
        awsRegion,
        partition: "aws",
        entraTenantId,
        accessLevel: "leastPrivilege",
        plans: PLANS,
        roles: ROLES,
        arcAutomation: ARC_OPTIONS,
        ...MEMBERS,
        tags: TAGS,
      },
    ],
  },
  {
    name: "CloudTrailFanout",
    create: (stack, props) => new CloudTrailFanout(stack, "It", props as never),
    examples: [
      {
        phase: "prepare",
        awsAccountId,
        awsRegion,
        partition: "aws",
        bucketName: "cloudtrail-logs",
        bucketAccountId: "444455556666",
        sentinel: { queueName: "sentinel" },
        defender: {
          queueName: "defender",
          readerRoleArns: [ROLE("Reader"), ROLE("Other")],
          messageRetentionSeconds: 3600,
          visibilityTimeoutSeconds: 60,
        },
        topicName: "cloudtrail",
        additionalKeys: [{ prefix: "AWSLogs/", suffix: ".gz" }],
        adopt: {
          sentinelSubscriptionArn: `arn:aws:sns:${awsRegion}:${awsAccountId}:cloudtrail:00000000-0000-4000-8000-000000000001`,
          defenderSubscriptionArn: `arn:aws:sns:${awsRegion}:${awsAccountId}:cloudtrail:00000000-0000-4000-8000-000000000002`,
        },
        encryption: Object.fromEntries(
          ["topicKeyArn", "queueKeyArn", "sentinelQueueKeyArn", "logKeyArn"].map((key) => [
            key,
            `arn:aws:kms:${awsRegion}:${awsAccountId}:key/1`,
          ]),
        ),
        alarms: {
          actionArns: [`arn:aws:sns:${awsRegion}:${awsAccountId}:on-call`],
          oldestMessageSeconds: 600,
        },
        tags: TAGS,
      },
    ],
  },
];
