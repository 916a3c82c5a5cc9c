import type { TerraformStack } from "cdktf";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { AzapiProvider } from "../../modules";
import type { AccountOnboardingProps } from "../../modules";
import { ACCESS_LEVELS, identityProviderArn, MICROSOFT_TENANT_ID } from "../../modules/plans";
import type { RoleKey } from "../../modules/plans";
import { PROVIDERS, TERRAFORM_VERSION } from "../../modules/terraform";
import type { StackJson } from "../../rehearsal/schema/used-types";
import { withCleanNames } from "../hcl";
import type { Blocks } from "../hcl";
import { choicesOf, PLAN_KEYS } from "./choices";
import { environmentOf } from "./environment";
import { onlyIfSelected, withSelection } from "./onboarding-objects";
import { ONBOARDING_WORDS, reword } from "./rewording";
import type { Rewording } from "./rewording";
import { moduleRoles, planVariables, selectionLocals } from "./selection";
import { synthesize } from "./synthesize";
import { mapTexts } from "./texts";
import { unitedBlocks } from "./united-blocks";
import type { Objects } from "./united-blocks";
import { uniteVariants } from "./variants";
import type { Variant } from "./variants";

/** The modes of the identity provider that need no lock: they change nothing that others own. */
const MODES = ["create", "verify"] as const;

/** Variables that decide between variants of the module. */
const DECISIONS = {
  access_level: {
    description:
      "How much Defender may do in an account: `default` grants what present and future capabilities of a plan need, `leastPrivilege` only what the selected plans need now.",
    values: ACCESS_LEVELS,
  },
  identity_provider_mode: {
    description:
      "What is done about the OIDC identity provider of the account `aws_account_id`: `create`, or `verify` where it exists already, for instance because Microsoft Sentinel is connected. It stays as it was at the first apply.",
    values: MODES,
    default: "create",
  },
} as const;

/** The external id of the log reader, where a plan has one. */
export const EXTERNAL_ID = "one(terraform_data.data_collection_external_id[*].output)";

/** What a module for an onboarding has of its own. */
export interface OnboardingModule {
  /** What the account is. */
  readonly account: string;
  /** Adds the construct to a stack, with all that the module can select. */
  readonly add: (stack: TerraformStack, props: AccountOnboardingProps) => void;
  /** Further texts of the constructs that name their props. */
  readonly words?: readonly Rewording[];
  /** Local values that the stacks with everything lead to. */
  readonly locals?: (variants: readonly Variant[]) => Readonly<Record<string, unknown>>;
}

/** The blocks of a module for an onboarding, by file. */
export function onboardingModule(own: OnboardingModule): Readonly<Record<string, Blocks>> {
  const variants = ACCESS_LEVELS.flatMap((accessLevel) =>
    MODES.map((mode) => ({
      selection: { access_level: accessLevel, identity_provider_mode: mode },
      stack: withoutAliases(withCleanNames(everything(own, accessLevel, mode))),
    })),
  );
  const [first] = variants;
  const words = [...ONBOARDING_WORDS, ...(own.words ?? [])];
  const roleArns = arnsOf(first?.stack);
  const roleArn = (role: RoleKey) => roleArns[role] ?? "";
  const { objects, variables } = reword(
    {
      objects: uniteVariants(variants, (name) => `var.${name}`)
        .map(onlyIfSelected)
        .map(withSelection),
      variables: variablesOf(first?.stack),
    },
    words,
  );
  const united = unitedBlocks(objects);
  return {
    "versions.tf": {
      terraform: {
        required_version: TERRAFORM_VERSION,
        required_providers: { aws: PROVIDERS.aws, azapi: PROVIDERS.azapi, time: PROVIDERS.time },
      },
    },
    "variables.tf": {
      variable: { ...variables, ...decisionVariables(), ...planVariables() },
    },
    "locals.tf": {
      locals: {
        ...selectionLocals((role) => `\${local.role_arns.${role}}`, `\${${EXTERNAL_ID}}`),
        role_arns: Object.fromEntries(moduleRoles().map((role) => [role, roleArn(role)])),
      },
    },
    ...(own.locals ? { "members.tf": { locals: own.locals(variants) } } : {}),
    "main.tf": united,
    "outputs.tf": { output: outputs(united) },
  };
}

/** The stack with all that the module can select. */
function everything(
  { account, add }: OnboardingModule,
  accessLevel: AccountOnboardingProps["accessLevel"],
  mode: (typeof MODES)[number],
): StackJson {
  return synthesize((stack) => {
    const environment = environmentOf(stack, account);
    new AwsProvider(stack, "aws");
    new AzapiProvider(stack, "azapi");
    add(stack, {
      ...environment,
      accessLevel,
      identityProvider: { mode },
      plans: Object.fromEntries(PLAN_KEYS.map((key) => [key, allOn(key)])),
    });
  });
}
/** Names a variable where a local value is only another name for it. */
function withoutAliases(stack: StackJson): StackJson {
  return Object.entries(stack.locals ?? {}).reduce((result, [name, value]) => {
    const [, variable] = /^\$\{(var\.\w+)\}$/.exec(String(value)) ?? [];
    if (variable === undefined) {
      throw new Error(`local.${name} is more than a variable: the module needs it`);
    }
    return mapTexts(result, (text) => text.replaceAll(new RegExp(`\\blocal\\.${name}\\b`, "g"), variable)) as StackJson;
  }, stack);
}

interface Check {
  readonly condition: string;
  readonly error_message: string;
}

/** The variables of the stack. One that is a list has the checks that the account's guard has for it. */
function variablesOf(stack: StackJson | undefined): Readonly<Record<string, unknown>> {
  const guards = (stack?.data as Objects | undefined)?.aws_caller_identity;
  const { lifecycle } = guards?.account_guard as { lifecycle: { precondition?: readonly Check[] } };
  const variables = (stack?.variable ?? {}) as Readonly<Record<string, { readonly validation?: readonly Check[] }>>;
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => {
      const { validation = [] } = variable;
      const further = (lifecycle.precondition ?? []).filter(
        ({ condition }) =>
          new RegExp(`\\bvar\\.${name}\\b`).test(condition) &&
          !validation.some((check) => check.condition === condition),
      );
      return [name, { ...variable, validation: [...validation, ...further] }];
    }),
  );
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
/** ARN of every role, from the trigger of the wait: constructs compose them, so that a plan shows them. */
function arnsOf(stack: StackJson | undefined): Readonly<Partial<Record<RoleKey, string>>> {
  const first = (stack?.resource as Objects | undefined)?.terraform_data?.found_when_first_planned as {
    for_each: Record<RoleKey, { arn: string }>;
  };
  return Object.fromEntries(Object.entries(first.for_each).map(([role, { arn }]) => [role, arn]));
}

function outputs(blocks: { readonly resource: Objects }): Readonly<Record<string, unknown>> {
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
