import { oneOf } from "../inputs";

/**
 * How much Defender may do in the account, as the portal offers it: `default` grants what present and future
 * capabilities of a plan need, `leastPrivilege` only what the selected plans need now (quickstart-onboard-aws.md,
 * 2026-08-04).
 */
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** The access levels. */
export const ACCESS_LEVELS = ["default", "leastPrivilege"] as const;

/** Schema of {@link AccessLevel}. */
export const ACCESS_LEVEL = oneOf(ACCESS_LEVELS);
