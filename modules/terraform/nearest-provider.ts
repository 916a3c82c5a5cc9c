import { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";

/**
 * The provider of a type that a construct uses unless another is named: the one without an alias, of whatever bindings, beside
 * the construct or beside one that holds it. Absent where there is none, or where it is created later.
 */
export function nearestProvider(construct: Construct, type: string): TerraformProvider | undefined {
  for (const outer of construct.node.scopes.reverse()) {
    for (const node of outer.node.children) {
      if (
        TerraformProvider.isTerraformProvider(node) &&
        node.terraformResourceType === type &&
        node.alias === undefined
      ) {
        return node;
      }
    }
  }
  return undefined;
}
