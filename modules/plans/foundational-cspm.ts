import { object } from "../inputs";
import type { PlanDefinition } from "./plan";
import { cspmMonitor } from "./roles/cspm-monitor";

/** Foundational CSPM: part of every connector, with nothing to choose. */
export const FOUNDATIONAL_CSPM: PlanDefinition<object> = {
  offeringType: "CspmMonitorAws",
  schema: object<object>()({}),
  roleUses: [{ role: cspmMonitor, field: "nativeCloudConnection" }],
  offering: (_plan, fields) => ({ nativeCloudConnection: fields.role("nativeCloudConnection") }),
};
