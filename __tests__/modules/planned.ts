import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { AccountOnboarding, AzapiProvider } from "../../modules";
import type { AccessLevel, DefenderPlans } from "../../modules";
import { jsonDocument, snakeCase, withCleanNames } from "../../cli/hcl";
import { emptyScenario } from "../../rehearsal";
import { moduleFolder, typesOf } from "../support/plain-module";
import { synthesize } from "../../cli/modules/synthesize";
import { ACCOUNT, ACCOUNT_VARIABLES } from "../support/synth";
import { rehearse } from "../support/with-terraform";

/** A selection. */
export interface Cell {
  readonly plans: DefenderPlans;
  readonly accessLevel: AccessLevel;
}

type Objects = Readonly<Record<string, unknown>>;

/** Objects that the module has in place of others: they only remember. */
const MARKERS = /identity_provider_(not_destroyed_in_mode_release|mode_at_first_apply)$/;

/** What the module plans for each selection: one plan, with an instance of the module for each. */
export async function plannedByModule(cells: readonly Cell[]): Promise<readonly Objects[]> {
  const folder = moduleFolder("account");
  const module = Object.fromEntries(
    cells.map(({ plans, accessLevel }, index) => [
      `cell_${index}`,
      {
        source: folder,
        ...ACCOUNT_VARIABLES,
        access_level: accessLevel,
        ...Object.fromEntries(
          Object.entries(plans as Readonly<Record<string, false | object>>).map(([plan, settings]) => [
            snakeCase(plan),
            namesOf(settings),
          ]),
        ),
      },
    ]),
  );
  const rehearsal = await rehearse({
    ...emptyScenario(),
    moduleTypes: typesOf(folder),
    stack: {
      terraform: { required_providers: { azapi: { source: "Azure/azapi" } } },
      provider: { aws: [{ region: ACCOUNT.awsRegion }], azapi: [{ subscription_id: ACCOUNT.azureSubscriptionId }] },
      module,
    },
  });
  await rehearsal.init();
  const { changes } = await rehearsal.plan();
  return cells.map((_, index) => {
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
export function plannedByStack({ plans, accessLevel }: Cell): Objects {
  const stack = withCleanNames(
    synthesize((scope) => {
      new AwsProvider(scope, "aws");
      new AzapiProvider(scope, "azapi");
      new AccountOnboarding(scope, "Onboarding", { ...ACCOUNT, plans, accessLevel });
    }),
  );
  const resources = stack.resource as Record<string, Record<string, Record<string, unknown>>>;
  return Object.fromEntries(
    Object.entries(resources).flatMap(([type, objects]) =>
      Object.entries(objects)
        .filter(([name, { count }]) => count !== 0 && !MARKERS.test(name))
        .flatMap(([name, body]) => instancesOf(`${type}.${name}`, body)),
    ),
  );
}

const META = new Set(["//", "count", "for_each", "depends_on", "lifecycle", "provider"]);

function instancesOf(address: string, body: Record<string, unknown>): [string, unknown][] {
  const own = Object.fromEntries(Object.entries(body).filter(([name]) => !META.has(name)));
  return typeof body.for_each === "object"
    ? Object.keys(body.for_each ?? {}).map((key) => [`${address}["${key}"]`, comparable(address, own)])
    : [[address, comparable(address, own)]];
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
    names.map((name) => [name, withUnknown(values[name], later[name])]).filter(([, value]) => !isEmpty(value)),
  );
}

const KNOWN_LATER = "known later";

function withUnknown(value: unknown, unknown: unknown): unknown {
  if (unknown === true) {
    return KNOWN_LATER;
  }
  if (typeof value === "string") {
    return isExpression(value) ? KNOWN_LATER : (jsonDocument(value) ?? value);
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

/** IAM's own variables are written with two dollar signs. */
function isExpression(text: string): boolean {
  return /(?<!\$)\$\{/.test(text);
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
