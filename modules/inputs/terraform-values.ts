/*
 * How cdktf writes a value that only Terraform knows into a string, a number, a list or a map. This is the one file that knows
 * the markers (cdktf 0.21, lib/tokens/private/encoding).
 */

const LIST_MARKER = "#{TfToken[";
const MAP_MARKER = "&{TfToken[";
/** First two bytes of a number that is a token. */
const NUMBER_MARKER = 0xfdff;

/** Finds each token in a string; a template string may also contain a number that is a token. */
export const STRING_TOKEN = /(\$\{TfToken\[[^\]]+\]\}|-8\.1095\d*e\+298)/;

/** Start of a `${...}` that belongs to CloudFormation, IAM or code, not to Terraform; the dollar may already be doubled. */
export const FOREIGN_REFERENCE_START = /\$?\$\{(?!TfToken\[)/g;

/** The text with every Terraform value replaced. */
export function replaceTerraformValues(text: string, replacement: string): string {
  return text
    .split(STRING_TOKEN)
    .map((part) => (STRING_TOKEN.test(part) ? replacement : part))
    .join("");
}

/** True for a string that Terraform resolves: it contains a token, or a hand-written interpolation. */
export function isTerraformString(value: unknown): boolean {
  return typeof value === "string" && (value.includes("${") || STRING_TOKEN.test(value)) && !isListOrMapMarker(value);
}

/** True for a string out of a token of a list or a map: cdktf cannot resolve it outside of its list. */
export function isListOrMapMarker(value: string): boolean {
  return value.includes(LIST_MARKER) || value.includes(MAP_MARKER);
}

/** True for a token in place of a number. */
export function isTerraformNumber(value: unknown): boolean {
  if (typeof value !== "number") {
    return false;
  }
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value);
  return bytes.getUint16(0) === NUMBER_MARKER;
}

/** True for a token in place of a list: an array with one marker, which hides how many entries there are. */
export function isTerraformList(value: unknown): boolean {
  return unlessItThrows(
    () =>
      Array.isArray(value) && value.length === 1 && typeof value[0] === "string" && value[0].startsWith(LIST_MARKER),
  );
}

/** True for a token in place of a map: an object with a marker as its key. */
export function isTerraformMap(value: object): boolean {
  return Object.keys(value).some((key) => key.includes(MAP_MARKER));
}

/** True for a cdktf object that represents a value, and is not encoded as a string, number or list yet. */
export function isTerraformObject(value: object): boolean {
  return typeof (value as { resolve?: unknown }).resolve === "function";
}

/** True for the construct of an input variable, whose value is one of its props. */
export function isTerraformVariable(value: object): boolean {
  return "stringValue" in value && "node" in value;
}

/** True for a value that only Terraform knows, in any form. */
export function isTerraformValue(value: unknown): boolean {
  if (typeof value === "string") {
    return isTerraformString(value) || isListOrMapMarker(value);
  }
  if (typeof value !== "object" || value === null) {
    return isTerraformNumber(value);
  }
  return unlessItThrows(
    () => isTerraformList(value) || isTerraformMap(value) || isTerraformObject(value) || isTerraformVariable(value),
  );
}

/** The answer to a question about a value, or false: a getter or a proxy may throw. */
export function unlessItThrows(isTrue: () => boolean): boolean {
  try {
    return isTrue();
  } catch {
    return false;
  }
}

/** True where a text holds a marker, and means nothing to a reader. */
export function containsToken(text: string): boolean {
  return text.includes("TfToken[") || text.includes("<unresolved-token>") || STRING_TOKEN.test(text);
}
