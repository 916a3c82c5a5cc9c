/*
 * How cdktf writes a value that only Terraform knows into a string, a number, a list or a map. This is the one file that knows
 * the markers (cdktf 0.21, lib/tokens/private/encoding).
 */

const STRING_MARKER = "${TfToken[";
const LIST_MARKER = "#{TfToken[";
const MAP_MARKER = "&{TfToken[";
/** Token numbers are far below every number that an input takes. */
const LARGEST_TOKEN_NUMBER = -1e288;

/** Finds each token in a string. */
export const STRING_TOKEN = /(\$\{TfToken\[[^\]]+\]\})/;

/** Start of a `${...}` that belongs to CloudFormation, IAM or code, not to Terraform; the dollar may already be doubled. */
export const FOREIGN_REFERENCE_START = /\$?\$\{(?!TfToken\[)/g;

/** The text with every Terraform value replaced. */
export function replaceTerraformValues(text: string, replacement: string): string {
  return text
    .split(STRING_TOKEN)
    .map((part) => (STRING_TOKEN.test(part) ? replacement : part))
    .join("");
}

/** True for a string that Terraform resolves: a token, or a hand-written interpolation. */
export function isTerraformString(value: unknown): boolean {
  return typeof value === "string" && value.includes("${");
}

/** True for a token in place of a number. */
export function isTerraformNumber(value: unknown): boolean {
  return typeof value === "number" && value < LARGEST_TOKEN_NUMBER;
}

/** True for a token in place of a list: an array with one marker, which hides how many entries there are. */
export function isTerraformList(value: unknown): boolean {
  return Array.isArray(value) && value.some((entry) => typeof entry === "string" && entry.startsWith(LIST_MARKER));
}

/** True for a token in place of a map: an object with a marker as its key. */
export function isTerraformMap(value: object): boolean {
  return Object.keys(value).some((key) => key.includes(MAP_MARKER) || key.includes(STRING_MARKER));
}

/** True for a cdktf object that represents a value, and is not encoded as a string, number or list yet. */
export function isTerraformObject(value: object): boolean {
  return typeof (value as { resolve?: unknown }).resolve === "function";
}

/** True if a text contains a token marker, which is meaningless to readers. */
export function containsToken(text: string): boolean {
  return text.includes("TfToken[") || text.includes("<unresolved-token>");
}
