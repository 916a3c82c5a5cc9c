import { Fn, Op, Token } from "cdktf";
import type { IResolvable } from "cdktf";

/** Whether something holds: known where all values are literals, else an expression that Terraform evaluates at plan. */
export type Truth = boolean | IResolvable;

/** Whether the value starts with the prefix. */
export function startsWith(value: string, prefix: string): Truth {
  return areLiterals(value, prefix) ? value.startsWith(prefix) : Fn.startswith(value, prefix);
}

/** Whether the value ends with the suffix. */
export function endsWith(value: string, suffix: string): Truth {
  return areLiterals(value, suffix) ? value.endsWith(suffix) : Fn.endswith(value, suffix);
}

/** Whether the value contains the part. */
export function contains(value: string, part: string): Truth {
  return areLiterals(value, part) ? value.includes(part) : Fn.strcontains(value, part);
}

/** Whether the two are equal. */
export function equal(a: string, b: string): Truth {
  return areLiterals(a, b) ? a === b : Op.eq(a, b);
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

function areLiterals(...values: readonly string[]): boolean {
  return !values.some((value) => Token.isUnresolved(value));
}
