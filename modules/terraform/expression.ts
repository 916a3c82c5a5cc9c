import { Fn, Token, Tokenization } from "cdktf";

/** A string as it stands inside a Terraform expression: a literal in quotes, a Terraform value as it is. */
export function inExpression(value: string): string {
  if (!Token.isUnresolved(value)) {
    return JSON.stringify(value);
  }
  const fragments = Tokenization.reverseString(value);
  const isOneToken = fragments.tokens.length === 1 && fragments.literals.length === 0;
  // A template inside an expression loses its interpolation marks when cdktf resolves it; an argument keeps them.
  return isOneToken ? value : Token.asString(Fn.format("%s", [value]));
}

/** A list of strings as it stands inside a Terraform expression. */
export function listInExpression(values: readonly string[]): string {
  return `[${values.map(inExpression).join(", ")}]`;
}
