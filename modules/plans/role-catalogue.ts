import { FOUNDATIONAL_CSPM } from "./foundational-cspm";
import { PLANS } from "./defender-plans";
import type { RoleDefinition } from "./role";
import { ROLE_KEYS } from "./role-keys";
import type { RoleKey } from "./role-keys";

const used = new Map(
  [FOUNDATIONAL_CSPM, ...Object.values(PLANS)].flatMap(({ roleUses }) =>
    roleUses.map(({ role }): [RoleKey, RoleDefinition] => [role.key, role]),
  ),
);

/** Every role that Defender for Cloud needs in an AWS account, described once: the roles that the plans use. */
export const ROLE_CATALOGUE = Object.fromEntries(ROLE_KEYS.map((key) => [key, used.get(key)])) as Readonly<
  Record<RoleKey, RoleDefinition>
>;
