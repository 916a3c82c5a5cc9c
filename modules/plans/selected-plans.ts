import {
  BUCKET_NAME,
  checkFormat,
  checkKnownKeys,
  checkOneOf,
  checkPrincipals,
  checkSwitch,
  checkTags,
  ENTRA_ID,
  GUID,
  InputError,
  mayBeTerraformValue,
  TEXT,
} from "../foundation";
import type { Format, PolicyStatement } from "../foundation";
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

/** An external id. Whoever uses one of Microsoft's public samples shares it with every reader of the sample. */
const EXTERNAL_ID: Format = {
  expected: "a GUID of your own, and none that stands in a public sample of Microsoft's: generate one, or leave it out",
  pattern: GUID.pattern,
  refused: [
    "00d04923-b008-48fd-bc0e-faa7dfd0549e",
    "b6d36db8-eda7-4617-9d4f-41149b899dc7",
    "a47ae0a2-7bf7-482a-897a-7a139d30736c",
  ],
};

const PROXY: Format = {
  expected: 'the URL of an HTTP proxy, for instance "http://proxy.example:8080"',
  pattern: "^https?://[^\\s/]+/?$",
};

/** Resource Manager compares ids without regard to case. */
const PRIVATE_LINK_SCOPE: Format = {
  expected:
    'the resource id of an Arc private link scope: "/subscriptions/.../resourceGroups/.../providers/Microsoft.HybridCompute/privateLinkScopes/..."',
  pattern:
    "^/[Ss]ubscriptions/[^/]+/[Rr]esource[Gg]roups/[^/]+/providers/[Mm]icrosoft\\.[Hh]ybrid[Cc]ompute/[Pp]rivate[Ll]ink[Ss]copes/[^/]+$",
};

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
  const { defenderCspm, servers, containers, databases } = plans;
  const selected = {
    defenderCspm: defenderCspm !== undefined && selectDefenderCspm(defenderCspm),
    servers: servers !== undefined && selectServers(servers),
    containers: containers !== undefined && selectContainers(containers),
    databases: databases !== undefined && selectDatabases(databases),
  };
  for (const { prop, value, format } of textsOf(selected)) {
    if (!mayBeTerraformValue(value)) {
      checkFormat(prop, value, format);
    }
  }
  return selected;
}

/** A text of a selection, and the form that it must have. */
export interface SelectedText {
  /** Where it was given. */
  readonly prop: string;
  /** The text. */
  readonly value: string;
  /** Its form. */
  readonly format: Format;
}

/** The texts of a selection. Literals are checked by then; those that Terraform alone knows are to be checked at plan. */
export function textsOf({ defenderCspm, servers, containers, databases }: SelectedPlans): SelectedText[] {
  const texts: SelectedText[] = [];
  const add = <Settings extends object>(
    at: string,
    settings: false | Settings,
    formats: Readonly<Partial<Record<keyof Settings & string, Format>>>,
    required = false,
  ): void => {
    for (const [key, format] of Object.entries(formats) as [keyof Settings & string, Format][]) {
      const value = settings && settings[key];
      if (settings && (required || value !== undefined)) {
        texts.push({ prop: `${at}.${key}`, value: value as string, format });
      }
    }
  };
  const arc = { proxy: PROXY, privateLinkScope: PRIVATE_LINK_SCOPE };
  add("plans.servers.arcAutoProvisioning", servers && servers.arcAutoProvisioning, arc);
  add("plans.databases.sqlServersOnMachines", databases && databases.sqlServersOnMachines, arc);
  add("plans.databases.openSourceDatabases", databases && databases.openSourceDatabases, { audience: TEXT });
  add("plans.containers.auditLogCollection", containers && containers.auditLogCollection, { externalId: EXTERNAL_ID });
  // A wildcard in the name of the bucket would open every bucket of the account.
  const ciem = {
    applicationName: { ...TEXT, expected: "the name of the tenant application through which CIEM works" },
    applicationSubject: { ...ENTRA_ID, expected: `the object id of that application, ${ENTRA_ID.expected}` },
    cloudTrailBucketName: BUCKET_NAME,
  };
  add("plans.defenderCspm.ciem", defenderCspm && defenderCspm.ciem, ciem, true);
  return texts;
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
  checkOneOf(`${at}.vulnerabilityAssessment`, plan.vulnerabilityAssessment ?? "TVM", ["TVM", "Qualys", false]);
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
  checkSwitch(prop, value);
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
    checkTags(`${prop}.exclusionTags`, scanning.exclusionTags);
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
  checkTokenConditions(`${prop}.trustStatements`, value.trustStatements);
  const { audience } = value;
  if (audience !== undefined && !JSON.stringify(value.trustStatements).includes(JSON.stringify(audience))) {
    throw new InputError(`${prop}.audience`, audience, "no trust statement names it: give the one that they name");
  }
  return value;
}

/**
 * An audience names an application, which serves all customers; the session name is what binds a role to one tenant.
 * Microsoft's own trusts have both conditions.
 */
function checkTokenConditions(prop: string, statements: readonly PolicyStatement[]): void {
  statements.forEach(({ Effect, Principal, Condition }, index) => {
    if (Effect !== "Allow" || Principal === "*" || !Principal?.Federated) {
      return;
    }
    const keys = Object.values(Condition ?? {}).flatMap((condition) => Object.keys(condition ?? {}));
    const has = (ending: string) => keys.some((key) => key.toLowerCase().endsWith(ending.toLowerCase()));
    for (const ending of [":aud", "sts:RoleSessionName"]) {
      if (!has(ending)) {
        throw new InputError(
          `${prop}[${index}].Condition`,
          Condition,
          `it lacks a condition on ${ending}, and others could assume the role: take the statement whole from the portal's template`,
        );
      }
    }
  });
}
