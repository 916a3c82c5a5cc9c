import { permissionKey, permissionsOf, statementKey } from "../../modules/portal-template/permissions";
import type { Permission } from "../../modules/portal-template/permissions";
import { statementsOf } from "../../modules/portal-template/statements";
import type { PolicyDocument } from "../../modules";

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

/** Statements that must be in a policy that may hold others. */
export function missingStatements(expected: PolicyDocument, actual: string): readonly string[] {
  return statementDifference(expected, actual).missing;
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
