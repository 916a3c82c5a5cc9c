import type { Report } from "./report";
import { isTerraformValue } from "./terraform-values";

/*
 * What to do about a value that only Terraform knows, where it does not fit.
 */

export const AS_LITERAL = "it must be known when the stack is synthesized: give a literal";
export const AS_STRING = "give it as a string: the stringValue of a variable, or Token.asString of another value";
export const AS_NUMBER = "give it as a number: the numberValue of a variable, or Token.asNumber of another value";
export const AS_LIST = "give it as a list: the listValue of a variable, or Token.asList of another value";

/** Reports a value that is not allowed, with what to do where only Terraform knows it. */
export function refuse(report: Report, at: string, value: unknown, allowed: string, forTerraform = AS_LITERAL): void {
  report.fault(at, value, isTerraformValue(value) ? `${allowed}; ${forTerraform}` : allowed);
}
