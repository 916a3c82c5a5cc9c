import { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";

/**
 * The default provider of a type for a construct: the one without an alias, from any bindings, in the nearest scope around the
 * construct. Absent if there is none, or if it is created later.
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
