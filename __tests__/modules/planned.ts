import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import { AccountOnboarding, AzapiProvider, OrganizationOnboarding } from "../../modules";
import type { AccountOnboardingProps } from "../../modules";
import { mapTexts } from "../../cli/modules/texts";
import { jsonDocument, snakeCase, withCleanNames } from "../../cli/hcl";
import { organizationScenario } from "../../rehearsal";
import { moduleFolder, typesOf } from "../support/plain-module";
import { synthesize } from "../../cli/modules/synthesize";
import { ACCOUNT, ACCOUNT_VARIABLES } from "../support/synth";
import { rehearse } from "../support/with-terraform";

/** A selection, and what else the construct takes. */
export type Cell = Pick<AccountOnboardingProps, "accessLevel" | "plans" | "roles">;

type Objects = Readonly<Record<string, unknown>>;
type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

interface ModuleUnderTest {
  /** Its own variables. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The construct, with the same values. */
  readonly add: (scope: TerraformStack, props: AccountOnboardingProps) => void;
}

const ROOT = "r-ab12";
const LEFT_OUT = "444444444444";

const MODULES = {
  account: {
    variables: {},
    add: (scope, props) => {
      new AccountOnboarding(scope, "Onboarding", props);
    },
  },
  organization: {
    variables: { stack_set_name: "Defender", targets: [ROOT], excluded_account_ids: [LEFT_OUT] },
    add: (scope, props) => {
      const members = { stackSetName: "Defender", targets: [ROOT], excludedAccountIds: [LEFT_OUT] };
      new OrganizationOnboarding(scope, "Onboarding", { ...props, ...members });
    },
  },
} satisfies Readonly<Record<string, ModuleUnderTest>>;

/** A module that is compared with its construct. */
export type ModuleName = keyof typeof MODULES;

/** Objects that the module has in place of others: they only remember. */
const MARKERS = /identity_provider_(not_destroyed_in_mode_release|mode_at_first_apply)$/;

/** What the published module plans for each selection. */
export async function plannedByModule(name: ModuleName, cells: readonly Cell[]): Promise<readonly Objects[]> {
  return plannedByCalls(
    cells.map(({ plans, accessLevel }) => ({
      source: moduleFolder(name),
      ...MODULES[name].variables,
      access_level: accessLevel,
      ...Object.fromEntries(
        Object.entries(plans as Readonly<Record<string, false | object>>).map(([plan, settings]) => [
          snakeCase(plan),
          namesOf(settings),
        ]),
      ),
    })),
  );
}

/** What modules plan: one plan, with an instance for each call. */
export async function plannedByCalls(
  calls: readonly { readonly source: string; readonly [input: string]: unknown }[],
): Promise<readonly Objects[]> {
  const module = Object.fromEntries(
    calls.map((call, index) => [`cell_${index}`, { ...ACCOUNT_VARIABLES, ...call }] as const),
  );
  const rehearsal = await rehearse({
    ...(await organizationScenario({ accountId: ACCOUNT.awsAccountId, rootId: ROOT })),
    moduleTypes: typesOf(...new Set(calls.map(({ source }) => source))),
    stack: {
      terraform: { required_providers: { azapi: { source: "Azure/azapi" } } },
      provider: { aws: [{ region: ACCOUNT.awsRegion }], azapi: [{ subscription_id: ACCOUNT.azureSubscriptionId }] },
      module,
    },
  });
  await rehearsal.init();
  const { changes } = await rehearsal.plan();
  return calls.map((_, index) => {
    const prefix = `module.cell_${index}.`;
    return Object.fromEntries<unknown>(
      changes
        .filter(({ address, change }) => address.startsWith(prefix) && change.actions[0] === "create")
        .map(({ address, change }): [string, unknown] => [
          address.slice(prefix.length).replace(/\[0\]$/, ""),
          comparable(address, change.after ?? {}, change.after_unknown),
        ])
        .filter(([address]) => !MARKERS.test(address)),
    );
  });
}

/** The same of the construct, whose literals are what Terraform plans. */
export function plannedByStack(name: ModuleName, cell: Cell): Objects {
  const stack = withCleanNames(
    synthesize((scope) => {
      new AwsProvider(scope, "aws");
      new AzapiProvider(scope, "azapi");
      MODULES[name].add(scope, { ...ACCOUNT, ...cell });
    }),
  );
  const resources = stack.resource as Resources;
  return Object.fromEntries(
    Object.entries(resources).flatMap(([type, objects]) =>
      Object.entries(objects)
        .filter(([name, { count }]) => count !== 0 && !MARKERS.test(name))
        .flatMap(([name, body]) => instancesOf(`${type}.${name}`, asPlanned(body, resources))),
    ),
  );
}

const META = new Set(["//", "count", "for_each", "depends_on", "lifecycle", "provider"]);

function instancesOf(address: string, body: Record<string, unknown>): [string, unknown][] {
  const own = Object.fromEntries(Object.entries(body).filter(([name]) => !META.has(name)));
  const keys = keysOf(body.for_each);
  return (
    keys?.map((key) => [
      `${address}["${key}"]`,
      comparable(address, mapTexts(own, (text) => text.replaceAll(`${LATER}each.value}`, key)) as typeof own),
    ]) ?? [[address, comparable(address, own)]]
  );
}

function keysOf(forEach: unknown): string[] | undefined {
  const [, list] = /toset\((\[.*\])\)/.exec(String(forEach)) ?? [];
  return list === undefined
    ? typeof forEach === "object"
      ? Object.keys(forEach ?? {})
      : undefined
    : (JSON.parse(list) as string[]);
}

/** Begins what only Terraform knows, in a text of a configuration. */
const LATER = "<later>{";

/** The texts of a configuration as a plan has them: names of other objects put in, and two dollar signs as one. */
function asPlanned(body: Readonly<Record<string, unknown>>, resources: Resources): Record<string, unknown> {
  return mapTexts(body, (text) => {
    const [, type = "", name = "", attribute = ""] = /^\$\{(\w+)\.(\w+)\.(\w+)\}$/.exec(text) ?? [];
    const value = resources[type]?.[name]?.[attribute];
    return typeof value === "string"
      ? value
      : text.replaceAll(/(\$?)\$\{/g, (_, escape) => (escape ? "${" : LATER)).replaceAll("%%{", "%{");
  }) as Record<string, unknown>;
}

/** What a plan shows of an object as the configuration sets it: neither what is computed nor what is empty. */
function comparable(address: string, values: Readonly<Record<string, unknown>>, unknown: unknown = {}): unknown {
  // It only remembers; its address says for what.
  if (/(^|\.)terraform_data\./.test(address)) {
    return {};
  }
  const later = unknown as Readonly<Record<string, unknown>>;
  // The provider fills in its own region.
  const names = [...new Set([...Object.keys(values), ...Object.keys(later)])].filter((name) => name !== "region");
  return Object.fromEntries(
    names.map((name) => [name, block(withUnknown(values[name], later[name]))]).filter(([, value]) => !isEmpty(value)),
  );
}

/** A configuration may have a single block as an object. */
function block(value: unknown): unknown {
  const [first, ...others] = Array.isArray(value) ? (value as unknown[]) : [];
  return typeof first === "object" && others.length === 0 ? first : value;
}

const KNOWN_LATER = "known later";

function withUnknown(value: unknown, unknown: unknown): unknown {
  if (unknown === true) {
    return KNOWN_LATER;
  }
  if (typeof value === "string") {
    return value.includes(LATER) ? KNOWN_LATER : (jsonDocument(value) ?? value);
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => withUnknown(item, (unknown as unknown[] | undefined)?.[index]));
    // Sets have no order: in a plan they are sorted.
    return items.every((item) => typeof item === "string") ? items.sort() : items;
  }
  if (typeof value === "object" && value !== null) {
    const later = (unknown ?? {}) as Readonly<Record<string, unknown>>;
    const given = value as Readonly<Record<string, unknown>>;
    const names = [...new Set([...Object.keys(given), ...Object.keys(later)])];
    return Object.fromEntries(
      names
        .map((name) => [name, withUnknown(given[name], later[name])])
        .filter(([, item]) => item !== null && item !== undefined),
    );
  }
  return value;
}

function isEmpty(value: unknown): boolean {
  const isNone = value === null || value === undefined || value === KNOWN_LATER;
  return isNone || (typeof value === "object" && Object.keys(value).length === 0);
}

function namesOf(settings: false | object): unknown {
  return settings === false
    ? null
    : Object.fromEntries(Object.entries(settings).map(([name, value]) => [snakeCase(name), value as unknown]));
}
