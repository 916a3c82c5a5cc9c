/**
 * The same data with template directives escaped: Terraform reads `%{` as the start of a directive in every string of a
 * configuration. Terraform values (`${...}`) stay.
 */
export function withoutDirectives<Value>(value: Value): Value {
  if (typeof value === "string") {
    return escaped(value) as Value;
  }
  if (Array.isArray(value)) {
    return value.map(withoutDirectives) as Value;
  }
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
    ? (Object.fromEntries(
        Object.entries(value).map(([name, item]) => [escaped(name), withoutDirectives<unknown>(item)]),
      ) as Value)
    : value;
}

function escaped(text: string): string {
  return text.replaceAll("%{", "%%{");
}
