import { TerraformOutput } from "cdktf";
import type { ITerraformDependable } from "cdktf";
import { AccountOnboarding } from "../../modules";
import type { AccountOnboardingProps } from "../../modules";
import { InputError } from "../../modules/inputs";
import type { StackJson } from "../../rehearsal/schema/used-types";
import { addOnboardingProviders } from "../config";
import { withCleanNames } from "../hcl";
import type { Blocks } from "../hcl";
import { environmentOf, isFromEnvironment } from "./environment";
import type { EnvironmentProp } from "./environment";
import { without } from "./onboarding-objects";
import type { Introduction } from "./readme";
import { USE_EXTEND, VERIFY_WORDS } from "./rewording";
import type { Rewording } from "./rewording";
import { synthesize } from "./synthesize";
import { mapTexts } from "./texts";

/** What such a module has fixed: everything but the place, which stays variables. */
export type AccountChoice = Omit<AccountOnboardingProps, EnvironmentProp>;

/** The choice in the props of a stack. */
export function withoutPlace(props: AccountOnboardingProps): AccountChoice {
  return Object.fromEntries(
    Object.entries(props).filter(([prop]) => !isFromEnvironment(prop)),
  ) as unknown as AccountChoice;
}

/** Texts of the constructs that name props of a stack. A selection may lack some of them. */
const WORDS: readonly Rewording[] = [
  [USE_EXTEND, 'export the module from a configuration file with identityProvider { mode: "verify" }.'],
  ...VERIFY_WORDS,
  [
    /Take them over with roles\.all\.adoptExisting .*? under another name\. Or give/g,
    "A module cannot take them over, but an exported root can (roles.all.adoptExisting in a configuration file). Or give",
  ],
];

/**
 * The blocks of a module for one selection, by file.
 * @throws InputError for a choice that the construct refuses, and for one that a module cannot hold
 */
export function chosenAccountModule(choice: AccountChoice): Readonly<Record<string, Blocks>> {
  const stack = withCleanNames(synthesizeChoice(choice));
  const modes = [choice.identityProvider?.mode, choice.ciemIdentityProvider?.mode];
  if (stack.import !== undefined || modes.includes("release")) {
    throw InputError.of(
      "accountOnboarding",
      modes.find((mode) => mode !== undefined),
      "it takes over or releases what exists, which needs import blocks and the deletion lock, and a module can have neither; leave out the name of the module, to write a root",
    );
  }
  const { required_version, required_providers } = stack.terraform as Blocks;
  return {
    "versions.tf": { terraform: { required_version, required_providers } },
    "variables.tf": { variable: stack.variable },
    "main.tf": {
      ...(stack.locals ? { locals: stack.locals } : {}),
      data: inModule(stack.data),
      resource: inModule(stack.resource),
    },
    "outputs.tf": { output: stack.output },
  };
}

function synthesizeChoice(choice: AccountChoice): StackJson {
  return synthesize((stack) => {
    const environment = environmentOf(stack, "The AWS account");
    const { engine = "azapi", createResourceGroup = false } = choice;
    addOnboardingProviders(stack, { ...environment, engine, createResourceGroup });
    const { account, connector, connectorId, identityProviderArn, roleArns } = new AccountOnboarding(
      stack,
      "Onboarding",
      { ...environment, ...choice },
    );
    const output = (id: string, description: string, value: unknown, waitsFor?: ITerraformDependable) =>
      new TerraformOutput(stack, id, {
        description,
        value,
        staticId: true,
        ...(waitsFor ? { dependsOn: [waitsFor] } : {}),
      });
    output("connector_id", "Resource id of the security connector.", connectorId, connector);
    output(
      "identity_provider_arn",
      "ARN of the OIDC identity provider.",
      identityProviderArn,
      account.identityProvider,
    );
    output("role_arns", "ARNs of the roles that Defender assumes, by their key.", roleArns, account.roles);
    output("audiences", "Audiences (client IDs) that the identity provider lists.", account.audiences);
  });
}

type Body = Readonly<Record<string, unknown>>;
type Objects = Readonly<Record<string, Readonly<Record<string, Body>>>>;

/** Without what a module cannot have, or has elsewhere. */
function inModule(objects: unknown): object {
  return Object.fromEntries(
    Object.entries((objects ?? {}) as Objects).map(([type, named]) => [
      type,
      Object.fromEntries(Object.entries(named).map(([name, body]) => [reworded(name), bodyInModule(name, body)])),
    ]),
  );
}

function bodyInModule(name: string, body: Body): object {
  // The lock's provider: its block inside a module would forbid count and for_each on a call.
  const unlocked = without(body, "provider");
  // The variables have the checks of the guard.
  const checked =
    name === "account_guard" ? { ...unlocked, lifecycle: without(body.lifecycle as Body, "precondition") } : unlocked;
  return mapTexts(checked, reworded) as object;
}

function reworded(text: string): string {
  return WORDS.reduce((result, [pattern, words]) => result.replaceAll(pattern, words), text);
}

/** What the README of such a module says. */
export function chosenAccountIntroduction(choice: AccountChoice): Introduction {
  return {
    title: "Connects one AWS account to Microsoft Defender for Cloud",
    text: `The selection is fixed:

\`\`\`json
${JSON.stringify(choice, undefined, 2)}
\`\`\`

- The module has no provider blocks: give it those of \`versions.tf\`, \`aws\` with the credentials of the account, and \`azapi\` with \`ignore_no_op_changes = false\`, without which a change that only removes fields plans nothing. The root must name the source of azapi, \`Azure/azapi\`, in \`required_providers\`: Terraform would look for another one.
- Without the deletion lock of the constructs, removing the module call destroys the identity provider. In mode \`create\` the plan stops where Microsoft Sentinel uses it.
- For another selection write the module again: the same selection gives the same bytes, and addresses stay.`,
    example: `module "defender" {
  source = "./defender"

  aws_account_id        = "111122223333"
  aws_region            = "eu-central-1"
  entra_tenant_id       = "11111111-2222-3333-4444-555555555555"
  azure_subscription_id = "22222222-3333-4444-5555-666666666666"
  resource_group_name   = "security"
  location              = "westeurope"
  connector_name        = "aws-production"
}`,
  };
}
