import { parseJson, sameJson } from "../json";

/** An IAM policy document as far as the rehearsal reads it. */
export interface PolicyStatement {
  readonly Effect?: string;
  readonly Principal?: string | Record<string, string | string[]>;
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** The statements of a policy, or undefined when the text is not a policy in JSON. */
export function statements(document: string): PolicyStatement[] | undefined {
  const parsed = parseJson(document);
  if (typeof parsed !== "object" || parsed === null || !("Statement" in parsed)) {
    return undefined;
  }
  const { Statement: found } = parsed as { Statement: PolicyStatement | PolicyStatement[] };
  return Array.isArray(found) ? found : [found];
}

export function list(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** The principals of one kind (`AWS`, `Service`, `Federated`) in a statement. */
export function principals(statement: PolicyStatement, kind: string): string[] {
  const { Principal: principal } = statement;
  if (principal === undefined) {
    return [];
  }
  return typeof principal === "string" ? [principal] : list(principal[kind]);
}

/** The values that the statement's conditions give for a key, in any operator; keys are case-insensitive. */
export function conditionValues(statement: PolicyStatement, key: string): string[] {
  return Object.values(statement.Condition ?? {}).flatMap((operator) =>
    Object.entries(operator)
      .filter(([name]) => name.toLowerCase() === key.toLowerCase())
      .flatMap(([, values]) => list(values)),
  );
}

/** Does the pattern with `*` and `?` match the text? */
export function matches(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`).test(value);
}

/** May the service, acting for the source, do this? Looks at Allow statements, their actions and source conditions. */
export function allowsService(
  document: string,
  request: { service: string; action: string; sourceArn: string; sourceAccount: string },
): boolean {
  return (statements(document) ?? []).some((statement) => {
    const sourceArns = conditionValues(statement, "aws:SourceArn");
    const sourceAccounts = conditionValues(statement, "aws:SourceAccount");
    return (
      statement.Effect === "Allow" &&
      principals(statement, "Service").includes(request.service) &&
      list(statement.Action).some((action) => matches(action.toLowerCase(), request.action.toLowerCase())) &&
      (sourceArns.length === 0 || sourceArns.some((pattern) => matches(pattern, request.sourceArn))) &&
      (sourceAccounts.length === 0 || sourceAccounts.includes(request.sourceAccount))
    );
  });
}

/** Are the two texts the same policy? A list of one is the same as its item, and the order in a list is free. */
export function samePolicy(a: string, b: string): boolean {
  return sameJson(a, b, (items) => (items.length === 1 ? (items[0] ?? "") : `[${items.sort().join(",")}]`));
}
