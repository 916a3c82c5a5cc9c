import { flag, object, optional, withDefault } from "../inputs";
import type { Read, Schema } from "../inputs";
import { ARC_AUTO_PROVISIONING, arcConsequences, arcField } from "./arc-auto-provisioning";
import type { ArcAutoProvisioning } from "./arc-auto-provisioning";
import { OPEN_SOURCE_DATABASES } from "./open-source-databases";
import type { OpenSourceDatabases } from "./open-source-databases";
import type { PlanDefinition } from "./plan";
import { arcAutoProvisioning } from "./roles/arc-auto-provisioning";
import { arcHostManagement } from "./roles/arc-host-management";
import { dataSecurityPostureDb } from "./roles/data-security-posture-db";
import { dataThreatProtectionDb } from "./roles/data-threat-protection-db";

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

const GIVEN = object<DatabasesPlan>()({
  sqlServersOnMachines: withDefault(ARC_AUTO_PROVISIONING, true),
  openSourceDatabases: withDefault(OPEN_SOURCE_DATABASES, false),
  databasesPosture: optional(flag()),
});

/** The default of databases posture follows from open-source databases, so it is filled in here. */
const SCHEMA: Schema<ReturnType<typeof withPosture>> = {
  ...GIVEN,
  read: (value, at, report) => withPosture(GIVEN.read(value, at, report)),
};

function withPosture(plan: Read<typeof GIVEN>) {
  return { ...plan, databasesPosture: plan.databasesPosture ?? plan.openSourceDatabases !== false };
}

/** Defender for Databases. */
export const DATABASES: PlanDefinition<Read<typeof SCHEMA>> = {
  offeringType: "DefenderForDatabasesAws",
  schema: SCHEMA,
  roleUses: [
    { role: arcAutoProvisioning, feature: "sqlServersOnMachines", field: "arcAutoProvisioning" },
    { role: arcHostManagement, feature: "sqlServersOnMachines" },
    { role: dataThreatProtectionDb, feature: "openSourceDatabases", field: "rds" },
    { role: dataSecurityPostureDb, feature: "databasesPosture", field: "databasesDspm" },
  ],
  consequences: [
    {
      kind: "billing",
      feature: "sqlServersOnMachines",
      text: "Azure bills each SQL Server that it protects.",
    },
    {
      kind: "billing",
      feature: "openSourceDatabases",
      text: "Azure bills each database instance of RDS and Aurora that it protects, since 2026-06-01.",
    },
    ...arcConsequences("sqlServersOnMachines" as const),
    {
      kind: "access",
      feature: "databasesPosture",
      text: "Reads contents of databases: copies automated snapshots of RDS and scans the copies for sensitive data.",
    },
  ],
  offering: (plan, fields) => ({
    arcAutoProvisioning: arcField(plan.sqlServersOnMachines, fields),
    rds: fields.switch("rds"),
    databasesDspm: fields.switch("databasesDspm"),
  }),
};
