import { TerraformElement } from "cdktf";
import type { TerraformResource } from "cdktf";
import { addressOf } from "./address";

/**
 * Adopts an object that exists: Terraform takes it into the state instead of creating it. Renders an `import` block; cdktf's
 * own `importFrom` does too, but runs `terraform version` at every synth.
 */
export class ImportBlock extends TerraformElement {
  /** @param id - the object's id, as the provider's documentation of the resource has it */
  public constructor(
    private readonly resource: TerraformResource,
    private readonly id: string,
  ) {
    super(resource, "Import");
  }

  public override toTerraform(): unknown {
    return { import: [{ to: addressOf(this.resource), id: this.id }] };
  }
}
