import { read } from "../../modules/inputs";
import { accountRoles, resolvePlans, ROLE_OPTIONS_BY_ROLE, roleSettings, rolesOf } from "../../modules/plans";
import type { AccessLevel, DefenderPlans, ResolvedPlans, RoleOptionsByRole } from "../../modules";
import type { AccountRole, AccountRoles } from "../../modules/plans";
import { CIEM, OPEN_SOURCE_DATABASES } from "./plan-selections";
import { ACCOUNT } from "./synth";

export const EXTERNAL_ID = "12121212-3434-4545-8656-787878787878";

export const ARC = {
  configurationId: "MDCSetup",
  attachToExistingProfiles: true,
  regions: undefined,
  instanceProfileName: undefined,
  targets: [{ key: "InstanceIds", values: ["*"] }],
};

/** An account in which every feature has its settings. */
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
    arc: ARC,
  },
} as const;

/** A selection with the external id that an onboarding would generate. */
export function withExternalId(plans: DefenderPlans): ResolvedPlans {
  const resolved = resolvePlans(plans);
  const { containers } = resolved;
  return containers && containers.auditLogCollection && containers.auditLogCollection.externalId === undefined
    ? {
        ...resolved,
        containers: {
          ...containers,
          auditLogCollection: { ...containers.auditLogCollection, externalId: EXTERNAL_ID },
        },
      }
    : resolved;
}

/** The roles of a selection in that account. */
export function rolesFor(plans: DefenderPlans, level: AccessLevel, given: RoleOptionsByRole = {}): AccountRoles {
  const resolved = withExternalId(plans);
  const options = read(ROLE_OPTIONS_BY_ROLE, given, "roles").value;
  const settings = { ...ENVIRONMENT.settings, ...roleSettings(resolved, ARC) };
  return accountRoles(rolesOf(resolved), level, { ...ENVIRONMENT, settings }, options);
}

/** One role of a selection, by its key. */
export function roleOf(roles: readonly AccountRole[], key: string): AccountRole {
  const role = roles.find((candidate) => candidate.key === key);
  if (!role) {
    throw new Error(`no role ${key} among ${roles.map((candidate) => candidate.key).join(", ")}`);
  }
  return role;
}
