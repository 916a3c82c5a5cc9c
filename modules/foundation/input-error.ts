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
  // What stands for a value that only Terraform knows says nothing to a reader.
  const text = value === undefined ? "undefined" : JSON.stringify(value);
  if (text.includes("<unresolved-token>")) {
    return "a Terraform value that is no string (give stringValue of a variable, or Token.asString of it)";
  }
  const isTerraformNumber = typeof value === "number" && value < -1e290;
  return text.includes("TfToken[") || isTerraformNumber ? "a Terraform value" : text;
}

/** Throws an {@link InputError} unless the value is one of those allowed. */
export function checkOneOf(prop: string, value: unknown, allowed: readonly unknown[]): void {
  if (!allowed.includes(value)) {
    throw new InputError(prop, value, `allowed: ${allowed.map((entry) => JSON.stringify(entry)).join(", ")}`);
  }
}

/**
 * Throws an {@link InputError} for what is no object, and for a property that the type does not have: a typing error must
 * not pass silently.
 */
export function checkKnownKeys(prop: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InputError(prop, value, `expected an object with: ${allowed.join(", ")}`);
  }
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
    throw new InputError(prop, value, `expected whole ${unit} from ${least} to ${most}`);
  }
}

/** Throws an {@link InputError} for what is no list, or none that is written out. */
export function checkList(prop: string, value: unknown): void {
  const isWrittenOut = Array.isArray(value) && !value.some((entry) => String(entry).startsWith("#{TfToken["));
  if (!isWrittenOut) {
    throw new InputError(prop, value, "expected a list, written out entry by entry");
  }
}

/** Throws an {@link InputError} for tags that are no map of strings. The values may be Terraform values, the map may not. */
export function checkTags(prop: string, tags: unknown): void {
  const isMap = typeof tags === "object" && tags !== null && !Array.isArray(tags);
  const isLiteral = isMap && !Object.keys(tags).some((name) => name.includes("TfToken["));
  if (!isLiteral || !Object.values(tags).every((value) => typeof value === "string")) {
    throw new InputError(prop, tags, 'expected a map of strings, written out, for instance { team: "lab" }');
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
