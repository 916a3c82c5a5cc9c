import { Token } from "cdktf";
import type { Precondition } from "cdktf";
import type { PolicyStatement } from "../iam";
import { hasFormat, InputError } from "../inputs";
import type { Format } from "../inputs";
import { preconditionsOf } from "../terraform";
import type { BooleanOrToken } from "../terraform";

/** One fault as an error. */
export function oneFault(prop: string, value: unknown, allowed: string): InputError {
  return InputError.of(prop, value, allowed);
}

/** Throws an InputError unless a literal has the form. */
export function checkFormat(prop: string, value: string, format: Format): void {
  if (typeof value !== "string" || !hasFormat(value, format)) {
    throw oneFault(prop, value, `expected ${format.expected}`);
  }
}

/** Throws an {@link InputError} unless the value is one of those allowed. */
export function checkOneOf(prop: string, value: unknown, allowed: readonly unknown[]): void {
  if (!allowed.includes(value)) {
    throw oneFault(prop, value, `allowed: ${allowed.map((entry) => JSON.stringify(entry)).join(", ")}`);
  }
}

/**
 * Throws an {@link InputError} for what is no object, and for a property that the type does not have: a typing error must
 * not pass silently.
 */
export function checkKnownKeys(prop: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw oneFault(prop, value, `expected an object with: ${allowed.join(", ")}`);
  }
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) {
      throw oneFault(`${prop}.${key}`, (value as Record<string, unknown>)[key], `${prop} has: ${allowed.join(", ")}`);
    }
  }
}

/** Every key of a type, so that a prop cannot be forgotten where props are checked. */
export type Keys<T> = Readonly<Record<keyof Required<T>, true>>;

/** {@link checkKnownKeys} with the keys of a type. */
export function checkKeys<T>(prop: string, value: T, keys: Keys<T>): void {
  checkKnownKeys(prop, value, Object.keys(keys));
}

/** Throws an {@link InputError} for what is no boolean: a text such as "false" would count as true. */
export function checkSwitch(prop: string, value: unknown): void {
  checkOneOf(prop, value, [true, false]);
}

/** Throws an {@link InputError} for what is no whole number of the range. */
export function checkInteger(prop: string, value: unknown, least: number, most: number, unit: string): void {
  if (!Number.isInteger(value) || Number(value) < least || Number(value) > most) {
    throw oneFault(prop, value, `expected whole ${unit} from ${least} to ${most}`);
  }
}

/** Throws an {@link InputError} for what is no list, or none that is written out. */
export function checkList(prop: string, value: unknown): void {
  const isWrittenOut = Array.isArray(value) && !value.some((entry) => String(entry).startsWith("#{TfToken["));
  if (!isWrittenOut) {
    throw oneFault(prop, value, "expected a list, written out entry by entry");
  }
}

/** Throws an {@link InputError} for tags that are no map of strings. The values may be Terraform values, the map may not. */
export function checkTags(prop: string, tags: unknown): void {
  const isMap = typeof tags === "object" && tags !== null && !Array.isArray(tags);
  const isLiteral = isMap && !Object.keys(tags).some((name) => name.includes("TfToken["));
  if (!isLiteral || !Object.values(tags).every((value) => typeof value === "string")) {
    throw oneFault(prop, tags, 'expected a map of strings, written out, for instance { team: "lab" }');
  }
}

/** Throws an {@link InputError} for a value that is given twice. */
export function checkDistinct(prop: string, values: readonly string[], allowed: string): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) {
      throw oneFault(prop, value, allowed);
    }
    seen.add(value);
  }
}

/**
 * Refuses statements that IAM would not take, or that let everyone in: each names its principals, an Allow no wildcard.
 * @throws InputError naming the statement and the principal given
 */
export function checkPrincipals(prop: string, statements: readonly PolicyStatement[]): void {
  checkStatements(prop, statements, ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"], ["Action"]);
  statements.forEach(({ Effect, Principal }, index) => {
    const at = `${prop}[${index}].Principal`;
    if (Principal === undefined) {
      throw oneFault(at, Principal, "the statement must name its principal");
    }
    const named = Principal === "*" ? ["*"] : Object.values(Principal).flat();
    if (Effect === "Allow" && named.includes("*")) {
      throw oneFault(at, Principal, "an Allow for everyone lets anybody in: name the principals");
    }
  });
}

function checkStatements(
  prop: string,
  statements: readonly PolicyStatement[],
  keys: readonly (keyof PolicyStatement)[],
  lists: readonly ("Action" | "Resource")[],
): void {
  checkList(prop, statements);
  statements.forEach((statement, index) => {
    const at = `${prop}[${index}]`;
    checkKnownKeys(at, statement, keys);
    checkOneOf(`${at}.Effect`, statement.Effect, ["Allow", "Deny"]);
    for (const list of lists) {
      const values: unknown = statement[list];
      if (!Array.isArray(values) || values.length === 0 || !values.every((value) => typeof value === "string")) {
        throw oneFault(`${at}.${list}`, values, "expected a list of one or more strings");
      }
    }
  });
}

/**
 * Checks inputs that may be literals or Terraform values. A literal of the wrong form is refused at once; for a Terraform
 * value, which is known only at plan, a precondition is collected that the caller puts on a resource or data source.
 */
export class InputChecks {
  /** Preconditions for the inputs that are Terraform values. */
  public readonly preconditions: Precondition[] = [];

  /**
   * The value must have the form.
   * @throws InputError where the value is a literal and has not
   */
  public format(prop: string, value: string, format: Format): void {
    if (typeof value === "string" && Token.isUnresolved(value)) {
      this.preconditions.push(...preconditionsOf({ prop, value, format }));
    } else {
      checkFormat(prop, value, format);
    }
  }

  /**
   * What is said about the value must hold.
   * @param allowed - what is allowed, and how to mend it, as the end of a sentence
   * @throws InputError where all values are literals and it does not hold
   */
  public holds(truth: BooleanOrToken, prop: string, value: string, allowed: string): void {
    if (truth === false) {
      throw oneFault(prop, value, allowed);
    }
    if (truth !== true) {
      const errorMessage = `${prop}: "${value}" is not allowed; ${allowed}.`;
      this.preconditions.push({ condition: truth.toString(), errorMessage });
    }
  }
}
