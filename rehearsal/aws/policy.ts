import { parseJson, sameJson } from "../json";

/** An IAM policy document as far as the rehearsal reads it. */
export interface PolicyStatement {
  readonly Effect?: string;
  readonly Principal?: string | Record<string, string | string[]>;
  readonly Action?: string | string[];
  readonly NotAction?: string | string[];
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

/** A service of AWS that acts for a resource. */
export interface ServiceRequest {
  readonly service: string;
  readonly action: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

/** May the service, acting for the source, do this? */
export function allowsService(
  document: string,
  { service, action, sourceArn, sourceAccount }: ServiceRequest,
): boolean {
  return allows(document, action, (statement) => principals(statement, "Service").includes(service), {
    "aws:sourcearn": sourceArn,
    "aws:sourceaccount": sourceAccount,
    "aws:principalisawsservice": "true",
  });
}

/** May principals of the account do this? */
export function allowsAccount(document: string, accountId: string, action: string): boolean {
  const isNamed = (principal: string) => principal === accountId || principal.split(":")[4] === accountId;
  return allows(document, action, (statement) => principals(statement, "AWS").some(isNamed), {
    "aws:principalaccount": accountId,
  });
}

/**
 * Evaluates a resource's policy: one statement allows, and none denies (IAM User Guide, policy evaluation logic). Requests use TLS.
 */
function allows(
  document: string,
  action: string,
  names: (statement: PolicyStatement) => boolean,
  keys: Readonly<Record<string, string>>,
): boolean {
  const context: Readonly<Record<string, string>> = { "aws:securetransport": "true", ...keys };
  const applies = (statement: PolicyStatement) =>
    (names(statement) || principals(statement, "AWS").includes("*")) &&
    coversAction(statement, action) &&
    Object.entries(statement.Condition ?? {}).every(([operator, values]) =>
      Object.entries(values).every(([key, expected]) => holds(operator, context[key.toLowerCase()], list(expected))),
    );
  const applying = (statements(document) ?? []).filter(applies);
  return (
    applying.some(({ Effect: effect }) => effect === "Allow") &&
    applying.every(({ Effect: effect }) => effect !== "Deny")
  );
}

function coversAction({ Action: actions, NotAction: others }: PolicyStatement, action: string): boolean {
  const isNamed = (names: string | string[] | undefined) =>
    list(names).some((name) => matches(name.toLowerCase(), action.toLowerCase()));
  return others === undefined ? isNamed(actions) : !isNamed(others);
}

/** Does the condition hold for the value of its key? The value is undefined where the request has no such key. */
function holds(operator: string, value: string | undefined, expected: readonly string[]): boolean {
  if (operator === "Null") {
    return expected.includes(String(value === undefined));
  }
  const isNegated = operator.includes("Not");
  if (value === undefined) {
    return isNegated || operator.endsWith("IfExists");
  }
  const isPattern = operator.includes("Like") || operator.startsWith("Arn");
  return expected.some((one) => (isPattern ? matches(one, value) : one === value)) !== isNegated;
}

/** Are the two texts the same policy? A list of one is the same as its item, and the order in a list is free. */
export function samePolicy(a: string, b: string): boolean {
  return sameJson(a, b, (items) => (items.length === 1 ? (items[0] ?? "") : `[${items.sort().join(",")}]`));
}
