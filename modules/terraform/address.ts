import { TerraformDataSource, TerraformElement } from "cdktf";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";

/** Address of a resource or data source. */
export function addressOf(object: TerraformResource | TerraformDataSource): string {
  const address = `${object.terraformResourceType}.${object.friendlyUniqueId}`;
  return object instanceof TerraformDataSource ? `data.${address}` : address;
}

/** Address that a resource of this type would have below a construct; does not declare it. */
export function reserveAddress(scope: Construct, resourceType: string, id: string): string {
  return `${resourceType}.${new TerraformElement(scope, id).friendlyUniqueId}`;
}
