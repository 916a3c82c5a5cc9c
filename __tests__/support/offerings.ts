import { ROLE_KEYS } from "../../modules";
import type { Offering } from "../../modules/plans";
import type { RoleKey } from "../../modules";
import { ACCOUNT } from "./synth";

/** ARN of a role, in the account of the tests unless another is named. */
export function roleArn(name: string, account: string = ACCOUNT.awsAccountId): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

/** An ARN for every role of the catalogue. */
export const ROLE_ARNS = Object.fromEntries(ROLE_KEYS.map((key) => [key, roleArn(key)])) as Record<RoleKey, string>;

/** Foundational CSPM with its role. */
export const CSPM: Offering = {
  offeringType: "CspmMonitorAws",
  nativeCloudConnection: { cloudRoleArn: ROLE_ARNS.cspmMonitor },
};
