import { policyDocument, splitStatements } from "../iam";
import type { PolicyStatement } from "../iam";
import { fault, InputError } from "../inputs";
import type { Fault } from "../inputs";
import type { AccessLevel } from "./access-level";
import { PORTAL_CONFIGURATION_ID } from "./arc-automation-options";
import type { AccountContext, RoleSettings } from "./account-context";
import type { AccountPolicy, AccountRole, ExistingRole } from "./account-role";
import { limitFaults } from "./role-limits";
import { awsManagedPolicyArn } from "./role";
import type { RoleDefinition } from "./role";
import { ROLE_CATALOGUE } from "./role-catalogue";
import type { RoleKey } from "./role-keys";
import type { RoleOptions, RoleOptionsByRole } from "./role-options";

/** An account before the names of its roles are settled. */
export interface UnnamedAccount extends Omit<AccountContext, "roleName" | "roleArn"> {
  /**
   * How a role's name is written everywhere, if something else decides it: for instance a parameter of a template.
   * @default the name itself
   */
  readonly writeName?: (role: RoleKey, name: string) => string;
}

/** The roles of an account: those to create, and the ARN of every role, created or existing. */
export interface AccountRoles {
  /** Roles to create. */
  readonly roles: readonly AccountRole[];
  /** Roles that exist already and are used as they are. */
  readonly existing: readonly ExistingRole[];
  /** The account with its names settled: knows the name and ARN of any role, created or existing. */
  readonly context: AccountContext;
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
  account: UnnamedAccount,
  options: RoleOptionsByRole = {},
): AccountRoles {
  const optionsOf = (key: RoleKey): RoleOptions => ({ ...options.all, ...options[key] });
  const plainName = (key: RoleKey): string => nameOf(ROLE_CATALOGUE[key], account, optionsOf(key));
  const context: AccountContext = {
    ...account,
    roleName: (key) => account.writeName?.(key, plainName(key)) ?? plainName(key),
    roleArn: (key) => {
      const { existingRoleArn, path = "/" } = optionsOf(key);
      return (
        existingRoleArn ?? `arn:${account.partition}:iam::${account.accountId}:role${path}${context.roleName(key)}`
      );
    },
  };
  const created = keys.filter((key) => optionsOf(key).existingRoleArn === undefined);
  const roles = created.map((key) => describe(ROLE_CATALOGUE[key], level, context, plainName(key), optionsOf(key)));
  const existing = keys
    .filter((key) => optionsOf(key).existingRoleArn !== undefined)
    .map((key) => ({
      key,
      name: plainName(key),
      arn: context.roleArn(key),
      trust: policyDocument(ROLE_CATALOGUE[key].trust(context)),
    }));
  const faults = [
    ...nameFaults(keys, (key) => [
      optionsOf(key).existingRoleArn === undefined ? "name" : "existingRoleArn",
      plainName(key),
    ]),
    ...roles.flatMap((role) => [
      ...limitFaults(role, optionsOf(role.key)),
      ...adoptionFaults(role, optionsOf(role.key)),
    ]),
  ];
  if (faults.length > 0) {
    throw new InputError(faults);
  }
  return { roles, existing, context };
}

function describe(
  definition: RoleDefinition,
  level: AccessLevel,
  context: AccountContext,
  plainName: string,
  options: RoleOptions,
): AccountRole {
  const name = context.roleName(definition.key);
  // The portal's names may belong to another set of roles, beside which this one is to live.
  const isNamedByPortal = plainName === portalName(definition, context);
  const permissions = definition.permissions(level, context);
  const additional = options.additionalStatements ?? [];
  const policies = [
    ...permissions.policies.flatMap((policy, index) =>
      split(
        numbered("policy", index),
        isNamedByPortal ? policy.name : numbered(`${name}-Policy`, index),
        policy.statements,
      ),
    ),
    ...(additional.length > 0 ? split("additional", `${name}-Additional`, additional) : []),
  ].map((policy) => ({ ...policy, adopt: options.adoptPolicies?.includes(policy.name) ?? false }));
  const attachedPolicies = [
    ...permissions.awsManagedPolicies.map((policy) => ({ key: policy, arn: awsManagedPolicyArn(context, policy) })),
    ...(options.additionalManagedPolicyArns ?? []).map((arn, index) => ({ key: numbered("own", index), arn })),
  ];
  const trust = policyDocument(definition.trust(context));
  return {
    key: definition.key,
    name,
    plainName,
    path: options.path ?? "/",
    description: definition.description,
    trust,
    trustsRoles: definition.trustsRoles ?? [],
    attachedPolicies,
    policies,
    tags: options.tags ?? {},
    adoptExisting: options.adoptExisting ?? false,
    ...(options.permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn: options.permissionsBoundaryArn }),
    ...(options.maxSessionDurationSeconds === undefined
      ? {}
      : { maxSessionDurationSeconds: options.maxSessionDurationSeconds }),
  };
}

/** The name where the customer decides nothing about names. */
function portalName(definition: RoleDefinition, { region, settings }: AccountContext): string {
  const { arc } = settings;
  return definition.defaultName({
    region,
    settings: arc ? { ...settings, arc: { ...arc, configurationId: PORTAL_CONFIGURATION_ID } } : settings,
  });
}

function adoptionFaults({ key, policies }: AccountRole, { adoptPolicies = [] }: RoleOptions): Fault[] {
  const names = policies.map(({ name }) => name);
  return adoptPolicies
    .filter((name) => !names.includes(name))
    .map((name) =>
      fault(
        `roles.${key}.adoptPolicies`,
        name,
        names.length === 0
          ? "the role has no policy of its own: leave it out"
          : `expected a policy of the role: ${names.join(", ")}`,
      ),
    );
}

/** Names of roles are unique in an account, regardless of path and creator. */
function nameFaults(
  keys: readonly RoleKey[],
  nameOf: (key: RoleKey) => readonly [option: string, name: string],
): Fault[] {
  const owners = new Map<string, RoleKey>();
  return keys.flatMap((key) => {
    const [option, name] = nameOf(key);
    // IAM compares names without regard to case.
    const owner = owners.get(name.toLowerCase());
    owners.set(name.toLowerCase(), owner ?? key);
    return owner === undefined
      ? []
      : [
          fault(
            `roles.${key}.${option}`,
            name,
            `roles.${owner} already has that name; IAM compares names without regard to case`,
          ),
        ];
  });
}

function split(key: string, name: string, statements: readonly PolicyStatement[]): Omit<AccountPolicy, "adopt">[] {
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
