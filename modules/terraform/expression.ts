import { Token } from "cdktf";
import type { IResolvable, IResolveContext, ITerraformDependable } from "cdktf";
import { isTerraformList, STRING_TOKEN } from "../inputs";
import { withoutDirectives } from "./without-directives";

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

  public resolve(context: IResolveContext): unknown {
    context.suppressBraces = true;
    return this.value;
  }

  public toString(): string {
    return Token.asString(this);
  }
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
  return typeof operand === "object" ? withoutMarks(operand) : String(operand);
}

/** A string that contains a Terraform value is joined from its parts. */
function stringCode(value: string): string {
  const parts = value.split(STRING_TOKEN).filter((part) => part !== "");
  if (parts.length > 1) {
    return `join("", [${parts.map(stringCode).join(", ")}])`;
  }
  return STRING_TOKEN.test(value) ? withoutMarks(value) : handWritten(value);
}

/** Finds each Terraform value that the user wrote by hand, for instance `${var.name}`. A doubled dollar is text. */
const HAND_WRITTEN = /((?<!\$)\$\{(?:[^{}"]|"(?:[^"\\]|\\.)*"|\{[^{}]*\})*\})/;

/** A literal, or a text with Terraform values that the user wrote by hand. */
function handWritten(value: string): string {
  const parts = value.split(HAND_WRITTEN).filter((part) => part !== "");
  const codes = parts.map((part) => (HAND_WRITTEN.test(part) ? part.slice(2, -1) : quoted(part)));
  return codes.length > 1 ? `join("", [${codes.join(", ")}])` : (codes[0] ?? '""');
}

/** HCL knows the escapes of JSON but two, and reads directives in a text. */
function quoted(text: string): string {
  const escapes: Readonly<Record<string, string>> = { "\\b": "\\u0008", "\\f": "\\u000c" };
  return withoutDirectives(JSON.stringify(text)).replaceAll(/\\./g, (escape) => escapes[escape] ?? escape);
}
