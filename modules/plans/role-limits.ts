import { POLICY_LIMITS, policySize } from "../iam";
import { fault } from "../inputs";
import type { Fault } from "../inputs";
import type { AccountRole } from "./account-role";
import type { RoleOptions } from "./role-options";

/** What exceeds IAM's limits, named by the option that made it so. */
export function limitFaults(role: AccountRole, { additionalManagedPolicyArns }: RoleOptions): Fault[] {
  const at = `roles.${role.key}`;
  const managedPolicies = role.attachedPolicies.length + role.policies.length;
  const trustSize = policySize(role.trust.Statement);
  return [
    ...role.policies.flatMap(({ name, document }) => {
      const size = policySize(document.Statement);
      return size <= POLICY_LIMITS.managedPolicy
        ? []
        : [
            fault(
              `${at}.additionalStatements`,
              `a policy ${name} of ${size} characters`,
              `IAM allows ${POLICY_LIMITS.managedPolicy}, and a statement with one action and one resource cannot be split: shorten it`,
            ),
          ];
    }),
    ...(trustSize <= POLICY_LIMITS.trustPolicy
      ? []
      : [
          fault(
            at,
            `a trust policy of ${trustSize} characters`,
            `IAM allows ${POLICY_LIMITS.trustPolicy}: shorten the trust statements given`,
          ),
        ]),
    ...(managedPolicies <= POLICY_LIMITS.managedPoliciesPerRole
      ? []
      : [
          fault(
            `${at}.${additionalManagedPolicyArns?.length ? "additionalManagedPolicyArns" : "additionalStatements"}`,
            `${managedPolicies} managed policies on one role`,
            `IAM allows ${POLICY_LIMITS.managedPoliciesPerRole}, those of Defender and of additionalStatements included`,
          ),
        ]),
  ];
}
