import { hasHoles, isObjectLiteral } from "./plain-data";
import { containsToken, isTerraformValue, isTerraformVariable } from "./terraform-values";

const LONGEST = 300;

/** Formats a value for an error message. Takes any JavaScript value, and never throws. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "bigint":
      return `${value}n`;
    case "symbol":
      return value.toString();
    case "function":
      return "a function";
    case "boolean":
      return String(value);
    case "number":
      return isTerraformValue(value) ? "a Terraform value" : String(value);
    case "string":
      return containsToken(value) ? "a Terraform value" : shorten(JSON.stringify(value));
    default:
      return value === null ? "null" : showObject(value as object);
  }
}

function showObject(value: object): string {
  try {
    return describeObject(value);
  } catch {
    return "an object that cannot be read";
  }
}

function describeObject(value: object): string {
  if (isTerraformVariable(value)) {
    return "a Terraform variable";
  }
  if (isTerraformValue(value)) {
    return "a Terraform value";
  }
  if (Array.isArray(value) && hasHoles(value)) {
    return "a list with holes";
  }
  if (!Array.isArray(value) && !isObjectLiteral(value)) {
    return `an instance of ${(value as object).constructor.name}`;
  }
  const text = JSON.stringify(value, (_key, entry: unknown) => (isPlain(entry) ? entry : show(entry)));
  return containsToken(text) ? "a value with Terraform values in it" : shorten(text);
}

function isPlain(value: unknown): boolean {
  return (
    ["string", "boolean"].includes(typeof value) ||
    [value === null, Number.isFinite(value), Array.isArray(value), isObjectLiteral(value)].includes(true)
  );
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}... (${text.length} characters)` : text;
}
