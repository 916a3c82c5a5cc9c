import type { Precondition } from "cdktf";
import { FOREIGN_REFERENCE_START, InputError, Report, text } from "../inputs";
import type { Format, Schema, TerraformInput } from "../inputs";
import type { BooleanOrToken } from "./condition";
import { code, expression, withoutMarks } from "./expression";
import type { Expression } from "./expression";
import { withoutDirectives } from "./without-directives";

/** Inputs that passed the checks, and the conditions that Terraform has to check at plan. */
export interface CheckedInputs<Value> {
  /** The inputs, with every default filled in. */
  readonly inputs: Value;
  /** Conditions on inputs that are Terraform values: on their format, and from rules between inputs. */
  readonly preconditions: readonly Precondition[];
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

  /**
   * No input may contain a hand-written interpolation, `${var.name}`, instead of a value of cdktf.
   * @param reason - why, and what to give
   */
  public noneWrittenByHand(reason: string): void {
    for (const { prop, ...input } of this.report.terraformInputs) {
      const texts = "entries" in input ? input.entries : [String(input.value)];
      for (const text of texts.filter((entry) => entry.search(FOREIGN_REFERENCE_START) >= 0)) {
        this.fault(prop, text, reason);
      }
    }
  }

  /** The value must have the format. */
  public format(prop: string, value: string, format: Format): void {
    const inputs = new Report();
    text(format).read(value, prop, inputs);
    this.report.faults.push(...inputs.faults);
    this.preconditions.push(...inputs.terraformInputs.flatMap(preconditionsOf));
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

const handedOn = new WeakSet();

/** Marks props that a construct has checked and passes on to a part of itself: the part adds no second condition on their format. */
export function handOn<Props extends object>(props: Props): Props {
  handedOn.add(props);
  return props;
}

/** Whether another construct has checked the props, and their rules, before it passed them on. */
export function isHandedOn(props: object): boolean {
  return handedOn.has(props);
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
  const form = handedOn.has(props as object) ? [] : report.terraformInputs.flatMap(preconditionsOf);
  return { inputs, preconditions: [...form, ...checks.preconditions] };
}

/** The conditions that replace the check of a literal, with the same messages. */
export function preconditionsOf(input: TerraformInput): Precondition[] {
  const { prop } = input;
  if ("least" in input) {
    const { least, most, unit } = input;
    const number = code(withoutMarks(input.value));
    const isWhole = expression`${number} >= ${least} && ${number} <= ${most} && floor(${number}) == ${number}`;
    return [refusal(prop, isWhole, number, `expected a whole number from ${least} to ${most} (${unit})`, "")];
  }
  if ("entries" in input) {
    const { entries, format, distinct } = input;
    return [
      ...(format === undefined ? [] : [entriesHaveFormat(prop, entries, format)]),
      ...(distinct === undefined ? [] : [entriesDiffer(prop, entries, distinct)]),
    ];
  }
  const { value, format } = input;
  return [refusal(prop, hasFormat(expression`${value}`, format), value, `expected ${format.expected}`)];
}

function entriesHaveFormat(prop: string, list: readonly string[], format: Format): Precondition {
  const malformed = expression`[for entry in ${list} : entry if !(${hasFormat(code("entry"), format)})]`;
  const shown = expression`join(", ", ${malformed})`;
  return refusal(prop, expression`length(${malformed}) == 0`, shown, `expected ${format.expected}`);
}

function entriesDiffer(prop: string, list: readonly string[], allowed: string): Precondition {
  return refusal(
    prop,
    expression`length(${list}) == length(distinct(${list}))`,
    expression`join(", ", ${list})`,
    allowed,
  );
}

function refusal(prop: string, condition: Expression, value: unknown, allowed: string, quote = '"'): Precondition {
  return {
    condition: condition.toString(),
    errorMessage: withoutDirectives(`${prop}: ${quote}${String(value)}${quote} is not allowed; ${allowed}.`),
  };
}

function hasFormat(value: Expression, { pattern, refused = [], longest }: Format) {
  const matches = expression`can(regex(${pattern}, ${value}))`;
  const notRefused = refused.length === 0 ? code("") : expression` && !contains(${refused}, lower(${value}))`;
  const notTooLong = longest === undefined ? code("") : expression` && length(${value}) <= ${longest}`;
  return expression`${matches}${notRefused}${notTooLong}`;
}
