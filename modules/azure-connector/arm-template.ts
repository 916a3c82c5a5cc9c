import { Token } from "cdktf";
import { isTerraformString } from "../inputs";
import { expression, withoutDirectives } from "../terraform";
import type { Operand } from "../terraform";

/**
 * Writes an ARM template as JSON, in which every text is literal. Two languages would otherwise interpret it:
 *
 * - JSON: a Terraform value may hold quotes, backslashes or line breaks, so Terraform encodes it when it is known.
 * - ARM: a text, or the name of a field, in square brackets is an expression. A text that starts with a bracket is written as an
 *   expression that yields the text, which is right whether or not it ends with one (Azure documentation, "Syntax and
 *   expressions in ARM templates", 2026).
 *
 * @param template - plain data; only an {@link ArmExpression} is evaluated
 */
export function armTemplate(template: unknown): string {
  if (template instanceof ArmExpression) {
    return JSON.stringify(`[${template.expression}]`);
  }
  if (typeof template === "string") {
    return armText(template);
  }
  if (Token.isUnresolved(template)) {
    return expression`jsonencode(${template as Operand})`.toString();
  }
  if (Array.isArray(template)) {
    return `[${template.map(armTemplate).join(",")}]`;
  }
  if (typeof template === "object" && template !== null) {
    const fields = Object.entries(template).filter(([, value]) => value !== undefined);
    return `{${fields.map(([name, value]) => `${armText(name)}:${armTemplate(value)}`).join(",")}}`;
  }
  return JSON.stringify(template);
}

/** A template expression, without its brackets. */
export class ArmExpression {
  public constructor(public readonly expression: string) {}
}

function armText(text: string): string {
  if (!isTerraformString(text)) {
    const literal = text.startsWith("[") ? `[concat('${text.replaceAll("'", "''")}')]` : text;
    return JSON.stringify(withoutDirectives(literal));
  }
  const value = expression`${text}`;
  const quoted = expression`join("", ["[concat('", replace(${value}, "'", "''"), "')]"])`;
  // Only a text that starts with the Terraform value may start with any character.
  if (text.startsWith("${")) {
    return expression`jsonencode(startswith(${value}, "[") ? ${quoted} : ${value})`.toString();
  }
  return expression`jsonencode(${text.startsWith("[") ? quoted : value})`.toString();
}
