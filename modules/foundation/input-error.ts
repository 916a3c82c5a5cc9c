/**
 * A value that cannot be accepted. The message names the prop, the value given and what is allowed, so that the reader
 * can mend it without opening this code.
 */
export class InputError extends Error {
  public override readonly name = "InputError";

  /**
   * @param prop - where the value was given, as the caller writes it, for instance `plans.servers.subPlan`
   * @param value - the value given
   * @param allowed - what is allowed, and how to mend it, as the end of a sentence
   */
  public constructor(prop: string, value: unknown, allowed: string) {
    super(`${prop}: ${show(value)} is not allowed; ${allowed}`);
  }
}

function show(value: unknown): string {
  return value === undefined ? "undefined" : JSON.stringify(value);
}

/** Throws an {@link InputError} unless the value is one of those allowed. */
export function checkOneOf(prop: string, value: unknown, allowed: readonly unknown[]): void {
  if (!allowed.includes(value)) {
    throw new InputError(prop, value, `allowed: ${allowed.map((entry) => JSON.stringify(entry)).join(", ")}`);
  }
}

/** Throws an {@link InputError} for a property that the type does not have: a typing error must not pass silently. */
export function checkKnownKeys(prop: string, value: object, allowed: readonly string[]): void {
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) {
      throw new InputError(
        `${prop}.${key}`,
        (value as Record<string, unknown>)[key],
        `${prop} has: ${allowed.join(", ")}`,
      );
    }
  }
}

/** Throws an {@link InputError} for a value that is given twice. */
export function checkDistinct(prop: string, values: readonly string[], allowed: string): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) {
      throw new InputError(prop, value, allowed);
    }
    seen.add(value);
  }
}
