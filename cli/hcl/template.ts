/** A part of a string of a configuration: literal text, or what `${...}` holds. */
export type TemplatePart = { readonly text: string } | { readonly expression: string };

/** Splits a string of Terraform's JSON syntax, where `$${` and `%%{` are escapes, and stay so. */
export function templateParts(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = "";
  let at = 0;
  while (at < template.length) {
    if (template.startsWith("$${", at)) {
      text += "$${";
      at += 3;
    } else if (template.startsWith("${", at)) {
      if (text !== "") {
        parts.push({ text });
        text = "";
      }
      const end = endOfExpression(template, at + 2);
      parts.push({ expression: template.slice(at + 2, end) });
      at = end + 1;
    } else {
      text += template.charAt(at);
      at += 1;
    }
  }
  return text === "" ? parts : [...parts, { text }];
}

/** Index of the brace that closes an interpolation, past nested braces and quoted strings. */
function endOfExpression(template: string, start: number): number {
  let at = start;
  while (at < template.length) {
    const character = template.charAt(at);
    if (character === "}") {
      return at;
    }
    at =
      character === "{"
        ? endOfExpression(template, at + 1) + 1
        : character === '"'
          ? endOfQuoted(template, at + 1) + 1
          : at + 1;
  }
  throw new Error(`an interpolation has no end: ${template}`);
}

function endOfQuoted(template: string, start: number): number {
  let at = start;
  while (template.charAt(at) !== '"') {
    if (at >= template.length) {
      throw new Error(`a quoted string has no end: ${template}`);
    }
    const isInterpolation = template.startsWith("${", at) && template.charAt(at - 1) !== "$";
    at = isInterpolation ? endOfExpression(template, at + 2) + 1 : at + (template.charAt(at) === "\\" ? 2 : 1);
  }
  return at;
}
