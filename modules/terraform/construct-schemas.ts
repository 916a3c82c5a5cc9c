import { TerraformDataSource, TerraformElement, TerraformResource } from "cdktf";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { list, unlessItThrows } from "../inputs";
import type { Schema } from "../inputs";

/*
 * Schemas of inputs that are constructs. They are recognized by their members, not by their class: a stack may have its own
 * bindings, or another copy of cdktf.
 */

/** A Terraform provider of a type, from any bindings. */
export function provider(type: string): Schema<TerraformProvider> {
  return instance<TerraformProvider>(
    (value) =>
      value.terraformResourceType === type &&
      typeof value.fqn === "string" &&
      typeof value.toTerraform === "function" &&
      !isResource(value),
    `a provider "${type}" (a cdktf provider construct)`,
  );
}

/** The dependencies of a construct. */
export function dependencies(): Schema<readonly ITerraformDependable[]> {
  const { read } = list(
    instance<ITerraformDependable>(
      (value) => typeof value.fqn === "string" && (!TerraformElement.isTerraformElement(value) || isDependable(value)),
      "a resource, a data source, a module or a construct of this package",
    ),
  );
  return { read };
}

/** Providers, variables and outputs have an address, too, but Terraform waits for none of them. */
function isDependable(element: TerraformElement): boolean {
  return isResource(element) || "source" in element;
}

function isResource(value: object): boolean {
  return TerraformResource.isTerraformResource(value) || TerraformDataSource.isTerraformDataSource(value);
}

function instance<Value extends object>(isOne: (value: Partial<Value>) => boolean, expected: string): Schema<Value> {
  return {
    read: (value, at, report) => {
      if (!unlessItThrows(() => typeof value === "object" && value !== null && isOne(value))) {
        report.fault(at, value, `expected ${expected}`);
      }
      return value as Value;
    },
  };
}
