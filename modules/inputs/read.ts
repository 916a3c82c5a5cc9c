import { InputError } from "./input-error";
import { Report } from "./report";
import type { TerraformInput } from "./report";
import type { Schema } from "./schema";

/**
 * Reads an input by its schema.
 * @throws InputError with every fault
 */
export function read<Value>(
  schema: Schema<Value>,
  value: unknown,
  at = "",
): { readonly value: Value; readonly terraformInputs: readonly TerraformInput[] } {
  const report = new Report();
  const result = schema.read(value, at, report);
  if (report.faults.length > 0) {
    throw new InputError(report.faults);
  }
  return { value: result, terraformInputs: report.terraformInputs };
}
