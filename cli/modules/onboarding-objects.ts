import { ROLE_CATALOGUE } from "../../modules/plans";
import type { RoleKey } from "../../modules/plans";
import { hcl, Nested } from "../hcl";
import { MEMBER_STACK_SET } from "./members";
import { mapTexts } from "./texts";
import type { VariantObject } from "./variants";

/** The role of foundational CSPM, which every connector has. */
const ALWAYS: RoleKey = "cspmMonitor";

/** Adds to the condition of an object the role that it belongs to, and takes away what a module cannot have. */
export function onlyIfSelected(object: VariantObject): VariantObject {
  const role = roleOf(object.path);
  const conditions = [
    ...(role === undefined ? [] : [`contains(local.roles, "${role}")`]),
    ...(object.when === undefined ? [] : [object.when]),
  ];
  // The lock's provider: a block inside the module would forbid count and for_each on its call.
  const body = without(object.body, "provider");
  return { ...withoutCondition(object), body, ...(conditions.length === 0 ? {} : { when: conditions.join(" && ") }) };
}

function roleOf(path: string): RoleKey | undefined {
  const [, part, id] = path.split("/");
  if (id === ALWAYS) {
    return undefined;
  }
  if (part === "ArcAutomation") {
    return "arcHostManagement";
  }
  if (part === "DataCollectionExternalId") {
    return "containersDataCollection";
  }
  return part === "Roles" && id !== undefined && id in ROLE_CATALOGUE ? (id as RoleKey) : undefined;
}

/** Puts the selection in place of what the stack with everything lists. */
export function withSelection(object: VariantObject): VariantObject {
  const { body } = object;
  switch (object.name) {
    case "account_guard": {
      // The variables have these checks.
      const { postcondition } = body.lifecycle as { postcondition: unknown };
      return { ...object, body: { lifecycle: { postcondition } } };
    }
    case "identity_provider":
      return { ...object, body: { ...body, client_id_list: "${local.audiences}" } };
    case "identity_provider_existing_or_else_use_mode_create":
      return {
        ...object,
        body: mapTexts(body, (text) => text.replaceAll(LIST_OF_AUDIENCES, "local.audiences")) as VariantObject["body"],
      };
    case "identity_provider_not_destroyed_in_mode_release":
      return withoutCondition({
        ...object,
        body: { input: "${var.identity_provider_mode}", lifecycle: { ignore_changes: ["input"] } },
      });
    case "found_guard": {
      const { precondition } = body.lifecycle as { precondition: object[] };
      return { ...object, body: { lifecycle: { precondition: [...precondition, SAME_MODE] } } };
    }
    case "found_when_first_planned":
      return {
        ...object,
        body: {
          ...body,
          for_each: hcl`{\n  for key, role in ${new Nested(body.for_each, 1)} : key => role if contains(local.roles, key)\n}`,
        },
      };
    case "identity_provider_used_by_sentinel_so_use_mode_extend":
      return withoutCondition({
        ...object,
        body: { ...body, for_each: `\${var.identity_provider_mode == "create" ? ${inner(body.for_each)} : toset([])}` },
      });
    case "identity_provider_sentinel_roles":
    case "identity_provider_sentinel_role_names":
      return withoutCondition(object);
    case "iam_propagation":
      return {
        ...object,
        body: {
          ...body,
          triggers: {
            roles: '${join(" ", [for role in local.roles : local.role_arns[role]])}',
            audiences: '${join(" ", local.audiences)}',
            tenant: "${var.entra_tenant_id}",
          },
        },
      };
    case "connector": {
      const { properties } = body.body as { properties: object };
      return { ...object, body: { ...body, body: { properties: { ...properties, offerings: "${local.offerings}" } } } };
    }
    case "members_stack_set":
      return { ...object, body: { ...body, ...MEMBER_STACK_SET } };
    default:
      return object;
  }
}

/** The audiences of all plans, in an expression. */
const LIST_OF_AUDIENCES = /\["api:\/\/[^\]]*\]/g;

/** A change of mode would destroy the provider, or create it a second time. */
const SAME_MODE = {
  condition: "${terraform_data.identity_provider_mode_at_first_apply.input == var.identity_provider_mode}",
  error_message:
    'identity_provider_mode: "${var.identity_provider_mode}" is not allowed; this state was made with "${terraform_data.identity_provider_mode_at_first_apply.input}", and another mode would destroy the identity provider or create it twice. Keep the mode.',
};

function withoutCondition(object: VariantObject): VariantObject {
  return without(object, "when") as VariantObject;
}

/** A block without one of its arguments. */
export function without<Whole extends object>(whole: Whole, name: keyof Whole & string): Omit<Whole, typeof name> {
  return Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name)) as Omit<Whole, typeof name>;
}

function inner(expression: unknown): string {
  return String(expression).replace(/^\$\{(.*)\}$/s, "$1");
}
