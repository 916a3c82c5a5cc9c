import { AUDIENCES } from "./identity-providers";
import { ROLE_CATALOGUE } from "./role-catalogue";
import { rolesOf } from "./role-uses";
import type { SelectedPlans } from "./selected-plans";

/**
 * Audiences that the Microsoft tenant's identity provider must list for a selection: exactly those that the trusts of
 * the selected roles name. AWS refuses a token whose audience is not listed.
 */
export function audiencesOf(plans: SelectedPlans): string[] {
  const named = new Set(rolesOf(plans).map((role) => ROLE_CATALOGUE[role].audience));
  const inOrder: string[] = Object.values(AUDIENCES).filter((audience) => named.has(audience));
  const openSource = plans.databases && plans.databases.openSourceDatabases;
  const own = openSource ? openSource.audience : undefined;
  return own === undefined || inOrder.includes(own) ? inOrder : [...inOrder, own];
}
