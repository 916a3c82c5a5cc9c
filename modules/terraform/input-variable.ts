import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import type { Format } from "../inputs";
import { preconditionsOf } from "./check-inputs";

/** Properties of an input variable. */
export interface InputVariableProps {
  /** What the value is, for the person who sets it. */
  readonly description: string;
  /** The format that Terraform validates at plan. */
  readonly format: Format;
  /**
   * Value used if none is set.
   * @default none: the variable must be set
   */
  readonly default?: string;
}

/**
 * A string variable that Terraform validates at plan.
 * @returns the variable; its `stringValue` can be used in place of a literal
 */
export function inputVariable(scope: Construct, name: string, props: InputVariableProps): TerraformVariable {
  const variable = new TerraformVariable(scope, name, {
    type: "string",
    nullable: false,
    description: props.description,
    ...(props.default === undefined ? {} : { default: props.default }),
  });
  // A validation names its own variable, which exists only now.
  variable.overrideLogicalId(name);
  for (const validation of preconditionsOf({ prop: name, value: variable.stringValue, format: props.format })) {
    variable.addValidation(validation);
  }
  return variable;
}
