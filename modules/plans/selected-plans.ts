import {
  BUCKET_NAME,
  checkFormat,
  checkKnownKeys,
  checkOneOf,
  checkPrincipals,
  GUID,
  InputError,
  mayBeTerraformValue,
} from "../foundation";
import type {
  AgentlessMachineScanning,
  ArcAutoProvisioning,
  AuditLogCollection,
  Ciem,
  ContainersPlan,
  DatabasesPlan,
  DefenderCspmPlan,
  DefenderPlans,
  OpenSourceDatabases,
  ServersPlan,
} from "./defender-plans";

/** Days of retention that CloudWatch Logs accepts (PutRetentionPolicy, API reference, 2026). */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** External ids in Microsoft's public samples: whoever uses one shares it with every reader of the sample. */
const PUBLISHED_EXTERNAL_IDS: readonly string[] = [
  "00d04923-b008-48fd-bc0e-faa7dfd0549e",
  "b6d36db8-eda7-4617-9d4f-41149b899dc7",
  "a47ae0a2-7bf7-482a-897a-7a139d30736c",
];

/** Defender plans with every default filled in: what is off is `false`, what is on holds its settings. */
export interface SelectedPlans {
  /** Defender CSPM. */
  readonly defenderCspm: false | Resolved<DefenderCspmPlan>;
  /** Defender for Servers. */
  readonly servers: false | Resolved<ServersPlan>;
  /** Defender for Containers. */
  readonly containers: false | Resolved<ContainersPlan>;
  /** Defender for Databases. */
  readonly databases: false | Resolved<DatabasesPlan>;
}

/** Every switch said: `true` has become the feature's settings where it has some. */
export type Resolved<Plan> = {
  readonly [Feature in keyof Plan]-?: NonNullable<Plan[Feature]> extends infer Value
    ? Extract<Value, object> extends never
      ? Value
      : Exclude<Value, true>
    : never;
};

/**
 * Checks a selection and fills in the portal's defaults.
 * @throws InputError naming the plan, the feature, the value and what is allowed
 */
export function selectPlans(plans: DefenderPlans): SelectedPlans {
  checkKnownKeys("plans", plans, ["defenderCspm", "servers", "containers", "databases"]);
  return {
    defenderCspm: plans.defenderCspm ? selectDefenderCspm(plans.defenderCspm) : false,
    servers: plans.servers ? selectServers(plans.servers) : false,
    containers: plans.containers ? selectContainers(plans.containers) : false,
    databases: plans.databases ? selectDatabases(plans.databases) : false,
  };
}

function selectDefenderCspm(plan: DefenderCspmPlan): Resolved<DefenderCspmPlan> {
  const at = "plans.defenderCspm";
  checkKnownKeys(at, plan, [
    "agentlessMachineScanning",
    "sensitiveDataDiscovery",
    "databasesPosture",
    "ciem",
    "agentlessKubernetesDiscovery",
    "containerImageAssessment",
  ]);
  return {
    agentlessMachineScanning: selectScanning(at, plan.agentlessMachineScanning ?? true),
    sensitiveDataDiscovery: selectSwitch(`${at}.sensitiveDataDiscovery`, plan.sensitiveDataDiscovery ?? true),
    databasesPosture: selectSwitch(`${at}.databasesPosture`, plan.databasesPosture ?? true),
    ciem: selectCiem(`${at}.ciem`, plan.ciem ?? false),
    agentlessKubernetesDiscovery: selectSwitch(
      `${at}.agentlessKubernetesDiscovery`,
      plan.agentlessKubernetesDiscovery ?? true,
    ),
    containerImageAssessment: selectSwitch(`${at}.containerImageAssessment`, plan.containerImageAssessment ?? true),
  };
}

function selectServers(plan: ServersPlan): Resolved<ServersPlan> {
  const at = "plans.servers";
  checkKnownKeys(at, plan, [
    "subPlan",
    "arcAutoProvisioning",
    "defenderForEndpoint",
    "vulnerabilityAssessment",
    "agentlessMachineScanning",
  ]);
  checkOneOf(`${at}.subPlan`, plan.subPlan, ["P1", "P2"]);
  if (plan.vulnerabilityAssessment !== undefined && plan.vulnerabilityAssessment !== false) {
    checkOneOf(`${at}.vulnerabilityAssessment`, plan.vulnerabilityAssessment, ["TVM", "Qualys"]);
  }
  const scanning = selectScanning(at, plan.agentlessMachineScanning ?? plan.subPlan === "P2");
  if (scanning && plan.subPlan === "P1") {
    throw new InputError(
      `${at}.agentlessMachineScanning`,
      plan.agentlessMachineScanning,
      'it needs sub-plan P2: set plans.servers.subPlan to "P2" or leave it out',
    );
  }
  return {
    subPlan: plan.subPlan,
    arcAutoProvisioning: selectArc(`${at}.arcAutoProvisioning`, plan.arcAutoProvisioning ?? true),
    defenderForEndpoint: selectSwitch(`${at}.defenderForEndpoint`, plan.defenderForEndpoint ?? true),
    vulnerabilityAssessment: plan.vulnerabilityAssessment ?? "TVM",
    agentlessMachineScanning: scanning,
  };
}

function selectContainers(plan: ContainersPlan): Resolved<ContainersPlan> {
  const at = "plans.containers";
  checkKnownKeys(at, plan, [
    "auditLogCollection",
    "sensorProvisioning",
    "policyAddOnProvisioning",
    "containerImageAssessment",
    "agentlessKubernetesDiscovery",
    "agentlessMachineScanning",
  ]);
  return {
    auditLogCollection: selectAuditLogs(`${at}.auditLogCollection`, plan.auditLogCollection ?? true),
    sensorProvisioning: selectSwitch(`${at}.sensorProvisioning`, plan.sensorProvisioning ?? true),
    policyAddOnProvisioning: selectSwitch(`${at}.policyAddOnProvisioning`, plan.policyAddOnProvisioning ?? true),
    containerImageAssessment: selectSwitch(`${at}.containerImageAssessment`, plan.containerImageAssessment ?? true),
    agentlessKubernetesDiscovery: selectSwitch(
      `${at}.agentlessKubernetesDiscovery`,
      plan.agentlessKubernetesDiscovery ?? true,
    ),
    agentlessMachineScanning: selectScanning(at, plan.agentlessMachineScanning ?? true),
  };
}

function selectDatabases(plan: DatabasesPlan): Resolved<DatabasesPlan> {
  const at = "plans.databases";
  checkKnownKeys(at, plan, ["sqlServersOnMachines", "openSourceDatabases", "databasesPosture"]);
  const openSourceDatabases = selectOpenSourceDatabases(`${at}.openSourceDatabases`, plan.openSourceDatabases ?? false);
  return {
    sqlServersOnMachines: selectArc(`${at}.sqlServersOnMachines`, plan.sqlServersOnMachines ?? true),
    openSourceDatabases,
    databasesPosture: selectSwitch(`${at}.databasesPosture`, plan.databasesPosture ?? openSourceDatabases !== false),
  };
}

function selectSwitch(prop: string, value: boolean): boolean {
  if (typeof value !== "boolean") {
    throw new InputError(prop, value, "allowed: true, false");
  }
  return value;
}

/** `true` stands for a feature with its default settings. */
function settingsOf<Settings extends object>(
  prop: string,
  value: boolean | Settings,
  keys: readonly (keyof Settings & string)[],
): false | Settings {
  if (value === false) {
    return false;
  }
  const settings = value === true ? ({} as Settings) : value;
  if (typeof settings !== "object") {
    throw new InputError(prop, value, `allowed: true, false or settings (${keys.join(", ")})`);
  }
  checkKnownKeys(prop, settings, keys);
  return settings;
}

function selectScanning(plan: string, value: boolean | AgentlessMachineScanning): false | AgentlessMachineScanning {
  const prop = `${plan}.agentlessMachineScanning`;
  const scanning = settingsOf(prop, value, ["exclusionTags"]);
  if (scanning && scanning.exclusionTags !== undefined) {
    const tags: unknown = scanning.exclusionTags;
    const isStringMap =
      typeof tags === "object" &&
      tags !== null &&
      !Array.isArray(tags) &&
      Object.values(tags).every((tag) => typeof tag === "string");
    if (!isStringMap) {
      throw new InputError(`${prop}.exclusionTags`, tags, 'expected a map of strings, for instance { team: "lab" }');
    }
  }
  return scanning;
}

function selectArc(prop: string, value: boolean | ArcAutoProvisioning): false | ArcAutoProvisioning {
  return settingsOf(prop, value, ["proxy", "privateLinkScope"]);
}

function selectAuditLogs(prop: string, value: boolean | AuditLogCollection): false | AuditLogCollection {
  const auditLogs = settingsOf(prop, value, ["retentionDays", "externalId"]);
  if (auditLogs && auditLogs.retentionDays !== undefined) {
    checkOneOf(`${prop}.retentionDays`, auditLogs.retentionDays, RETENTION_DAYS);
  }
  if (auditLogs && auditLogs.externalId !== undefined && !mayBeTerraformValue(auditLogs.externalId)) {
    checkFormat(`${prop}.externalId`, auditLogs.externalId, GUID);
    if (PUBLISHED_EXTERNAL_IDS.includes(auditLogs.externalId.toLowerCase())) {
      throw new InputError(
        `${prop}.externalId`,
        auditLogs.externalId,
        "it stands in a public sample of Microsoft's: generate one of your own, or leave it out",
      );
    }
  }
  return auditLogs;
}

function selectCiem(prop: string, value: false | Ciem): false | Ciem {
  if (value === false) {
    return false;
  }
  if (typeof value !== "object") {
    throw new InputError(
      prop,
      value,
      "CIEM needs its tenant application: give applicationName, applicationSubject and cloudTrailBucketName, or false",
    );
  }
  checkKnownKeys(prop, value, ["applicationName", "applicationSubject", "cloudTrailBucketName"]);
  for (const key of ["applicationName", "applicationSubject", "cloudTrailBucketName"] as const) {
    if (typeof value[key] !== "string" || value[key] === "") {
      throw new InputError(`${prop}.${key}`, value[key], "it is required: CIEM works through a tenant application");
    }
  }
  if (!mayBeTerraformValue(value.applicationSubject)) {
    checkFormat(`${prop}.applicationSubject`, value.applicationSubject, GUID);
  }
  if (!mayBeTerraformValue(value.cloudTrailBucketName)) {
    // A wildcard would open every bucket of the account.
    checkFormat(`${prop}.cloudTrailBucketName`, value.cloudTrailBucketName, BUCKET_NAME);
  }
  return value;
}

function selectOpenSourceDatabases(prop: string, value: false | OpenSourceDatabases): false | OpenSourceDatabases {
  if (value === false) {
    return false;
  }
  const given: Partial<OpenSourceDatabases> = typeof value === "object" ? value : {};
  if (!given.trustStatements?.length || !given.resources?.length) {
    throw new InputError(
      prop,
      value,
      "Microsoft does not publish the trust and the resources of this role: give trustStatements and resources from the portal's template, or false",
    );
  }
  checkKnownKeys(prop, value, ["trustStatements", "resources", "audience"]);
  checkPrincipals(`${prop}.trustStatements`, value.trustStatements);
  if (value.audience === "") {
    throw new InputError(
      `${prop}.audience`,
      value.audience,
      "give the audience that the statements name, or leave it out",
    );
  }
  return value;
}
