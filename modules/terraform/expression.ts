import { Token } from "cdktf";
import type { IResolvable, IResolveContext, ITerraformDependable } from "cdktf";
import { isTerraformList, isTerraformNumber, STRING_TOKEN } from "../inputs";
import { templateCode } from "./template";

/** A part of a Terraform expression. */
export type Operand = string | number | boolean | readonly string[] | Expression | IResolvable;

/** A Terraform expression. A template string renders it as `${...}`, ready for a condition, a message or an argument. */
export class Expression {
  /** @param code - the expression without its marks */
  public constructor(public readonly code: string) {}

  public toString(): string {
    return `\${${this.code}}`;
  }
}

/**
 * Writes a Terraform expression: literals are quoted, Terraform values and other expressions are inserted unchanged.
 * @example expression`self.account_id == ${props.awsAccountId}`
 */
export function expression(code: TemplateStringsArray, ...operands: readonly Operand[]): Expression {
  return new Expression(String.raw({ raw: code }, ...operands.map(operandCode)));
}

/** Code that is already an expression. */
export function code(text: string): Expression {
  return new Expression(text);
}

/** The address of a resource, data source or local value in an expression. */
export function reference({ fqn }: ITerraformDependable): Expression {
  return new Expression(withoutMarks(fqn));
}

/** A Terraform value inside an expression or in `depends_on`: without the marks of an interpolation. */
export function withoutMarks(value: string | readonly string[] | number | IResolvable): string {
  return Token.asString(new WithoutMarks(value));
}

class WithoutMarks implements IResolvable {
  public readonly creationStack: string[] = [];

  public constructor(private readonly value: unknown) {}

  /** A token may turn out to be a literal: so its marks are taken off here, and not left out by cdktf. */
  public resolve(context: IResolveContext): string {
    context.suppressBraces = false;
    return resolvedCode(context.resolve(this.value));
  }

  public toString(): string {
    return Token.asString(this);
  }
}

function resolvedCode(value: unknown): string {
  if (typeof value === "string") {
    return templateCode(value);
  }
  return Array.isArray(value) ? `[${value.map(resolvedCode).join(", ")}]` : JSON.stringify(value);
}

function operandCode(operand: Operand): string {
  if (operand instanceof Expression) {
    return operand.code;
  }
  if (typeof operand === "string") {
    return stringCode(operand);
  }
  if (Array.isArray(operand)) {
    const list = operand as readonly string[];
    return isTerraformList(list) ? withoutMarks(list) : `[${list.map(stringCode).join(", ")}]`;
  }
  return typeof operand === "object" || isTerraformNumber(operand) ? withoutMarks(operand as number) : String(operand);
}

/** A string that contains a Terraform value is joined from its parts. */
function stringCode(value: string): string {
  if (!STRING_TOKEN.test(value)) {
    return templateCode(value);
  }
  const parts = value.split(STRING_TOKEN).filter((part) => part !== "");
  // A token inside of an interpolation is resolved as a part of it.
  const isInside = parts.some((part) => !STRING_TOKEN.test(part) && part.includes("${"));
  return parts.length === 1 || isInside ? withoutMarks(value) : `join("", [${parts.map(stringCode).join(", ")}])`;
}
