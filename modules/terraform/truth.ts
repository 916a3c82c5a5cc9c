import { Fn, Op, Token } from "cdktf";
import type { IResolvable } from "cdktf";

/** Whether something holds: known where all values are literals, else an expression that Terraform evaluates at plan. */
export type Truth = boolean | IResolvable;

/** Whether the value starts with the prefix. */
export function startsWith(value: string, prefix: string): Truth {
  return known(value, prefix) ? value.startsWith(prefix) : Fn.startswith(operand(value), operand(prefix));
}

/** Whether the value ends with the suffix. */
export function endsWith(value: string, suffix: string): Truth {
  return known(value, suffix) ? value.endsWith(suffix) : Fn.endswith(operand(value), operand(suffix));
}

/** Whether the value contains the part. */
export function contains(value: string, part: string): Truth {
  return known(value, part) ? value.includes(part) : Fn.strcontains(operand(value), operand(part));
}

/** Whether the two are equal. */
export function equal(a: string, b: string): Truth {
  return known(a, b) ? a === b : Op.eq(operand(a), operand(b));
}

/** Whether both hold. */
export function both(a: Truth, b: Truth): Truth {
  if (typeof a === "boolean") {
    return a && b;
  }
  return typeof b === "boolean" ? b && a : Op.and(a, b);
}

/** Whether at least one holds. */
export function either(a: Truth, b: Truth): Truth {
  if (typeof a === "boolean") {
    return a || b;
  }
  return typeof b === "boolean" ? b || a : Op.or(a, b);
}

/** Whether it does not hold. */
export function not(truth: Truth): Truth {
  return typeof truth === "boolean" ? !truth : Op.not(truth);
}

/**
 * A string as an argument of a Terraform function. A template around a Terraform value is joined from its parts, because
 * cdktf warns of interpolations inside functions.
 */
export function operand(value: string): string {
  const parts = value.split(/(\$\{TfToken\[[^\]]+\]\})/).filter((part) => part !== "");
  return parts.length < 2 ? value : Fn.join("", parts);
}

/** Two literals, or twice the same Terraform value. */
function known(a: string, b: string): boolean {
  return a === b || !(Token.isUnresolved(a) || Token.isUnresolved(b));
}
