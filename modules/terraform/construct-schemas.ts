import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { list } from "../inputs";
import type { Schema } from "../inputs";

/*
 * Schemas of inputs that are constructs. They are told by what they can do, not by their class: a stack may have bindings of
 * its own, or another copy of cdktf.
 */

/** A Terraform provider of a type, of whatever bindings. */
export function provider(type: string): Schema<TerraformProvider> {
  return instance<TerraformProvider>(
    (value) => value.terraformResourceType === type,
    `a provider "${type}" (a cdktf provider construct)`,
  );
}

/** What a construct waits for. */
export function dependencies(): Schema<readonly ITerraformDependable[]> {
  const { read } = list(
    instance<ITerraformDependable>(
      (value) => "fqn" in value,
      "a resource, a data source or a construct of this package",
    ),
  );
  return { read };
}

function instance<Value extends object>(isOne: (value: Partial<Value>) => boolean, expected: string): Schema<Value> {
  return {
    read: (value, at, report) => {
      if (typeof value !== "object" || value === null || !isOne(value)) {
        report.fault(at, value, `expected ${expected}`);
      }
      return value as Value;
    },
  };
}
