import type { Value } from "./source";

/**
 * A statement of a policy in a template, with every list written as a list. A text may hold `${name}` where only a stack
 * knows the value.
 */
export interface TemplateStatement {
  /** Statement id. */
  readonly Sid?: string;
  /** Whether the statement allows or denies. */
  readonly Effect: string;
  /** Who, by kind of principal; `*` has the kind `*`. */
  readonly Principal?: Readonly<Record<string, readonly string[]>>;
  /** Everybody but. */
  readonly NotPrincipal?: Readonly<Record<string, readonly string[]>>;
  /** Actions. */
  readonly Action?: readonly string[];
  /** Every action but. */
  readonly NotAction?: readonly string[];
  /** Resources. */
  readonly Resource?: readonly string[];
  /** Every resource but. */
  readonly NotResource?: readonly string[];
  /** Conditions: operator, key, values. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** The statements of a policy document, and what of it is no statement: a function that only a stack resolves. */
export function statementsOf(document: Value | undefined): {
  readonly statements: readonly TemplateStatement[];
  readonly unresolved: readonly string[];
} {
  const content = typeof document === "string" ? parsed(document) : document;
  const given = isMap(content) ? content.Statement : content;
  const statements: TemplateStatement[] = [];
  const unresolved: string[] = [];
  for (const value of listOf(given)) {
    if (isMap(value) && typeof value.Effect === "string") {
      statements.push(statement(value, value.Effect));
    } else {
      unresolved.push(typeof value === "string" ? value : JSON.stringify(value));
    }
  }
  return { statements, unresolved };
}

function statement(value: Readonly<Record<string, Value>>, effect: string): TemplateStatement {
  return {
    ...(typeof value.Sid === "string" ? { Sid: value.Sid } : {}),
    Effect: effect,
    ...optional("Principal", value.Principal, principals),
    ...optional("NotPrincipal", value.NotPrincipal, principals),
    ...optional("Action", value.Action, texts),
    ...optional("NotAction", value.NotAction, texts),
    ...optional("Resource", value.Resource, texts),
    ...optional("NotResource", value.NotResource, texts),
    ...optional("Condition", value.Condition, (conditions) => mapped(conditions, (keys) => mapped(keys, texts))),
  };
}

function optional<Key extends string, Result>(
  key: Key,
  value: Value | undefined,
  convert: (value: Value) => Result,
): Readonly<Partial<Record<Key, Result>>> {
  return (value === undefined ? {} : { [key]: convert(value) }) as Partial<Record<Key, Result>>;
}

function principals(value: Value): Record<string, string[]> {
  return isMap(value) ? mapped(value, texts) : { "*": texts(value) };
}

function mapped<Result>(value: Value, convert: (value: Value) => Result): Record<string, Result> {
  return isMap(value)
    ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, convert(entry)]))
    : { "": convert(value) };
}

/** A list as it is, one value as a list of one, and no value as an empty list. */
export function listOf(value: Value | undefined): readonly Value[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly Value[]) : [value];
}

/** A text or a list of them as a list; what is no text as JSON. */
export function texts(value: Value | undefined): string[] {
  return listOf(value).map((entry) => (typeof entry === "string" ? entry : JSON.stringify(entry)));
}

/** True for a map. */
export function isMap(value: Value | undefined): value is Readonly<Record<string, Value>> {
  return typeof value === "object" && !Array.isArray(value);
}

/** Templates may hold a document as a text: keys can be substituted in no other way. */
function parsed(text: string): Value {
  try {
    return withoutNumbers(JSON.parse(text));
  } catch {
    return text;
  }
}

function withoutNumbers(value: unknown): Value {
  if (Array.isArray(value)) {
    return value.map(withoutNumbers);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutNumbers(entry)]))
    : String(value);
}
