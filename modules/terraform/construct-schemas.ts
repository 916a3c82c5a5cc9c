import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { list } from "../inputs";
import type { Schema } from "../inputs";

/*
 * Schemas of inputs that are constructs. They are recognized by their members, not by their class: a stack may have its own
 * bindings, or another copy of cdktf.
 */

/** A Terraform provider of a type, from any bindings. */
export function provider(type: string): Schema<TerraformProvider> {
  return instance<TerraformProvider>(
    (value) => value.terraformResourceType === type,
    `a provider "${type}" (a cdktf provider construct)`,
  );
}

/** The dependencies of a construct. */
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
