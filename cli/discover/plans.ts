import { didYouMean, InputError } from "../../modules/inputs";
import type { DefenderPlans } from "../../modules/plans";

/** The plans that can be chosen by name, each with its defaults. What needs further inputs is off. */
const BY_NAME: Readonly<Record<string, DefenderPlans>> = {
  defenderCspm: { defenderCspm: {} },
  serversP1: { servers: { subPlan: "P1" } },
  serversP2: { servers: { subPlan: "P2" } },
  containers: { containers: {} },
  databases: { databases: {} },
};

/** Names of the plans. */
export const PLAN_NAMES: readonly string[] = Object.keys(BY_NAME);

/** The names in the value of an option: they are separated by commas. */
export function namesIn(value: string): string[] {
  return value.split(",").map((name) => name.trim());
}

/**
 * The selection with these plans; none is foundational CSPM.
 * @throws InputError for an unknown name, and for both sub-plans of servers
 */
export function selectionOf(names: readonly string[]): DefenderPlans {
  for (const name of names.filter((one) => !Object.hasOwn(BY_NAME, one))) {
    throw InputError.of("--plans", name, `${didYouMean(name, PLAN_NAMES)}allowed: ${PLAN_NAMES.join(", ")}`);
  }
  if (names.includes("serversP1") && names.includes("serversP2")) {
    throw InputError.of("--plans", names.join(","), "servers has one sub-plan: give serversP1 or serversP2");
  }
  return Object.assign({}, ...names.map((name) => BY_NAME[name])) as DefenderPlans;
}
