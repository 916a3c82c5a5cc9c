import {
  checkDistinct,
  checkFormat,
  checkInteger,
  checkKeys,
  checkList,
  checkPermissions,
  checkTags,
  InputError,
  mayBeTerraformValue,
  POLICY_ARN,
  POLICY_LIMITS,
  policySize,
  ROLE_ARN,
} from "../foundation";
import type { PolicyDocument } from "../foundation";
import type { RoleDefinition } from "./role";
import type { RoleKey } from "./role-keys";
import type { RoleOptions } from "./role-options";

/** Refuses options that IAM, the portal or the catalogue refuses, wherever they come from. */
export function checkOptions(key: RoleKey, definition: RoleDefinition, own: RoleOptions, options: RoleOptions): void {
  const at = `roles.${key}`;
  checkKeys<RoleOptions>(at, own, {
    name: true,
    existingRoleArn: true,
    path: true,
    permissionsBoundaryArn: true,
    maxSessionDurationSeconds: true,
    tags: true,
    additionalStatements: true,
    additionalManagedPolicyArns: true,
  });
  if (options.name !== undefined) {
    checkFormat(`${at}.name`, options.name, definition.nameFormat);
  }
  if (options.existingRoleArn !== undefined) {
    checkFormat(`${at}.existingRoleArn`, options.existingRoleArn, ROLE_ARN);
    const companion = Object.keys(own).find((option) => option !== "existingRoleArn");
    if (companion !== undefined) {
      throw new InputError(
        `${at}.${companion}`,
        own[companion as keyof RoleOptions],
        "a role that exists is used as it is",
      );
    }
  }
  if (options.path !== undefined) {
    const path = 'a path that starts and ends with a slash, for instance "/security/", at most 512 characters';
    checkFormat(`${at}.path`, options.path, { expected: path, pattern: "^/([A-Za-z0-9+=,.@_-]+/)*$" });
    checkFormat(`${at}.path`, options.path, { expected: path, pattern: "^.{1,512}$" });
  }
  const policyArns = options.additionalManagedPolicyArns ?? [];
  checkList(`${at}.additionalManagedPolicyArns`, policyArns);
  for (const [option, arn] of [
    ["permissionsBoundaryArn", options.permissionsBoundaryArn],
    ...policyArns.map((policyArn) => ["additionalManagedPolicyArns", policyArn]),
  ] as const) {
    if (arn !== undefined && !mayBeTerraformValue(arn)) {
      checkFormat(`${at}.${option}`, arn, POLICY_ARN);
    }
  }
  checkTags(`${at}.tags`, options.tags ?? {});
  checkPermissions(`${at}.additionalStatements`, options.additionalStatements ?? []);
  checkDistinct(`${at}.additionalManagedPolicyArns`, policyArns, "each policy is given at most once");
  const duration = options.maxSessionDurationSeconds;
  if (duration !== undefined) {
    checkInteger(`${at}.maxSessionDurationSeconds`, duration, 3600, 43200, "seconds");
  }
}

/** Names of roles are unique in an account, whatever their path, and whoever made them. */
export function checkNamesDiffer(
  keys: readonly RoleKey[],
  nameOf: (key: RoleKey) => readonly [option: string, name: string],
): void {
  const owners = new Map<string, RoleKey>();
  for (const key of keys) {
    const [option, name] = nameOf(key);
    // IAM compares names without regard to case.
    const owner = owners.get(name.toLowerCase());
    if (owner !== undefined) {
      throw new InputError(
        `roles.${key}.${option}`,
        name,
        `roles.${owner} has that name already; names must differ, also in more than case`,
      );
    }
    owners.set(name.toLowerCase(), key);
  }
}

/** Refuses what exceeds IAM's limits, naming the option that made it so. */
export function checkLimits(
  key: RoleKey,
  trust: PolicyDocument,
  policies: readonly { readonly name: string; readonly document: PolicyDocument }[],
  managedPolicies: number,
  { additionalManagedPolicyArns }: RoleOptions,
): void {
  for (const { name, document } of policies) {
    const length = policySize(document.Statement);
    if (length > POLICY_LIMITS.managedPolicy) {
      throw new InputError(
        `roles.${key}.additionalStatements`,
        `a policy ${name} of ${length} characters`,
        `IAM allows ${POLICY_LIMITS.managedPolicy}, and a statement with one action and one resource cannot be split: shorten it`,
      );
    }
  }
  const size = policySize(trust.Statement);
  if (size > POLICY_LIMITS.trustPolicy) {
    throw new InputError(
      `roles.${key}`,
      `a trust policy of ${size} characters`,
      `IAM allows ${POLICY_LIMITS.trustPolicy}: shorten the trust statements given`,
    );
  }
  if (managedPolicies > POLICY_LIMITS.managedPoliciesPerRole) {
    throw new InputError(
      `roles.${key}.${additionalManagedPolicyArns?.length ? "additionalManagedPolicyArns" : "additionalStatements"}`,
      `${managedPolicies} managed policies on one role`,
      `IAM allows ${POLICY_LIMITS.managedPoliciesPerRole}, those of Defender and of additionalStatements included`,
    );
  }
}
