import { accountRoles, rolesOf, selectPlans } from "../../modules";
import type { AccessLevel, AccountRole, AccountRoles, DefenderPlans, RoleOptionsByRole } from "../../modules";
import { CIEM, OPEN_SOURCE_DATABASES } from "./plan-selections";
import { ACCOUNT } from "./synth";

export const EXTERNAL_ID = "12121212-3434-4545-8656-787878787878";

/** The environment of an account in which every feature has its settings. */
export const ENVIRONMENT = {
  partition: "aws",
  urlSuffix: "amazonaws.com",
  accountId: ACCOUNT.awsAccountId,
  region: ACCOUNT.awsRegion,
  entraTenantId: ACCOUNT.entraTenantId,
  settings: {
    dataCollectionExternalId: EXTERNAL_ID,
    ciem: CIEM,
    openSourceDatabases: OPEN_SOURCE_DATABASES,
    arc: { configurationId: "MDCSetup", attachToExistingProfiles: true },
  },
} as const;

/** The roles of a selection in that account. */
export function rolesFor(plans: DefenderPlans, level: AccessLevel, options: RoleOptionsByRole = {}): AccountRoles {
  return accountRoles(rolesOf(selectPlans(plans)), level, ENVIRONMENT, options);
}

/** One role of a selection, by its key. */
export function roleOf(roles: readonly AccountRole[], key: string): AccountRole {
  const role = roles.find((candidate) => candidate.key === key);
  if (!role) {
    throw new Error(`no role ${key} among ${roles.map((candidate) => candidate.key).join(", ")}`);
  }
  return role;
}
