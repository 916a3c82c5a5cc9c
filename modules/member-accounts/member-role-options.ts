import { InputError, isTerraformString } from "../inputs";
import type { RoleOptions, RoleOptionsByRole } from "../plans";
import { STACK_ACCOUNT } from "./cloudformation";

/**
 * Options of the roles for a member: an ARN of the management account becomes the ARN of the same object in the member.
 * @throws InputError for an existing role, which belongs to the management account, and for an ARN that cannot be translated
 */
export function inMembers(options: RoleOptionsByRole, managementAccountId: string): RoleOptionsByRole {
  for (const [role, { existingRoleArn }] of Object.entries(options) as [string, RoleOptions][]) {
    if (existingRoleArn !== undefined) {
      throw InputError.of(
        `roles.${role}.existingRoleArn`,
        existingRoleArn,
        "members create the role under the name in the connector, and an ARN names only one account: leave it out",
      );
    }
  }
  const translate = (value: unknown, prop: string): unknown => {
    if (typeof value === "string") {
      return inMember(value, prop, managementAccountId);
    }
    if (Array.isArray(value)) {
      return value.map((entry) => translate(entry, prop));
    }
    return typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value).map(([key, entry]) => [
            key,
            key === "tags" ? entry : translate(entry, `${prop}.${key}`),
          ]),
        )
      : value;
  };
  return translate(options, "roles") as RoleOptionsByRole;
}

function inMember(text: string, prop: string, managementAccountId: string): string {
  if (isTerraformString(managementAccountId) && /^arn:[^:]*:[^:]*:[^:]*:[0-9]{12}:/.test(text)) {
    throw InputError.of(
      prop,
      text,
      "the ARN cannot be translated for members, because the management account is a Terraform value: write the ARN with that Terraform value, or give the management account as a literal",
    );
  }
  return text.replaceAll(`:${managementAccountId}:`, `:${STACK_ACCOUNT.accountId}:`);
}
