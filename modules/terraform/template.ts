import { withoutDirectives } from "./without-directives";

/**
 * A string of a Terraform configuration as code inside an expression. Such a string is a template: `${...}` in it is an
 * interpolation, and `$${` is a dollar sign before a brace.
 */
export function templateCode(template: string): string {
  const codes = partsOf(template).map(({ code, text }) => code ?? quoted(text));
  return codes.length > 1 ? `join("", [${codes.join(", ")}])` : (codes[0] ?? '""');
}

type Part = { readonly code: string; readonly text?: never } | { readonly code?: never; readonly text: string };

function partsOf(template: string): Part[] {
  const start = template.search(/(?<!\$)\$\{/);
  const end = start < 0 ? -1 : endOf(template, start + 2);
  if (end < 0) {
    return template === "" ? [] : [{ text: template }];
  }
  return [
    ...(start > 0 ? [{ text: template.slice(0, start) }] : []),
    { code: template.slice(start + 2, end) },
    ...partsOf(template.slice(end + 1)),
  ];
}

/** Where an interpolation ends, or -1. It may contain braces, quoted texts, and interpolations in these. */
function endOf(template: string, start: number): number {
  const closing = ["}"];
  for (let index = start; index < template.length; index += 1) {
    const character = template[index];
    const isQuoted = closing.at(-1) === '"';
    if (character === closing.at(-1)) {
      closing.pop();
      if (closing.length === 0) {
        return index;
      }
    } else if (isQuoted && character === "\\") {
      index += 1;
    } else if (character === "{" && (!isQuoted || template[index - 1] === "$")) {
      closing.push("}");
    } else if (character === '"') {
      closing.push('"');
    }
  }
  return -1;
}

/** HCL has the escapes of JSON but two. An interpolation without an end is text. */
function quoted(text: string): string {
  const escapes: Readonly<Record<string, string>> = { "\\b": "\\u0008", "\\f": "\\u000c" };
  return withoutDirectives(JSON.stringify(text))
    .replaceAll(/\\./g, (escape) => escapes[escape] ?? escape)
    .replaceAll(/(?<!\$)\$\{/g, "$$$${");
}
