import type { Precondition } from "cdktf";
import { InputError, Report, text } from "../inputs";
import type { Format, Schema, TerraformInput } from "../inputs";
import type { BooleanOrToken } from "./condition";
import { code, expression, withoutMarks } from "./expression";
import type { Expression } from "./expression";
import { withoutDirectives } from "./without-directives";

/** Inputs that passed the checks, and the conditions that Terraform has to check at plan. */
export interface CheckedInputs<Value> {
  /** The inputs, with every default filled in. */
  readonly inputs: Value;
  /** Conditions on the format of inputs that are Terraform values. */
  readonly preconditions: readonly Precondition[];
  /** Conditions from rules between inputs, if one of them is a Terraform value. */
  readonly rulePreconditions: readonly Precondition[];
}

/** Collects the results of rules between inputs. */
export class RuleChecks {
  public readonly preconditions: Precondition[] = [];

  /** @param given - the props as the user gave them, for messages */
  public constructor(
    private readonly report: Report,
    public readonly given: Readonly<Record<string, unknown>>,
  ) {}

  /** The value is not allowed. */
  public fault(prop: string, value: unknown, allowed: string): void {
    this.report.fault(prop, value, allowed);
  }

  /** The value must have the format. */
  public format(prop: string, value: string, format: Format): void {
    text(format).read(value, prop, this.report);
  }

  /**
   * The condition must hold: a literal that breaks it is a fault, a Terraform value gets a precondition.
   * @param allowed - what is allowed, and what to do, as the end of a sentence
   */
  public holds(condition: BooleanOrToken, prop: string, value: string, allowed: string): void {
    if (condition === false) {
      this.report.fault(prop, value, allowed);
    } else if (condition !== true) {
      this.preconditions.push(refusal(prop, condition, value, allowed));
    }
  }
}

/**
 * Checks the props of a construct by their schema, then by the rules between them.
 * @param rules - applied if every input is well-formed
 * @throws InputError with every fault
 */
export function checkInputs<Value>(
  schema: Schema<Value>,
  props: unknown,
  rules: (inputs: Value, checks: RuleChecks) => void = () => undefined,
): CheckedInputs<Value> {
  const report = new Report();
  const checks = new RuleChecks(report, props as Readonly<Record<string, unknown>>);
  const inputs = schema.read(props, "", report);
  if (report.faults.length === 0) {
    rules(inputs, checks);
  }
  if (report.faults.length > 0) {
    throw new InputError(report.faults);
  }
  return {
    inputs,
    preconditions: report.terraformInputs.flatMap(preconditionsOf),
    rulePreconditions: checks.preconditions,
  };
}

/** The conditions that replace the check of a literal, with the same messages. */
export function preconditionsOf(input: TerraformInput): Precondition[] {
  const { prop, value } = input;
  if ("least" in input) {
    const { least, most, unit } = input;
    const number = code(withoutMarks(value));
    const isWhole = expression`${number} >= ${least} && ${number} <= ${most} && floor(${number}) == ${number}`;
    return [refusal(prop, isWhole, number, `expected a whole number from ${least} to ${most} (${unit})`, "")];
  }
  const allowed = `expected ${input.format.expected}`;
  if (typeof value === "string") {
    return [refusal(prop, hasFormat(expression`${value}`, input.format), value, allowed)];
  }
  const malformed = expression`[for entry in ${value} : entry if !(${hasFormat(code("entry"), input.format)})]`;
  const all = expression`join(", ", ${value})`;
  return [
    refusal(prop, expression`length(${malformed}) == 0`, expression`join(", ", ${malformed})`, allowed),
    ...("distinct" in input && input.distinct !== undefined
      ? [refusal(prop, expression`length(${value}) == length(distinct(${value}))`, all, input.distinct)]
      : []),
  ];
}

function refusal(prop: string, condition: Expression, value: unknown, allowed: string, quote = '"'): Precondition {
  return {
    condition: condition.toString(),
    errorMessage: `${withoutDirectives(prop)}: ${quote}${String(withoutDirectives(value))}${quote} is not allowed; ${allowed}.`,
  };
}

function hasFormat(value: Expression, { pattern, refused = [], longest }: Format) {
  const matches = expression`can(regex(${pattern}, ${value}))`;
  const notRefused = refused.length === 0 ? code("") : expression` && !contains(${refused}, lower(${value}))`;
  const notTooLong = longest === undefined ? code("") : expression` && length(${value}) <= ${longest}`;
  return expression`${matches}${notRefused}${notTooLong}`;
}
