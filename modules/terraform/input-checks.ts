import { Fn, Op, Token } from "cdktf";
import { checkFormat, InputError } from "../foundation";
import type { Format } from "../foundation";
import { operand } from "./truth";
import type { Truth } from "./truth";

/** A condition that Terraform evaluates at plan, and what it says where the condition does not hold. */
export interface Condition {
  /** Terraform expression. */
  readonly condition: string;
  /** Message for the person who set the value. */
  readonly errorMessage: string;
}

/**
 * Checks inputs that may be literals or Terraform values. A literal of the wrong form is refused at once; for a Terraform
 * value, which is known only at plan, a precondition is collected that the caller puts on a resource or data source.
 */
export class InputChecks {
  /** Preconditions for the inputs that are Terraform values. */
  public readonly preconditions: Condition[] = [];

  /**
   * The value must have the form.
   * @throws InputError where the value is a literal and has not
   */
  public format(prop: string, value: string, format: Format): void {
    if (typeof value === "string" && Token.isUnresolved(value)) {
      this.preconditions.push(formatCondition(prop, value, format));
    } else {
      checkFormat(prop, value, format);
    }
  }

  /**
   * What is said about the value must hold.
   * @param allowed - what is allowed, and how to mend it, as the end of a sentence
   * @throws InputError where all values are literals and it does not hold
   */
  public holds(truth: Truth, prop: string, value: string, allowed: string): void {
    if (truth === false) {
      throw new InputError(prop, value, allowed);
    }
    if (truth !== true) {
      const errorMessage = `${prop}: "${value}" is not allowed; ${allowed}.`;
      this.preconditions.push({ condition: Token.asString(truth), errorMessage });
    }
  }
}

/** A Terraform condition that a value has a form, with a message that names the input, the value and what is expected. */
export function formatCondition(prop: string, value: string, format: Format): Condition {
  const matches = Fn.can(Fn.regex(format.pattern, operand(value)));
  const { refused = [] } = format;
  const isAccepted =
    refused.length === 0 ? matches : Op.and(matches, Op.not(Fn.contains([...refused], Fn.lower(operand(value)))));
  return {
    condition: Token.asString(isAccepted),
    errorMessage: `${prop}: "${value}" is not allowed; expected ${format.expected}.`,
  };
}
