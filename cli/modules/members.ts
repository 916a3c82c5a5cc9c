import { ROLE_CATALOGUE } from "../../modules/plans";
import type { RoleKey } from "../../modules/plans";
import { EXTERNAL_ID_PARAMETER, logicalIdIn } from "../../modules/member-accounts";
import { hcl } from "../hcl";
import type { Code } from "../hcl";
import { byChoice } from "./by-choice";
import type { Selection } from "./choices";
import { moduleRoles } from "./selection";
import type { Objects } from "./united-blocks";
import type { Variant } from "./variants";

type Part = Readonly<Record<string, unknown>>;

/** A member's stack with everything, for one choice of the variables that decide. */
interface Members {
  readonly selection: Selection;
  readonly template: Part & { readonly Parameters: Part; readonly Resources: Part };
  /** The value of each parameter. */
  readonly values: Part;
}

/** Logical ids in a member's stack, by the role to which they belong. */
export type LogicalIds = Readonly<Partial<Record<RoleKey, readonly string[]>>>;

/** The role that a parameter names, or whose external id it is. */
const PARAMETERS: ReadonlyMap<string, RoleKey> = new Map<string, RoleKey>([
  ...moduleRoles().flatMap((role): [string, RoleKey][] => {
    const { portalParameter } = ROLE_CATALOGUE[role];
    return portalParameter === undefined ? [] : [[portalParameter, role]];
  }),
  [EXTERNAL_ID_PARAMETER, "containersDataCollection"],
]);

/** Local values: the parts of the members' template by role, and the template of the selected roles. */
export function memberLocals(
  variants: readonly Variant[],
  idsOf: (selection: Selection) => LogicalIds,
  externalId: string,
): Readonly<Record<string, unknown>> {
  const members = variants.map(membersOf);
  const [first] = members;
  const united = (part: (members: Members) => unknown) =>
    byChoice(
      members.map((one) => ({ selection: one.selection, value: part(one) })),
      (name) => `var.${name}`,
    );
  const byRole = (part: (members: Members, role: RoleKey) => unknown) =>
    Object.fromEntries(moduleRoles().map((role) => [role, united((one) => part(one, role))]));
  const isOfRole = (name: string, role: RoleKey) => PARAMETERS.get(name) === role;
  return {
    member_identity_provider: united(({ selection, template }) => {
      const owned = Object.values(idsOf(selection)).flat();
      return withAudiences(only(template.Resources, (id) => !owned.includes(id)));
    }),
    member_resources: byRole(({ selection, template }, role) =>
      only(template.Resources, (id) => idsOf(selection)[role]?.includes(id) ?? false),
    ),
    member_parameters: byRole(({ template }, role) => only(template.Parameters, (name) => isOfRole(name, role))),
    member_parameter_values: byRole(({ values }, role) =>
      Object.fromEntries(
        Object.entries(only(values, (name) => isOfRole(name, role))).map(([name, value]) => [
          name,
          name === EXTERNAL_ID_PARAMETER ? externalId : value,
        ]),
      ),
    ),
    member_template: {
      ...first?.template,
      Parameters: ofSelectedRoles("member_parameters"),
      Resources: hcl`merge(local.member_identity_provider, ${ofSelectedRoles("member_resources")})`,
    },
  };
}

/** What the StackSet takes of the template. */
export const MEMBER_STACK_SET = {
  template_body: "${jsonencode(local.member_template)}",
  parameters: ofSelectedRoles("member_parameter_values"),
} as const;

function ofSelectedRoles(local: string): Code {
  return hcl`merge([for role in local.roles : local.${local}[role]]...)`;
}

function membersOf({ selection, stack }: Variant): Members {
  const [stackSet] = Object.values((stack.resource as Objects).aws_cloudformation_stack_set ?? {});
  const { template_body: body, parameters } = stackSet as { template_body: string; parameters: Part };
  return { selection, template: JSON.parse(body) as Members["template"], values: parameters };
}

function only(part: Part, isWanted: (name: string) => boolean): Part {
  return Object.fromEntries(Object.entries(part).filter(([name]) => isWanted(name)));
}

/** The identity provider needs the audiences of the selected roles. */
function withAudiences(resources: Part): Part {
  const id = logicalIdIn("ensure", "IdentityProvider");
  const { Properties: properties, ...provider } = resources[id] as { Properties: Part };
  return { ...resources, [id]: { ...provider, Properties: { ...properties, ClientIds: "${local.audiences}" } } };
}
