import { TerraformElement } from "cdktf";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";

/** Address of a resource. */
export function addressOf(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}

/** Address that a resource of this type has below a construct, without declaring it. */
export function reserveAddress(scope: Construct, resourceType: string, id: string): string {
  return `${resourceType}.${new TerraformElement(scope, id).friendlyUniqueId}`;
}
