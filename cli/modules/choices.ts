import { Report } from "../../modules/inputs";
import type { JsonSchema } from "../../modules/inputs";
import { PLANS } from "../../modules/plans";
import { snakeCase } from "../hcl";

/** Name of a plan's prop. */
export type PlanKey = keyof typeof PLANS;

/** The plans, in the order of the connector's offerings. */
export const PLAN_KEYS = Object.keys(PLANS) as readonly PlanKey[];

/** A value that a choice can have. */
export type ChoiceValue = boolean | string;

/** A prop of a plan that a module takes as part of a variable: a feature, or one of several words. */
export interface Choice {
  /** The prop. */
  readonly prop: string;
  /** Its name in the module. */
  readonly name: string;
  /** Every value. */
  readonly values: readonly ChoiceValue[];
  /** The portal's value; absent: there is none, or it follows from another choice. */
  readonly default?: ChoiceValue;
  /** Whether it must be given. */
  readonly required: boolean;
}

/** One value for each choice of a plan. */
export type Selection = Readonly<Record<string, ChoiceValue>>;

/** A selection that the plan accepts, with its defaults filled in. */
export interface Sample<Plan = unknown> {
  readonly selection: Selection;
  readonly plan: Plan;
}

/** The choices of a plan, from its schema. Settings of a feature, and features of only the newer API version, are none. */
export function choicesOf(key: PlanKey): readonly Choice[] {
  const { schema, newerFeatures: newer = [] } = PLANS[key];
  const { properties = {}, required = [] } = (schema.json ?? {}) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).flatMap(([prop, json]) => {
    const values = newer.includes(prop) ? undefined : valuesOf(json);
    const preset = (json as { default?: ChoiceValue }).default;
    return values === undefined
      ? []
      : [
          {
            prop,
            name: snakeCase(prop),
            values,
            required: required.includes(prop),
            ...(preset === undefined ? {} : { default: preset }),
          },
        ];
  });
}

/** Every selection of a plan's choices, and what the plan says about it: the plan with its defaults, or the faults. */
export function everySelection(key: PlanKey): readonly (Sample & { readonly faults: readonly string[] })[] {
  return combinations(choicesOf(key)).map((selection) => {
    const report = new Report();
    const plan: unknown = PLANS[key].schema.read(selection, key, report);
    return { selection, plan, faults: report.faults.map(({ message }) => message) };
  });
}

/** The value that a choice without a default of its own gets, by the choices that decide it. */
export function derivedDefault(key: PlanKey, { prop }: Choice): readonly Sample<boolean>[] {
  const others = choicesOf(key).filter((choice) => choice.prop !== prop);
  return combinations(others).map((selection) => {
    const plan = PLANS[key].schema.read(selection, key, new Report()) as Readonly<Record<string, unknown>>;
    return { selection, plan: plan[prop] !== false };
  });
}

function combinations(choices: readonly Choice[]): Selection[] {
  return choices.reduce<Selection[]>(
    (found, { prop, values }) => found.flatMap((selection) => values.map((value) => ({ ...selection, [prop]: value }))),
    [{}],
  );
}

function valuesOf(json: JsonSchema): readonly ChoiceValue[] | undefined {
  const {
    type,
    enum: words,
    anyOf,
  } = json as {
    type?: string;
    enum?: ChoiceValue[];
    anyOf?: { const?: unknown; type?: string }[];
  };
  if (words) {
    return words;
  }
  const canBeTrue = anyOf?.some((one) => one.const === true || one.type === "boolean") ?? false;
  return type === "boolean" || canBeTrue ? [true, false] : undefined;
}
