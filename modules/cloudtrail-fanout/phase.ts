import type { Format } from "../inputs";

/** The phases that share one configuration, in the order in which they are applied. */
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
 * The separate configuration that destroys topic and queues, and releases the bucket's notification and the policy of Sentinel's
 * queue unchanged.
 */
export const RELEASE = "release";

/** A phase that may be a Terraform value; the release may not, because it is a separate configuration. */
export const FANOUT_PHASE: Format = {
  expected: `phase ${PHASES.join(", ")}; the release is a separate configuration`,
  pattern: `^(${PHASES.join("|")})$`,
};
