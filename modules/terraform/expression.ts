import { Token } from "cdktf";

/** A string as it stands inside a Terraform expression: a literal in quotes, a Terraform value as it is. */
export function inExpression(value: string): string {
  return Token.isUnresolved(value) ? value : JSON.stringify(value);
}
