import {
  containsToken,
  isTerraformList,
  isTerraformMap,
  isTerraformNumber,
  isTerraformObject,
} from "./terraform-values";

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
      return isTerraformNumber(value) ? "a Terraform value" : String(value);
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
  if (isTerraformList(value) || (!Array.isArray(value) && isTerraformMap(value))) {
    return "a Terraform value";
  }
  if (isTerraformObject(value)) {
    return "a Terraform value that is not a string (convert it with Token.asString)";
  }
  if ("stringValue" in value) {
    return "a Terraform variable (give its stringValue)";
  }
  const name = (Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null)?.constructor?.name;
  if (name !== undefined && name !== "Object" && name !== "Array") {
    return `an instance of ${name}`;
  }
  const text = JSON.stringify(value, (_key, entry: unknown) => (isPlain(entry) ? entry : show(entry)));
  return containsToken(text) ? "a value with Terraform values in it" : shorten(text);
}

function isPlain(value: unknown): boolean {
  if (typeof value === "object" && value !== null) {
    const prototype: unknown = Object.getPrototypeOf(value);
    return Array.isArray(value) || prototype === Object.prototype || prototype === null;
  }
  return ["string", "boolean", "number"].includes(typeof value) || value === null;
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}... (${text.length} characters)` : text;
}
