import { covers } from "../covers";
import { permissionKey, permissionsOf, statementKey } from "../../modules/portal-template/permissions";
import type { Permission } from "../../modules/portal-template/permissions";
import { statementsOf } from "../../modules/portal-template/statements";
import type { TemplateStatement } from "../../modules/portal-template/statements";
import type { PolicyDocument, PolicyStatement } from "../../modules";

/** What one document has more than another, as lines for people. */
export interface PolicyDifference {
  /** Declared, and not there. */
  readonly missing: readonly string[];
  /** There, and not declared. */
  readonly additional: readonly string[];
}

/** Compares what two permission policies allow and deny, however their statements are cut and ordered. */
export function permissionDifference(expected: PolicyDocument, actual: string): PolicyDifference {
  return difference(permissionsOf(statements(expected)), permissionsOf(statements(actual)), permissionKey, permission);
}

/** Compares two trust or resource policies, statement by statement, whatever their ids and order. */
export function statementDifference(expected: PolicyDocument, actual: string): PolicyDifference {
  return difference(statements(expected), statements(actual), statementKey, (statement) => JSON.stringify(statement));
}

/**
 * Whether a policy allows everything that a statement allows, in whatever words: with wildcards, in other statements, with fewer
 * conditions. Denials are not read. A statement for the root of a role's account lets that account's policies decide: it counts.
 */
export function isAllowed(needed: PolicyStatement, policy: string): boolean {
  const allowing = statements(policy).filter(({ Effect }) => Effect === "Allow");
  const principals = Object.entries(needed.Principal ?? {}).flatMap(([kind, values]) =>
    (values as readonly string[]).map((value) => ({ kind, value })),
  );
  // With a wildcard at its end an action means every variant; the services use the plain one.
  const actions = needed.Action.map((action) => action.replace(/\*$/, ""));
  return principals.every((principal) =>
    actions.every((action) =>
      allowing.some(
        (statement) =>
          isPrincipal(principal, statement) &&
          covers(statement.Action ?? [], action) &&
          areMet(statement.Condition ?? {}, (needed.Condition ?? {}) as Conditions),
      ),
    ),
  );
}

function isPrincipal({ kind, value }: { kind: string; value: string }, { Principal = {} }: TemplateStatement): boolean {
  const account = /^arn:([^:]+):iam::(\d{12}):/.exec(value);
  const same = account ? [value, `arn:${account[1]}:iam::${account[2]}:root`, account[2]] : [value];
  return [...(Principal[kind] ?? []), ...(Principal["*"] ?? [])].some((found) => found === "*" || same.includes(found));
}

type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Whether a request with the values of one condition meets another: compared are texts and ARNs, nothing else. */
function areMet(conditions: Conditions, values: Conditions): boolean {
  const given = new Map(
    Object.values(values).flatMap((keys) => Object.entries(keys).map(([key, list]) => [key.toLowerCase(), list])),
  );
  return Object.entries(conditions).every(
    ([operator, keys]) =>
      /^(String|Arn)(Equals|Like)$/.test(operator) &&
      Object.entries(keys).every(([key, patterns]) =>
        given.get(key.toLowerCase())?.every((value) => covers(patterns, value)),
      ),
  );
}

function statements(document: PolicyDocument | string) {
  return statementsOf(typeof document === "string" ? document : JSON.stringify(document)).statements;
}

function difference<Part>(
  expected: readonly Part[],
  actual: readonly Part[],
  keyOf: (part: Part) => string,
  describe: (part: Part) => string,
): PolicyDifference {
  const without = (parts: readonly Part[], others: readonly Part[]) => {
    const keys = new Set(others.map(keyOf));
    return parts.filter((part) => !keys.has(keyOf(part))).map(describe);
  };
  return { missing: without(expected, actual), additional: without(actual, expected) };
}

function permission({ effect, action, resource, condition }: Permission): string {
  const where = condition === undefined ? "" : ` if ${JSON.stringify(condition)}`;
  return `${effect} ${action} on ${resource}${where}`;
}
