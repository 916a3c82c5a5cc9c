import { object, read, withRule } from "../inputs";
import type { Read, Schema } from "../inputs";
import { CONTAINERS } from "./containers";
import type { ContainersPlan } from "./containers";
import { DATABASES } from "./databases";
import type { DatabasesPlan } from "./databases";
import { DEFENDER_CSPM } from "./defender-cspm";
import type { DefenderCspmPlan } from "./defender-cspm";
import { SERVERS } from "./servers";
import type { ServersPlan } from "./servers";

/**
 * The Defender plans of a connector. A plan that is absent is off. Foundational CSPM has no entry: it is part of every
 * connector and cannot be switched off.
 */
export interface DefenderPlans {
  /**
   * Defender CSPM. `{}` is the portal's selection.
   * @default false
   */
  readonly defenderCspm?: false | DefenderCspmPlan;
  /**
   * Defender for Servers.
   * @default false
   */
  readonly servers?: false | ServersPlan;
  /**
   * Defender for Containers. `{}` is the portal's selection.
   * @default false
   */
  readonly containers?: false | ContainersPlan;
  /**
   * Defender for Databases. `{}` is SQL Server on machines.
   * @default false
   */
  readonly databases?: false | DatabasesPlan;
}

/** The plans that can be chosen, by their prop. */
export const PLANS = {
  defenderCspm: DEFENDER_CSPM,
  servers: SERVERS,
  containers: CONTAINERS,
  databases: DATABASES,
} as const;

/** Schema of {@link DefenderPlans}. What it reads is a valid input again. */
export const DEFENDER_PLANS = object<DefenderPlans>()({
  defenderCspm: offByDefault(DEFENDER_CSPM.schema),
  servers: offByDefault(SERVERS.schema),
  containers: offByDefault(CONTAINERS.schema),
  databases: offByDefault(DATABASES.schema),
});

/** Plans of a construct that does not generate the external id itself: the trust of a role and the connector share it. */
export const DEFENDER_PLANS_WITH_EXTERNAL_ID = withRule(DEFENDER_PLANS, (plans, at, report) => {
  const { auditLogCollection } = plans.containers || { auditLogCollection: false };
  if (auditLogCollection && auditLogCollection.externalId === undefined) {
    report.fault(
      `${at}.containers.auditLogCollection.externalId`,
      undefined,
      "the trust of the role containersDataCollection and the connector need the same value: give a GUID of your own to both",
    );
  }
});

/** Defender plans with every default filled in: what is off is `false`, what is on holds its settings. */
export type ResolvedPlans = Read<typeof DEFENDER_PLANS>;

/**
 * Checks a selection and fills in the portal's defaults.
 * @throws InputError naming the plan, the feature, the value and what is allowed
 */
export function resolvePlans(plans: DefenderPlans): ResolvedPlans {
  return read(DEFENDER_PLANS, plans, "plans").value;
}

function offByDefault<Plan>(schema: Schema<Plan>): Schema<false | Plan> {
  return {
    isOptional: true,
    read: (value, at, report) => (value === undefined || value === false ? false : schema.read(value, at, report)),
    json: { anyOf: [{ const: false }, schema.json ?? {}], default: false },
  };
}
