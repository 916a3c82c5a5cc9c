import { checkKnownKeys, policyDocument, splitStatements } from "../foundation";
import type { PolicyDocument, PolicyStatement } from "../foundation";
import type { AccessLevel } from "./access-level";
import { checkLimits, checkNamesDiffer, checkOptions } from "./check-role-options";
import type { RoleEnvironment, RoleSettings } from "./environment";
import { awsManagedPolicyArn } from "./role";
import type { RoleDefinition } from "./role";
import { ROLE_CATALOGUE } from "./role-catalogue";
import { ROLE_KEYS } from "./role-keys";
import type { RoleKey } from "./role-keys";
import type { RoleOptions, RoleOptionsByRole } from "./role-options";

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
