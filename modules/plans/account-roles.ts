import {
  checkDistinct,
  checkFormat,
  checkKnownKeys,
  checkPermissions,
  checkTags,
  InputError,
  mayBeTerraformValue,
  POLICY_ARN,
  POLICY_LIMITS,
  policyDocument,
  policySize,
  ROLE_ARN,
  splitStatements,
} from "../foundation";
import type { PolicyDocument, PolicyStatement } from "../foundation";
import type { AccessLevel } from "./access-level";
import type { RoleEnvironment, RoleSettings } from "./environment";
import { awsManagedPolicyArn } from "./role";
import type { RoleDefinition } from "./role";
import { ROLE_CATALOGUE } from "./role-catalogue";
import { ROLE_KEYS } from "./role-keys";
import type { RoleKey } from "./role-keys";

/** What the customer decides about one role. */
export interface RoleOptions {
  /**
   * Own name, in the form that the portal accepts: letters, digits, hyphens and underscores; two container roles must
   * start with `MDC`.
   * @default the portal's current name
   */
  readonly name?: string;
  /**
   * ARN of a role that exists already and is used as it is, instead of creating one.
   * @default the role is created
   */
  readonly existingRoleArn?: string;
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
   * AWS as they stand.
   * @default none
   */
  readonly additionalStatements?: readonly PolicyStatement[];
  /**
   * ARNs of further managed policies to attach.
   * @default none
   */
  readonly additionalManagedPolicyArns?: readonly string[];
}

/**
 * Options by role, and options for all roles: an entry for a role wins. An entry for a role that no selected plan needs
 * is without effect, so that one set of options serves accounts with different plans.
 */
export interface RoleOptionsByRole extends Readonly<Partial<Record<RoleKey, RoleOptions>>> {
  /**
   * For every role: path, boundary, session duration and tags.
   * @default none
   */
  readonly all?: Pick<RoleOptions, "path" | "permissionsBoundaryArn" | "maxSessionDurationSeconds" | "tags">;
}

/** Environment of an account before names are settled. */
export interface AccountEnvironment extends Omit<RoleEnvironment, "roleName" | "roleArn"> {
  /**
   * How a role's name is written wherever it stands, where something else settles it: a parameter of a template.
   * @default the name itself
   */
  readonly writeName?: (role: RoleKey, name: string) => string;
}

/** A customer managed policy, ready to render. */
export interface AccountPolicy {
  /** Key among the policies of its role; part of Terraform addresses, so it holds no Terraform value. */
  readonly key: string;
  /** Name in IAM. */
  readonly name: string;
  /** The document, within IAM's limit. */
  readonly document: PolicyDocument;
}

/** A managed policy that exists already, of AWS or of the customer. */
export interface AttachedPolicy {
  /** Key among the policies of its role; part of Terraform addresses, so it holds no Terraform value. */
  readonly key: string;
  /** ARN of the policy. */
  readonly arn: string;
}

/** A role of one account, ready to render as Terraform or CloudFormation. */
export interface AccountRole {
  /** Its key in the catalogue. */
  readonly key: RoleKey;
  /** Name in IAM. */
  readonly name: string;
  /** Path in IAM. */
  readonly path: string;
  /** Description in IAM. */
  readonly description: string;
  /** Trust policy. */
  readonly trust: PolicyDocument;
  /** Roles to create before this one, because the trust names them. */
  readonly trustsRoles: readonly RoleKey[];
  /** Managed policies to attach: those of AWS, then the customer's own. */
  readonly attachedPolicies: readonly AttachedPolicy[];
  /** Customer managed policies to create and attach. */
  readonly policies: readonly AccountPolicy[];
  /** Permissions boundary. */
  readonly permissionsBoundaryArn?: string;
  /** Longest session in seconds. */
  readonly maxSessionDurationSeconds?: number;
  /** Tags. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The roles of an account: those to create, and the ARN of every role, created or existing. */
export interface AccountRoles {
  /** Roles to create. */
  readonly roles: readonly AccountRole[];
  /** The account with its names settled: knows the name and ARN of any role, created or existing. */
  readonly environment: RoleEnvironment;
}

/**
 * Describes the roles of an account: names settled, trust and policies written out and split to IAM's limits. Terraform
 * and CloudFormation render the result one to one, so the two cannot differ.
 * @throws InputError for a name, path or duration that IAM or the portal refuses, for two roles of one name, for a
 * trust policy above IAM's limit and for more managed policies than a role can hold
 */
export function accountRoles(
  keys: readonly RoleKey[],
  level: AccessLevel,
  account: AccountEnvironment,
  options: RoleOptionsByRole = {},
): AccountRoles {
  checkKnownKeys("roles", options, ["all", ...ROLE_KEYS]);
  const optionsOf = (key: RoleKey): RoleOptions => ({ ...options.all, ...options[key] });
  const plainName = (key: RoleKey): string => nameOf(ROLE_CATALOGUE[key], account, optionsOf(key));
  const environment: RoleEnvironment = {
    ...account,
    roleName: (key) => account.writeName?.(key, plainName(key)) ?? plainName(key),
    roleArn: (key) => {
      const { existingRoleArn, path = "/" } = optionsOf(key);
      return (
        existingRoleArn ?? `arn:${account.partition}:iam::${account.accountId}:role${path}${environment.roleName(key)}`
      );
    },
  };
  checkKnownKeys("roles.all", options.all ?? {}, [
    "path",
    "permissionsBoundaryArn",
    "maxSessionDurationSeconds",
    "tags",
  ]);
  for (const key of ROLE_KEYS) {
    checkOptions(key, ROLE_CATALOGUE[key], options[key] ?? {}, optionsOf(key));
  }
  checkNamesDiffer(keys, (key) => [
    optionsOf(key).existingRoleArn === undefined ? "name" : "existingRoleArn",
    plainName(key),
  ]);
  const created = keys.filter((key) => optionsOf(key).existingRoleArn === undefined);
  return {
    roles: created.map((key) => describe(ROLE_CATALOGUE[key], level, environment, optionsOf(key))),
    environment,
  };
}

function describe(
  definition: RoleDefinition,
  level: AccessLevel,
  environment: RoleEnvironment,
  options: RoleOptions,
): AccountRole {
  const name = environment.roleName(definition.key);
  const permissions = definition.permissions(level, environment);
  const additional = options.additionalStatements ?? [];
  const policies = [
    ...permissions.policies.flatMap((policy, index) =>
      split(numbered("policy", index), policy.name, policy.statements),
    ),
    ...(additional.length > 0 ? split("additional", `${name}-Additional`, additional) : []),
  ];
  const attachedPolicies = [
    ...permissions.awsManagedPolicies.map((policy) => ({ key: policy, arn: awsManagedPolicyArn(environment, policy) })),
    ...(options.additionalManagedPolicyArns ?? []).map((arn, index) => ({ key: numbered("own", index), arn })),
  ];
  const trust = policyDocument(definition.trust(environment));
  checkLimits(definition.key, trust, policies, attachedPolicies.length + policies.length, options);
  return {
    key: definition.key,
    name,
    path: options.path ?? "/",
    description: definition.description,
    trust,
    trustsRoles: definition.trustsRoles ?? [],
    attachedPolicies,
    policies,
    tags: options.tags ?? {},
    ...(options.permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn: options.permissionsBoundaryArn }),
    ...(options.maxSessionDurationSeconds === undefined
      ? {}
      : { maxSessionDurationSeconds: options.maxSessionDurationSeconds }),
  };
}

function split(key: string, name: string, statements: readonly PolicyStatement[]): AccountPolicy[] {
  return splitStatements(statements).map((part, index) => ({
    key: numbered(key, index),
    name: numbered(name, index),
    document: policyDocument(part),
  }));
}

/** The first keeps the plain name, so that a second one does not rename it. */
function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name}-${index + 1}`;
}

function nameOf(
  definition: RoleDefinition,
  account: { readonly region: string; readonly settings: RoleSettings },
  options: RoleOptions,
): string {
  return options.existingRoleArn?.split("/").at(-1) ?? options.name ?? definition.defaultName(account);
}

function checkOptions(key: RoleKey, definition: RoleDefinition, own: RoleOptions, options: RoleOptions): void {
  const at = `roles.${key}`;
  checkKnownKeys(at, own, [
    "name",
    "existingRoleArn",
    "path",
    "permissionsBoundaryArn",
    "maxSessionDurationSeconds",
    "tags",
    "additionalStatements",
    "additionalManagedPolicyArns",
  ]);
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
  if (duration !== undefined && !(Number.isInteger(duration) && duration >= 3600 && duration <= 43200)) {
    throw new InputError(`${at}.maxSessionDurationSeconds`, duration, "expected whole seconds from 3600 to 43200");
  }
}

/** Names of roles are unique in an account, whatever their path, and whoever made them. */
function checkNamesDiffer(
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

function checkLimits(
  key: RoleKey,
  trust: PolicyDocument,
  policies: readonly AccountPolicy[],
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
