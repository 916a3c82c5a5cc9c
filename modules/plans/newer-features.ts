import { PLANS } from "./defender-plans";
import type { ResolvedPlans } from "./defender-plans";

/** A feature that is on, by its prop. */
export interface ChosenFeature {
  /** Where it was chosen, for instance `plans.containers.securityGating`. */
  readonly prop: string;
  /** What was chosen. */
  readonly value: unknown;
}

/** The features of a selection for which only API version 2026-08-01-preview has fields. */
export function newerFeatures(plans: ResolvedPlans): ChosenFeature[] {
  return (Object.keys(PLANS) as (keyof typeof PLANS)[]).flatMap((key) =>
    (PLANS[key].newerFeatures ?? []).flatMap((path) => {
      const value = path.split(".").reduce(valueAt, plans[key]);
      return value === undefined || value === false ? [] : [{ prop: `plans.${key}.${path}`, value }];
    }),
  );
}

function valueAt(owner: unknown, name: string): unknown {
  return typeof owner === "object" && owner !== null ? (owner as Record<string, unknown>)[name] : undefined;
}
