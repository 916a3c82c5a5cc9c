import { App } from "cdktf";
import type { TerraformStack } from "cdktf";
import { Foundational } from "../../examples/foundational";
import { ManagementAccount } from "../../examples/management-account";
import { PLANS as PORTAL_PLANS } from "../../examples/portal-template";
import { SentinelConnected } from "../../examples/sentinel-connected";
import { Standalone } from "../../examples/standalone";
import { AccountOnboarding, OrganizationOnboarding, resolvePlans } from "../../modules";
import { ALL_CONSEQUENCES, consequencesOf } from "../../modules/plans";
import type { ResolvedPlans, SelectionConsequence } from "../../modules/plans";
import { code, table } from "./markdown";

const KINDS = {
  billing: "What starts billing",
  change: "What changes in the account",
  access: "What Defender may read",
} as const;

const PRICES = "https://azure.microsoft.com/pricing/details/defender-for-cloud/";

/** docs/consequences.md: every plan. */
export function consequencesPage(): string {
  return [
    "# What each plan bills, changes and reads",
    "<!-- Written by scripts/docs.ts from modules/plans. Do not edit. -->",
    `A plan does more than create roles. This page says what starts billing, what changes in the account and on its instances, and what Defender may read, before it happens. Prices are on [Azure's page](${PRICES}); a plan may have a trial. [Permissions](permissions.md) lists the actions behind each line.`,
    "A line with a feature holds where the feature is on; the [reference](reference.md) has the defaults. With `plans: {}` only foundational CSPM is on.",
    ...Object.entries(KINDS).flatMap(([kind, title]) => [
      `## ${title}`,
      table(
        ["Plan or feature", title],
        ALL_CONSEQUENCES.filter((one) => one.kind === kind).map((one) => [name(one), one.text]),
      ),
    ]),
  ].join("\n\n");
}

/** The consequences of each example, by its name. */
export function consequencesOfExamples(): ReadonlyMap<string, string> {
  const app = new App();
  const plans = new Map<string, ResolvedPlans>([
    ["foundational", plansOf(new Foundational(app, "foundational"))],
    ["standalone", plansOf(new Standalone(app, "standalone"))],
    ["sentinel-connected", plansOf(new SentinelConnected(app))],
    ["management-account", plansOf(new ManagementAccount(app, "management-account"))],
    ["portal-template", resolvePlans(PORTAL_PLANS)],
  ]);
  return new Map([...plans].map(([example, selection]) => [example, list(consequencesOf(selection))]));
}

function plansOf(stack: TerraformStack): ResolvedPlans {
  const onboarding = stack.node
    .findAll()
    .find((construct) => construct instanceof AccountOnboarding || construct instanceof OrganizationOnboarding);
  if (onboarding === undefined) {
    throw new Error(`${stack.node.id} onboards no account`);
  }
  return onboarding.account.plans;
}

/** A text is said once, for all the plans that cause it. */
function list(consequences: readonly SelectionConsequence[]): string {
  return Object.entries(KINDS)
    .map(([kind, title]) => {
      const ofKind = consequences.filter((one) => one.kind === kind);
      const texts = [...new Set(ofKind.map(({ text }) => text))].map(
        (text) =>
          `- ${ofKind
            .filter((one) => one.text === text)
            .map(name)
            .join(", ")}: ${text}`,
      );
      return `**${title}**\n\n${texts.join("\n") || "Nothing."}`;
    })
    .join("\n\n");
}

function name({ plan, feature }: SelectionConsequence): string {
  return plan.includes(" ") ? plan : code(feature === undefined ? plan : `${plan}.${feature}`);
}
