import Ajv2020 from "ajv/dist/2020";

/*
 * Strict JSON schemas of `properties` of Microsoft.Security/securityConnectors for AWS, one for each API version that can be
 * chosen, written against the API definitions (Azure/azure-rest-api-specs@31c65e1b for 2024-08-01-preview,
 * Azure/bicep-types-az@1f896de2 for 2026-08-01-preview). Names, types, enums and discriminators are the
 * API's. On top of it come the promises of this project: nothing unknown, every switch said, no feature on without its
 * role, and only values that the services behind the connector accept. It shares no data with modules/, so that an
 * error there shows here.
 */

type Schema = Readonly<Record<string, unknown>>;

const text = { type: "string", minLength: 1 };
const flag = { type: "boolean" };
const accountId = { type: "string", pattern: "^[0-9]{12}$" };
const roleArn = { type: "string", pattern: "^arn:aws(-us-gov|-cn)?:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$" };
const guid = { type: "string", pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$" };

/** Days that CloudWatch Logs accepts. */
const retentionDays = {
  enum: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
};

export type ApiVersion = "2024-08-01-preview" | "2026-08-01-preview";

/** The public regions by continent, as their codes are made up. */
const REGIONS = {
  af: ["south-1"],
  ap: ["east-1", "east-2", "northeast-1", "northeast-2", "northeast-3", "south-1", "south-2"].concat(
    [1, 2, 3, 4, 5, 6, 7].map((number) => `southeast-${number}`),
  ),
  ca: ["central-1", "west-1"],
  eu: ["central-1", "central-2", "north-1", "south-1", "south-2", "west-1", "west-2", "west-3"],
  il: ["central-1"],
  me: ["central-1", "south-1"],
  mx: ["central-1"],
  sa: ["east-1"],
  us: ["east-1", "east-2", "west-1", "west-2"],
};
const regionCodes = Object.entries(REGIONS).flatMap(([area, names]) => names.map((name) => `${area}-${name}`));

/** An object with these fields and no others. */
function object(required: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}): Schema {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

const roleOnly = object({ cloudRoleArn: roleArn });
const ciemOidc = object({ cloudRoleArn: roleArn, azureActiveDirectoryAppName: text });

/** A feature that is said to be on or off; on needs the role. */
function roleSwitch(optional: Readonly<Record<string, Schema>> = {}): Schema {
  return {
    ...object({ enabled: flag }, { cloudRoleArn: roleArn, ...optional }),
    if: { properties: { enabled: { const: true } } },
    then: { required: ["cloudRoleArn"] },
  };
}

const vmScanners = roleSwitch({
  configuration: object(
    { scanningMode: { const: "Default" } },
    { exclusionTags: { type: "object", additionalProperties: { type: "string" } } },
  ),
});
const arcAutoProvisioning = roleSwitch({ configuration: object({}, { proxy: text, privateLinkScope: text }) });

function offering(offeringType: string, required: Readonly<Record<string, Schema>>, optional = {}): Schema {
  return object({ offeringType: { const: offeringType }, ...required }, optional);
}

const auditLogRoles = {
  kubernetesService: roleOnly,
  kubernetesDataCollection: roleOnly,
  cloudWatchToKinesis: roleOnly,
  kinesisToS3: roleOnly,
};
const auditLogSettings = { kubeAuditRetentionTime: retentionDays, dataCollectionExternalId: guid };

const bucketArn = { type: "string", pattern: "^arn:aws(-us-gov|-cn)?:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$" };
const queueArn = {
  type: "string",
  pattern: "^arn:aws(-us-gov|-cn)?:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}(\\.fifo)?$",
};
const keyArn = { type: "string", pattern: "^arn:aws(-us-gov|-cn)?:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$" };

/** What changed in 2026-08-01-preview; the rest is the same. */
const CHANGED = {
  "2024-08-01-preview": {
    ciem: object({ ciemDiscovery: roleOnly, ciemOidc }),
    imageAssessment: roleSwitch(),
    cspm: {},
    containers: {},
    containersOptional: {},
  },
  "2026-08-01-preview": {
    ciem: {
      ...object(
        { ciemOidc },
        {
          logCollectionOidc: roleOnly,
          cloudTrailAuditLogIngestion: object({
            // The other two let Microsoft, or its script, create the trail: no case of this project.
            provisioningType: { const: "BringYourOwn" },
            cloudTrailResourceSets: {
              type: "array",
              minItems: 1,
              items: object(
                { resourceRegion: { enum: regionCodes }, s3BucketArn: bucketArn, sqsQueueArn: queueArn },
                { kmsKeyArn: keyArn },
              ),
            },
          }),
        },
      ),
      dependentRequired: {
        logCollectionOidc: ["cloudTrailAuditLogIngestion"],
        cloudTrailAuditLogIngestion: ["logCollectionOidc"],
      },
    },
    imageAssessment: {
      ...roleSwitch({ securityFindingsEnabled: flag }),
      required: ["enabled", "securityFindingsEnabled"],
    },
    cspm: { agentlessServerlessPosture: roleSwitch(), serverlessContainers: object({ enabled: flag }) },
    containers: { securityGatingEnabled: flag, containerAntiMalwareEnabled: flag },
    containersOptional: { installationMethod: { enum: ["Arc", "Helm"] } },
  },
};

const offeringsOf = (version: ApiVersion): Readonly<Record<string, Schema>> => ({
  CspmMonitorAws: offering("CspmMonitorAws", { nativeCloudConnection: roleOnly }),
  DefenderCspmAws: offering(
    "DefenderCspmAws",
    {
      vmScanners,
      dataSensitivityDiscovery: roleSwitch(),
      databasesDspm: roleSwitch(),
      mdcContainersImageAssessment: CHANGED[version].imageAssessment,
      mdcContainersAgentlessDiscoveryK8s: roleSwitch(),
      ...CHANGED[version].cspm,
    },
    { ciem: CHANGED[version].ciem },
  ),
  DefenderForServersAws: {
    ...offering("DefenderForServersAws", {
      defenderForServers: roleOnly,
      arcAutoProvisioning,
      vaAutoProvisioning: object({ enabled: flag }, { configuration: object({ type: { enum: ["TVM", "Qualys"] } }) }),
      mdeAutoProvisioning: object({ enabled: flag, configuration: object({}) }),
      subPlan: object({ type: { enum: ["P1", "P2"] } }),
      vmScanners,
    }),
    if: { properties: { subPlan: { properties: { type: { const: "P1" } } } } },
    then: { properties: { vmScanners: { properties: { enabled: { const: false } } } } },
  },
  DefenderForContainersAws: {
    ...offering(
      "DefenderForContainersAws",
      {
        enableAuditLogsAutoProvisioning: flag,
        enableDefenderAgentAutoProvisioning: flag,
        enablePolicyAgentAutoProvisioning: flag,
        mdcContainersImageAssessment: CHANGED[version].imageAssessment,
        mdcContainersAgentlessDiscoveryK8s: roleSwitch(),
        vmScanners,
        ...CHANGED[version].containers,
      },
      { ...auditLogRoles, ...auditLogSettings, ...CHANGED[version].containersOptional },
    ),
    if: { properties: { enableAuditLogsAutoProvisioning: { const: true } } },
    then: { required: Object.keys({ ...auditLogRoles, ...auditLogSettings }) },
  },
  DefenderForDatabasesAws: offering("DefenderForDatabasesAws", {
    arcAutoProvisioning,
    rds: roleSwitch(),
    databasesDspm: roleSwitch(),
  }),
});

const organization = object(
  { organizationMembershipType: { const: "Organization" }, stacksetName: text },
  { excludedAccountIds: { type: "array", items: accountId, uniqueItems: true } },
);

const schemaOf = (version: ApiVersion): Schema => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  ...object({
    hierarchyIdentifier: accountId,
    environmentName: { const: "AWS" },
    environmentData: object(
      { environmentType: { const: "AwsAccount" } },
      {
        regions: { type: "array", items: { enum: regionCodes }, uniqueItems: true },
        scanInterval: { enum: [4, 6, 12, 24] },
        organizationalData: organization,
      },
    ),
    offerings: {
      type: "array",
      items: {
        type: "object",
        discriminator: { propertyName: "offeringType" },
        required: ["offeringType"],
        oneOf: Object.values(offeringsOf(version)),
      },
      allOf: Object.keys(offeringsOf(version)).map((offeringType) => ({
        contains: { type: "object", properties: { offeringType: { const: offeringType } }, required: ["offeringType"] },
        minContains: offeringType === "CspmMonitorAws" ? 1 : 0,
        maxContains: 1,
      })),
    },
  }),
});

const validator = (version: ApiVersion) =>
  new Ajv2020({ discriminator: true, allErrors: true, strictTypes: false, strictRequired: false }).compile(
    schemaOf(version),
  );

const VALIDATORS = {
  "2024-08-01-preview": validator("2024-08-01-preview"),
  "2026-08-01-preview": validator("2026-08-01-preview"),
};

/** What is wrong with the `properties` of a connector, by path; empty where nothing is. */
export function connectorSchemaErrors(properties: unknown, version: ApiVersion = "2024-08-01-preview"): string[] {
  const validate = VALIDATORS[version];
  validate(properties);
  return (validate.errors ?? []).map(({ instancePath, message = "", params }) =>
    [instancePath, message, JSON.stringify(params)].join(" "),
  );
}

/** Every role ARN anywhere in a connector, each once. */
export function roleArnsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const found = Object.entries(value).flatMap(([name, child]: [string, unknown]) =>
    name === "cloudRoleArn" ? [String(child)] : roleArnsIn(child),
  );
  return [...new Set(found)];
}
