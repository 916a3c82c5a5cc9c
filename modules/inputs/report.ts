import type { Format } from "./formats";
import { fault } from "./input-error";
import type { Fault } from "./input-error";

/** A value that only Terraform knows, and the condition that it must meet. */
export type TerraformInput =
  | { readonly prop: string; readonly value: string; readonly format: Format }
  | { readonly prop: string; readonly entries: readonly string[]; readonly format?: Format; readonly distinct?: string }
  | {
      readonly prop: string;
      readonly value: number;
      readonly least: number;
      readonly most: number;
      readonly unit: string;
    };

/** Collects the results of a check: faults of literals, and the values that Terraform has to check. */
export class Report {
  public readonly faults: Fault[] = [];
  public readonly terraformInputs: TerraformInput[] = [];

  /**
   * @param prop - where the value was given
   * @param allowed - what is allowed, and what to do, as the end of a sentence
   */
  public fault(prop: string, value: unknown, allowed: string): void {
    this.faults.push(fault(prop, value, allowed));
  }

  /** The value is a Terraform value: a condition at plan takes the place of the check. */
  public atPlan(input: TerraformInput): void {
    this.terraformInputs.push(input);
  }
}
