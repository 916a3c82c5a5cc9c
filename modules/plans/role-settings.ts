import type { RoleSettings } from "./account-context";
import type { ArcAutomationSettings } from "./arc-automation-options";
import type { ResolvedPlans } from "./defender-plans";

/** What the selected plans, and the options of their automation, say about their roles. */
export function roleSettings(plans: ResolvedPlans, arc: ArcAutomationSettings): RoleSettings {
  const { externalId } = (plans.containers && plans.containers.auditLogCollection) || {};
  const ciem = plans.defenderCspm && plans.defenderCspm.ciem;
  const openSourceDatabases = plans.databases && plans.databases.openSourceDatabases;
  return {
    arc,
    ...(externalId === undefined ? {} : { dataCollectionExternalId: externalId }),
    ...(ciem ? { ciem } : {}),
    ...(openSourceDatabases ? { openSourceDatabases } : {}),
  };
}
