import { ROLE_CATALOGUE, ROLE_KEYS } from "../plans";
import type { RoleKey, RoleOptionsByRole, UnnamedAccount } from "../plans";
import type { TemplateRole } from "./inspect";

/**
 * Which roles of a template the catalogue knows, and under which key: by the parameter that names a role, else by its
 * name.
 */
export function keysOfRoles(
  roles: readonly TemplateRole[],
  account: Pick<UnnamedAccount, "region" | "settings">,
  options: RoleOptionsByRole = {},
): ReadonlyMap<TemplateRole, RoleKey> {
  const keys = new Map<TemplateRole, RoleKey>();
  for (const key of ROLE_KEYS) {
    const { defaultName, formerNames, portalParameter } = ROLE_CATALOGUE[key];
    const names = [options[key]?.name ?? defaultName(account), ...formerNames].map(lowerCase);
    const free = roles.filter((role) => !keys.has(role));
    const found =
      free.find(({ nameParameter }) => nameParameter !== undefined && nameParameter === portalParameter) ??
      free.find(({ name }) => names.includes(lowerCase(name)));
    if (found) {
      keys.set(found, key);
    }
  }
  return keys;
}

function lowerCase(name: string): string {
  return name.toLowerCase();
}
