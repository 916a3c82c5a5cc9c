import { PERMISSION_STATEMENTS } from "../iam";
import type { PolicyStatement } from "../iam";
import {
  AWS_TAGS,
  flag,
  IAM_PATH,
  list,
  object,
  optional,
  POLICY_ARN,
  ROLE_ARN,
  text,
  wholeNumber,
  withDefault,
  withRule,
} from "../inputs";
import type { Format, Report, Schema } from "../inputs";
import { ROLE_CATALOGUE } from "./role-catalogue";
import { ROLE_KEYS } from "./role-keys";
import type { RoleKey } from "./role-keys";

/** What the customer decides about one role. */
export interface RoleOptions {
  /**
   * Own name, in the form that the portal accepts: 1 to 64 letters, digits, hyphens and underscores; two container roles
   * must start with `MDC`. The role's policies are then named after it, `<role>-Policy`, so that two
   * sets of roles can live side by side.
   * @default the portal's current name
   */
  readonly name?: string;
  /**
   * ARN of an existing role to use instead of creating one; literal, also where the account is a
   * Terraform value.
   * @default the role is created
   */
  readonly existingRoleArn?: string;
  /**
   * Whether a role of this name and path that exists already, and that this state does not hold, is taken over: imported, and
   * brought to what is declared here. Every other managed policy is detached and every inline policy is deleted. A role that
   * does not exist is created. In the members of an organization it has no effect: CloudFormation takes nothing over
   * (docs/adoption.md).
   * @default false: the plan stops and lists the roles found
   */
  readonly adoptExisting?: boolean;
  /**
   * Path of the role and its policies: starts and ends with a slash. A change replaces them, which CloudFormation refuses
   * in the members of an organization (docs/organization.md).
   * @default "/"
   */
  readonly path?: string;
  /**
   * ARN of a permissions boundary.
   * @default none
   */
  readonly permissionsBoundaryArn?: string;
  /**
   * Longest session in seconds, 3600 to 43200.
   * @default 3600, IAM's own
   */
  readonly maxSessionDurationSeconds?: number;
  /**
   * Tags of the role and its policies.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Further statements, in a policy of their own named `<role>-Additional`. IAM variables such as `${aws:username}` reach
   * AWS unchanged.
   * @default none
   */
  readonly additionalStatements?: readonly PolicyStatement[];
  /**
   * ARNs of further managed policies to attach.
   * @default none
   */
  readonly additionalManagedPolicyArns?: readonly string[];
  /**
   * Names of customer managed policies of this role that exist already and are taken over: imported, and brought to what is
   * declared. Terraform cannot look them up by name, so the plan stops where one does not exist. Leave the option out after
   * the apply.
   * @default none
   */
  readonly adoptPolicies?: readonly string[];
}

/**
 * Options by role, and options for all roles: an entry for a role wins. An entry for a role that no selected plan needs
 * has no effect, so that one set of options serves accounts with different plans.
 */
export interface RoleOptionsByRole extends Readonly<Partial<Record<RoleKey, RoleOptions>>> {
  /**
   * For every role: path, boundary, session duration, tags, and whether it is taken over where it exists.
   * @default none
   */
  readonly all?: Pick<
    RoleOptions,
    "path" | "permissionsBoundaryArn" | "maxSessionDurationSeconds" | "tags" | "adoptExisting"
  >;
}

const SHARED_OPTIONS = {
  path: optional(text(IAM_PATH, "literal")),
  permissionsBoundaryArn: optional(text(POLICY_ARN)),
  maxSessionDurationSeconds: optional(wholeNumber(3600, 43200, "seconds")),
  tags: optional(AWS_TAGS),
  adoptExisting: optional(flag()),
};

const POLICY_NAME: Format = {
  expected: "the name of a policy, 1 to 128 letters, digits or characters of +=,.@_-",
  pattern: "^[A-Za-z0-9+=,.@_-]{1,128}$",
};

function roleOptions(nameFormat: Format): Schema<RoleOptions> {
  return withRule(
    object<RoleOptions>()({
      name: optional(text(nameFormat, "literal")),
      existingRoleArn: optional(text(ROLE_ARN, "literal")),
      ...SHARED_OPTIONS,
      additionalStatements: optional(PERMISSION_STATEMENTS),
      additionalManagedPolicyArns: optional(list(text(POLICY_ARN), { distinct: "each policy is given at most once" })),
      adoptPolicies: optional(list(text(POLICY_NAME, "literal"), { distinct: "each policy is given at most once" })),
    }),
    existingRolesAreUsedAsTheyAre,
  );
}

function existingRolesAreUsedAsTheyAre(options: RoleOptions, at: string, report: Report): void {
  if (options.existingRoleArn === undefined) {
    return;
  }
  for (const [option, value] of Object.entries(options)) {
    if (option !== "existingRoleArn") {
      report.fault(`${at}.${option}`, value, "an existing role is used unchanged: leave this option out");
    }
  }
}

/** Schema of {@link RoleOptionsByRole}. */
export const ROLE_OPTIONS_BY_ROLE: Schema<RoleOptionsByRole> = withDefault(
  object<RoleOptionsByRole>()({
    all: optional(object<NonNullable<RoleOptionsByRole["all"]>>()(SHARED_OPTIONS)),
    ...(Object.fromEntries(
      ROLE_KEYS.map((key) => [key, optional(roleOptions(ROLE_CATALOGUE[key].nameFormat))]),
    ) as Record<RoleKey, Schema<RoleOptions | undefined>>),
  }),
  {},
);
