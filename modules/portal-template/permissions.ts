import type { TemplateStatement } from "./statements";

/** One action on one resource under one condition: what statements say, however they are cut and ordered. */
export interface Permission {
  /** `Allow` or `Deny`. */
  readonly effect: string;
  /** Action, or all but the ones named. */
  readonly action: string;
  /** Resource, or all but the ones named. */
  readonly resource: string;
  /** Whether the action or the resource is given by what it is not. */
  readonly isNegated: boolean;
  /** Conditions. */
  readonly condition: TemplateStatement["Condition"];
}

/** The single permissions of statements. */
export function permissionsOf(statements: readonly TemplateStatement[]): Permission[] {
  return statements.flatMap((statement) => {
    const actions = statement.Action ?? [`all but ${(statement.NotAction ?? []).join(", ")}`];
    const resources = statement.Resource ?? [`all but ${(statement.NotResource ?? []).join(", ")}`];
    return actions.flatMap((action) =>
      resources.map((resource) => ({
        effect: statement.Effect,
        action,
        resource,
        isNegated: statement.Action === undefined || statement.Resource === undefined,
        condition: statement.Condition,
      })),
    );
  });
}

/** The same for permissions that act the same; IAM reads actions without regard to case. */
export function permissionKey(permission: Permission): string {
  return JSON.stringify([scopeKey(permission), sorted(permission.condition ?? {})]);
}

/** The same for permissions on the same action and resource, regardless of the condition. */
export function scopeKey({ effect, action, resource }: Permission): string {
  return JSON.stringify([effect, action.toLowerCase(), resource]);
}

/** The same for trust statements that act the same. */
export function statementKey(statement: TemplateStatement): string {
  return JSON.stringify(sorted({ ...statement, Sid: undefined }));
}

/** Lists of a policy have no order, and keys neither. */
function sorted(value: unknown): unknown {
  if (typeof value === "string") {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(sorted).sort();
  }
  return Object.entries(value as object)
    .filter(([, entry]) => entry !== undefined)
    .map(([key, entry]) => [key, sorted(entry)])
    .sort();
}
