import { TerraformElement } from "cdktf";
import type { TerraformResource } from "cdktf";
import { addressOf } from "./address";

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
    return { moved: [{ from: this.from, to: addressOf(this.resource) }] };
  }
}
