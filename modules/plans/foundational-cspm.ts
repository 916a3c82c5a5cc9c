import { object } from "../inputs";
import type { PlanDefinition } from "./plan";
import { cspmMonitor } from "./roles/cspm-monitor";

/** Foundational CSPM: part of every connector, with nothing to choose. */
export const FOUNDATIONAL_CSPM: PlanDefinition<object> = {
  offeringType: "CspmMonitorAws",
  schema: object<object>()({}),
  roleUses: [{ role: cspmMonitor, field: "nativeCloudConnection" }],
  consequences: [
    { kind: "billing", text: "Free: foundational CSPM is part of every connector." },
    {
      kind: "access",
      text: "Reads the configuration of nearly every service of the account. At access level `default` the role has AWS's policy ReadOnlyAccess, which also reads contents, for instance objects in S3; at `leastPrivilege` it reads no objects, but the code of Lambda functions (`lambda:GetFunction`).",
    },
  ],
  offering: (_plan, fields) => ({ nativeCloudConnection: fields.role("nativeCloudConnection") }),
};
