import type { Format } from "../inputs";

/** The phases of a fan-out that one configuration serves, in the order in which they are applied. */
const PHASES = ["prepare", "fanout", "rollback"] as const;

/**
 * What one apply does:
 *
 * - `prepare`: creates topic, queues, policies and subscriptions. The bucket still notifies Sentinel's queue directly.
 * - `fanout`: the bucket notifies the topic, which serves both queues. One call replaces the rules.
 * - `rollback`: the bucket notifies Sentinel's queue again. Topic and queues stay, idle.
 */
export type FanoutPhase = (typeof PHASES)[number];

/**
 * The other configuration: it destroys topic and queues, and gives the bucket's notification and Sentinel's queue policy back as
 * they are.
 */
export const RELEASE = "release";

/** A phase that Terraform knows: the other configuration has another code. */
export const FANOUT_PHASE: Format = {
  expected: `phase ${PHASES.join(", ")}; the release is a configuration of its own`,
  pattern: `^(${PHASES.join("|")})$`,
};
