import { TerraformElement } from "cdktf";
import type { TerraformResource } from "cdktf";

/**
 * Tells Terraform that a resource had another address: it keeps the object instead of replacing it. Renders a `moved`
 * block; cdktf's own `moveFromId` does too, but runs `terraform version` at every synth.
 */
export class MovedBlock extends TerraformElement {
  /** @param from - the former address */
  public constructor(
    private readonly resource: TerraformResource,
    private readonly from: string,
  ) {
    super(resource, "Moved");
  }

  public override toTerraform(): unknown {
    const { resource, from } = this;
    return { moved: [{ from, to: `${resource.terraformResourceType}.${resource.friendlyUniqueId}` }] };
  }
}
