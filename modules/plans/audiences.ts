import { AUDIENCES } from "./identity-providers";
import { ROLE_CATALOGUE } from "./role-catalogue";
import { rolesOf } from "./role-uses";
import type { SelectedPlans } from "./selected-plans";

/**
 * Audiences that the Microsoft tenant's identity provider must list for a selection: exactly those that the trusts of
 * the selected roles name. AWS refuses a token whose audience is not listed.
 */
export function audiencesOf(plans: SelectedPlans): string[] {
  const openSourceDatabases = plans.databases && plans.databases.openSourceDatabases;
  const named = new Set(
    [
      ...rolesOf(plans).map((role) => ROLE_CATALOGUE[role].audience),
      openSourceDatabases ? openSourceDatabases.audience : undefined,
    ].flatMap((audience) => audience ?? []),
  );
  const known: readonly string[] = Object.values(AUDIENCES);
  // In a fixed order, so that a plan that is switched on adds a line and moves none.
  return [...known.filter((audience) => named.has(audience)), ...[...named].filter((own) => !known.includes(own))];
}
