import { checkOneOf } from "./legacy-checks";

/** The phases of a fan-out, in the order in which they are applied. */
export const FANOUT_PHASES = ["prepare", "fanout", "rollback", "release"] as const;

/**
 * What one apply brings about:
 *
 * - `prepare`: topic, queues, policies and subscriptions are there; the bucket still notifies Sentinel's queue directly.
 *   The plan must show the bucket's notification as imported without a change: the proof that every rule is declared.
 *   Refused by the plan from the beginning of `fanout` to the end of `rollback`: a roll-back must be asked for.
 * - `fanout`: the bucket notifies the topic, which serves both queues. One call replaces one rule by the other.
 * - `rollback`: the bucket notifies Sentinel's queue again. Topic and queues stay, idle and protected.
 * - `release`: Sentinel's queue policy and the bucket's notification leave the state and stay as they are. Refused by the
 *   plan unless `rollback` was applied to its end.
 */
export type FanoutPhase = (typeof FANOUT_PHASES)[number];

/**
 * Reads a phase, for instance from an environment variable.
 * @param prop - where the value was given
 * @throws InputError for anything but a phase
 */
export function fanoutPhase(prop: string, value: string): FanoutPhase {
  checkOneOf(prop, value, FANOUT_PHASES);
  return value as FanoutPhase;
}
