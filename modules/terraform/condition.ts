import { isTerraformString } from "../inputs";
import { expression } from "./expression";
import type { Expression } from "./expression";

/** Known at synth, else an expression that Terraform evaluates at plan. */
export type BooleanOrToken = boolean | Expression;

/** Whether the value starts with the prefix. */
export function startsWith(value: string, prefix: string): BooleanOrToken {
  return areKnown(value, prefix) ? value.startsWith(prefix) : expression`startswith(${value}, ${prefix})`;
}

/** Whether the value ends with the suffix. */
export function endsWith(value: string, suffix: string): BooleanOrToken {
  return areKnown(value, suffix) ? value.endsWith(suffix) : expression`endswith(${value}, ${suffix})`;
}

/** Whether the value contains the part. */
export function contains(value: string, part: string): BooleanOrToken {
  return areKnown(value, part) ? value.includes(part) : expression`strcontains(${value}, ${part})`;
}

/** Whether the two are equal. */
export function equal(a: string, b: string): BooleanOrToken {
  return areKnown(a, b) ? a === b : expression`${a} == ${b}`;
}

/** Whether both hold. */
export function both(a: BooleanOrToken, b: BooleanOrToken): BooleanOrToken {
  if (typeof a === "boolean") {
    return a && b;
  }
  return typeof b === "boolean" ? b && a : expression`(${a}) && (${b})`;
}

/** Whether at least one holds. */
export function either(a: BooleanOrToken, b: BooleanOrToken): BooleanOrToken {
  if (typeof a === "boolean") {
    return a || b;
  }
  return typeof b === "boolean" ? b || a : expression`(${a}) || (${b})`;
}

/** Whether it does not hold. */
export function not(condition: BooleanOrToken): BooleanOrToken {
  return typeof condition === "boolean" ? !condition : expression`!(${condition})`;
}

/** Whether both are literals, or both are the same Terraform value. */
function areKnown(a: string, b: string): boolean {
  return a === b || !(isTerraformString(a) || isTerraformString(b));
}
