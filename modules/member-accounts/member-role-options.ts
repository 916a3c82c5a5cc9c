import { fault, InputError, isTerraformString } from "../inputs";
import type { Fault } from "../inputs";
import type { RoleOptions, RoleOptionsByRole } from "../plans";
import { STACK_ACCOUNT } from "./cloudformation";

/**
 * Options of the roles for a member: an ARN of the management account means the object of the same name
 * in the member.
 * @throws InputError for existing roles, which belong to the management account, and for ARNs whose account is unknown
 */
export function inMembers(options: RoleOptionsByRole, managementAccountId: string): RoleOptionsByRole {
  const faults: Fault[] = [];
  for (const [role, { existingRoleArn }] of Object.entries(options) as [string, RoleOptions][]) {
    if (existingRoleArn !== undefined) {
      faults.push(fault(`roles.${role}.existingRoleArn`, existingRoleArn, NO_EXISTING_ROLE));
    }
  }
  const translate = (value: unknown, prop: string): unknown => {
    if (typeof value === "string") {
      if (isTerraformString(managementAccountId) && ARN_OF_AN_ACCOUNT.test(value)) {
        faults.push(fault(prop, value, UNKNOWN_ACCOUNT));
      }
      return value.replaceAll(`:${managementAccountId}:`, `:${STACK_ACCOUNT.accountId}:`);
    }
    if (Array.isArray(value)) {
      return value.map((entry, index) => translate(entry, `${prop}[${index}]`));
    }
    return typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            // CloudFormation takes nothing over.
            .filter(([key]) => key !== "adoptPolicies")
            .map(([key, entry]) => [
              key,
              key === "tags" || key === "existingRoleArn" ? entry : translate(entry, `${prop}.${key}`),
            ]),
        )
      : value;
  };
  const translated = translate(options, "roles") as RoleOptionsByRole;
  if (faults.length > 0) {
    throw new InputError(faults);
  }
  return translated;
}

const ARN_OF_AN_ACCOUNT = /^arn:[^:]*:[^:]*:[^:]*:[0-9]{12}:/;
const NO_EXISTING_ROLE =
  "members create the role under the name in the connector, and an ARN names only one account: leave it out";
const UNKNOWN_ACCOUNT =
  "the ARN cannot be translated for members, because the management account is a Terraform value: write the ARN with that Terraform value, or give the management account as a literal";
