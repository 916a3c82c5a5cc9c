import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { AccountOnboarding, AzapiProvider } from "../../modules";
import type { AccountOnboardingProps } from "../../modules";
import { ACCESS_LEVELS, identityProviderArn, MICROSOFT_TENANT_ID, ROLE_CATALOGUE } from "../../modules/plans";
import type { RoleKey } from "../../modules/plans";
import { PROVIDERS } from "../../modules/terraform";
import type { StackJson } from "../../rehearsal/schema/used-types";
import { hcl, Nested, withCleanNames } from "../hcl";
import type { Blocks } from "../hcl";
import { choicesOf, PLAN_KEYS } from "./choices";
import { environmentOf } from "./environment";
import { moduleRoles, planVariables, selectionLocals } from "./selection";
import { synthesize } from "./synthesize";
import { mapTexts } from "./texts";
import { uniteVariants } from "./variants";
import type { VariantObject } from "./variants";

/** The modes of the identity provider that need no lock: they change nothing that others own. */
const MODES = ["create", "verify"] as const;

/** Variables that decide between variants of the module. */
const DECISIONS = {
  access_level: {
    description:
      "How much Defender may do in the account: `default` grants what present and future capabilities of a plan need, `leastPrivilege` only what the selected plans need now.",
    values: ACCESS_LEVELS,
  },
  identity_provider_mode: {
    description:
      "What is done about the account's OIDC identity provider: `create`, or `verify` where it exists already, for instance because Microsoft Sentinel is connected. It stays as it was at the first apply.",
    values: MODES,
    default: "create",
  },
} as const;

/** The role of foundational CSPM, which every connector has. */
const ALWAYS: RoleKey = "cspmMonitor";

const EXTERNAL_ID = "one(terraform_data.data_collection_external_id[*].output)";

/** Texts of the constructs that name props which the module does not have. */
const REWORDED: readonly (readonly [RegExp, string])[] = [
  [
    /set identityProvider to \{ mode: \\*"extend\\*" \}, or to \{ mode: \\*"verify\\*" \} if another state owns the provider\./g,
    'set identity_provider_mode to "verify".',
  ],
  [/mode "extend"/g, 'mode "verify"'],
  [/use_mode_extend/g, "use_mode_verify"],
  [
    /Take them over with roles\.all\.adoptExisting .*? or delete these\./g,
    "Delete them, or export a module that takes them over (roles.all.adoptExisting in a configuration file).",
  ],
  [/ Such roles may have left customer managed policies, too, .*?\(roles\.<role>\.adoptPolicies\)\./g, ""],
];

/** The blocks of the module `account`, by file. */
export function accountModule(): Readonly<Record<string, Blocks>> {
  const variants = ACCESS_LEVELS.flatMap((accessLevel) =>
    MODES.map((mode) => ({
      selection: { access_level: accessLevel, identity_provider_mode: mode },
      stack: withCleanNames(everything(accessLevel, mode)),
    })),
  );
  const roleArns = arnsOf(variants[0]?.stack);
  const roleArn = (role: RoleKey) => roleArns[role] ?? "";
  const objects = uniteVariants(variants, (name) => `var.${name}`).map(selected);
  const united = toBlocks(objects.map(withSelection));
  return {
    "versions.tf": {
      terraform: {
        required_version: ">= 1.9",
        required_providers: { aws: PROVIDERS.aws, azapi: PROVIDERS.azapi, time: PROVIDERS.time },
      },
    },
    "variables.tf": {
      variable: { ...variants[0]?.stack.variable, ...decisionVariables(), ...planVariables() },
    },
    "locals.tf": {
      locals: {
        ...selectionLocals((role) => `\${local.role_arns.${role}}`, `\${${EXTERNAL_ID}}`),
        role_arns: Object.fromEntries(moduleRoles().map((role) => [role, roleArn(role)])),
      },
    },
    "main.tf": united,
    "outputs.tf": { output: outputs(united) },
  };
}

/** The stack with all that the module can select. */
function everything(accessLevel: AccountOnboardingProps["accessLevel"], mode: (typeof MODES)[number]): StackJson {
  return synthesize((stack) => {
    const environment = environmentOf(stack);
    new AwsProvider(stack, "aws");
    new AzapiProvider(stack, "azapi");
    new AccountOnboarding(stack, "Onboarding", {
      ...environment,
      accessLevel,
      identityProvider: { mode },
      plans: Object.fromEntries(PLAN_KEYS.map((key) => [key, allOn(key)])),
    });
  });
}

function allOn(key: (typeof PLAN_KEYS)[number]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    choicesOf(key).map(({ prop, values }) => [prop, values.includes(true) ? true : values.at(-1)]),
  );
}

function decisionVariables(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(DECISIONS).map(([name, { description, values, ...preset }]) => [
      name,
      {
        description,
        type: "string",
        nullable: false,
        ...preset,
        validation: [
          {
            condition: `\${contains(${JSON.stringify(values).replaceAll(",", ", ")}, var.${name})}`,
            error_message: `${name}: "\${var.${name}}" is not allowed; allowed: ${values.join(", ")}.`,
          },
        ],
      },
    ]),
  );
}

/** Adds to the condition of an object the role that it belongs to, and takes away what a module cannot have. */
function selected(object: VariantObject): VariantObject {
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
function withSelection(object: VariantObject): VariantObject {
  const { body } = object;
  switch (object.name) {
    case "account_guard": {
      // The variables have these checks.
      const { postcondition } = body.lifecycle as { postcondition: unknown };
      return { ...object, body: { lifecycle: { postcondition } } };
    }
    case "identity_provider":
      return { ...object, body: { ...body, client_id_list: "${local.audiences}" } };
    case "identity_provider_not_destroyed_in_mode_release":
      return withoutCondition({
        ...object,
        name: "identity_provider_mode_at_first_apply",
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
    default:
      return object;
  }
}

/** A change of mode would destroy the provider, or create it a second time. */
const SAME_MODE = {
  condition: "${terraform_data.identity_provider_mode_at_first_apply.input == var.identity_provider_mode}",
  error_message:
    'identity_provider_mode: "${var.identity_provider_mode}" is not allowed; this state was made with "${terraform_data.identity_provider_mode_at_first_apply.input}", and another mode would destroy the identity provider or create it twice. Keep the mode.',
};

function withoutCondition(object: VariantObject): VariantObject {
  return without(object, "when") as VariantObject;
}

function without<Whole extends object>(whole: Whole, name: keyof Whole & string): Omit<Whole, typeof name> {
  return Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name)) as Omit<Whole, typeof name>;
}

function inner(expression: unknown): string {
  return String(expression).replace(/^\$\{(.*)\}$/s, "$1");
}

function toBlocks(objects: readonly VariantObject[]): { readonly resource: Kind; readonly data: Kind } {
  const counted = objects.filter(({ when, body }) => when !== undefined && body.for_each === undefined).map(addressOf);
  const blocks: { resource: Kind; data: Kind } = { resource: {}, data: {} };
  for (const object of objects) {
    const { kind, type, name, when, body } = object;
    const named = mapTexts(name, reworded) as string;
    const { depends_on: dependsOn, lifecycle, ...rest } = body;
    const count = when === undefined ? {} : { count: `\${${when} ? 1 : 0}` };
    (blocks[kind][type] ??= {})[named] = {
      ...count,
      ...(mapTexts(mapTexts(rest, reworded), (text) => references(text, counted, "one")) as object),
      ...(dependsOn === undefined ? {} : { depends_on: mapTexts(withMarker(dependsOn as string[]), reworded) }),
      ...(lifecycle === undefined ? {} : { lifecycle: lifecycleOf(lifecycle as object, counted) }),
    };
  }
  return blocks;
}

type Kind = Record<string, Record<string, unknown>>;

function lifecycleOf(lifecycle: object, counted: readonly string[]): object {
  const { replace_triggered_by: triggers, ...rest } = lifecycle as { replace_triggered_by?: string[] };
  return {
    ...(mapTexts(mapTexts(rest, reworded), (text) => references(text, counted, "one")) as object),
    ...(triggers ? { replace_triggered_by: triggers.map((text) => references(text, counted, "first")) } : {}),
  };
}

/** The module's marker in place of the construct's. */
function withMarker(dependsOn: readonly string[]): string[] {
  return dependsOn.map((address) =>
    address.replace("identity_provider_not_destroyed_in_mode_release", "identity_provider_mode_at_first_apply"),
  );
}

/** An object with `count` is a list. */
function references(text: string, counted: readonly string[], how: "one" | "first"): string {
  return counted.reduce(
    (result, address) =>
      result.replaceAll(
        new RegExp(`(?<![\\w.])${address.replaceAll(".", "\\.")}\\.([a-z_]+)`, "g"),
        (_, attribute: string) => (how === "one" ? `one(${address}[*].${attribute})` : `${address}[0].${attribute}`),
      ),
    text,
  );
}

function addressOf({ kind, type, name }: VariantObject): string {
  return `${kind === "data" ? "data." : ""}${type}.${name}`;
}

function reworded(text: string): string {
  return REWORDED.reduce((result, [pattern, words]) => result.replaceAll(pattern, words), text);
}

/** ARN of every role, from the trigger of the wait: constructs compose them, so that a plan shows them. */
function arnsOf(stack: StackJson | undefined): Readonly<Partial<Record<RoleKey, string>>> {
  const first = (stack?.resource as Kind | undefined)?.terraform_data?.found_when_first_planned as {
    for_each: Record<RoleKey, { arn: string }>;
  };
  return Object.fromEntries(Object.entries(first.for_each).map(([role, { arn }]) => [role, arn]));
}

function outputs(blocks: { readonly resource: Kind }): Readonly<Record<string, unknown>> {
  const attachments = Object.keys(blocks.resource.aws_iam_role_policy_attachment ?? {});
  return {
    connector_id: {
      description: "Resource id of the security connector.",
      value:
        "/subscriptions/${var.azure_subscription_id}/resourceGroups/${var.resource_group_name}/providers/Microsoft.Security/securityConnectors/${var.connector_name}",
      depends_on: ["azapi_resource.connector"],
    },
    identity_provider_arn: {
      description: "ARN of the OIDC identity provider.",
      value: identityProviderArn({ partition: "aws", accountId: "${var.aws_account_id}" }, MICROSOFT_TENANT_ID),
      depends_on: ["aws_iam_openid_connect_provider.identity_provider"],
    },
    role_arns: {
      description: "ARNs of the roles that Defender assumes, by their key.",
      value: "${{ for role in local.roles : role => local.role_arns[role] }}",
      depends_on: attachments.map((name) => `aws_iam_role_policy_attachment.${name}`),
    },
    audiences: {
      description: "Audiences (client IDs) that the identity provider lists for the selected plans.",
      value: "${local.audiences}",
    },
  };
}
