import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import type { Precondition, TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import type { PolicyStatement } from "../iam";
import type { ExistingRole } from "../plans";
import { code, expression } from "../terraform";
import type { Expression } from "../terraform";

/** Condition keys by which a caller is known; the others narrow a trust further, and are the owner's choice. */
const CALLER_KEY = /^sts:(RoleSessionName|ExternalId)$|:(aud|sub)$/;

/**
 * Looks at the trust of a role that exists already: the plan stops where it does not trust who shall assume it.
 * @param names - the role's name in a set, empty where the role is missing: a look-up that fails would stop a destroy, too
 */
export function checkExistingRole(
  scope: Construct,
  { key, trust }: ExistingRole,
  names: string,
  awsProvider?: TerraformProvider,
): void {
  const role = new DataAwsIamRole(scope, "Existing", {
    name: "${each.value}",
    provider: awsProvider,
    lifecycle: { postcondition: trust.Statement.map((statement) => trusts(statement, `roles.${key}.existingRoleArn`)) },
  });
  role.addOverride("for_each", names);
}

/** The role's trust policy has a statement for the caller that this statement names. */
function trusts(statement: PolicyStatement, prop: string): Precondition {
  const principals = Object.entries(statement.Principal ?? {}).flatMap(([kind, names]: [string, readonly string[]]) =>
    names.map((name) => ({ kind, name })),
  );
  const keys = Object.values(statement.Condition ?? {})
    .flatMap((condition) => Object.entries(condition ?? {}))
    .filter(([name]) => CALLER_KEY.test(name));
  const parts = [
    expression`try(statement.Effect, "") == "Allow"`,
    ...statement.Action.map(allows),
    ...principals.map(
      ({ kind, name }) => expression`contains(flatten([try(statement.Principal[${kind}], [])]), ${name})`,
    ),
    ...keys.map(([name, values = []]) => expression`length(setintersection(${comparedValues(name)}, ${values})) > 0`),
  ];
  const all = code(parts.map((part) => part.code).join(" && "));
  const expected = [
    ...statement.Action,
    ...principals.map(({ name }) => name),
    ...keys.map(([name, values = []]) => `${name} ${values.join(" or ")}`),
  ].join(", ");
  return {
    condition:
      expression`anytrue([for statement in flatten([jsondecode(self.assume_role_policy).Statement]) : ${all}])`.toString(),
    errorMessage: `${prop}: the trust policy of "\${self.arn}" has no statement that allows ${expected}: correct its trust policy, or leave the option out and have the role created.`,
  };
}

/** The live statement allows the action: IAM ignores its letter case, and takes wildcards. */
function allows(action: string): Expression {
  const pattern = expression`join("", ["^", replace(replace(lower(given), "*", ".*"), "?", "."), "$"])`;
  return expression`anytrue([for given in flatten([try(statement.Action, [])]) : can(regex(${pattern}, ${action.toLowerCase()}))])`;
}

/** What the live statement compares a condition key with. IAM does not look at the letter case of keys. */
function comparedValues(key: string): Expression {
  const matching = expression`[for name, values in condition : values if lower(name) == ${key.toLowerCase()}]`;
  return expression`flatten([for operator, condition in try(statement.Condition, {}) : ${matching} if can(regex("^(ForAnyValue:)?String(Equals|Like)$", operator))])`;
}
