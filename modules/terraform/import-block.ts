import { TerraformElement } from "cdktf";
import type { TerraformResource } from "cdktf";
import { addressOf } from "./address";

/**
 * Adopts an object that exists: Terraform takes it into the state instead of creating it. Renders an `import` block; cdktf's
 * own `importFrom` does too, but runs `terraform version` at every synth.
 */
export class ImportBlock extends TerraformElement {
  /**
   * @param id - the object's id, as the provider's documentation of the resource has it
   * @param forEach - a Terraform set with the id, or empty where there is nothing to adopt; the id is then `${each.value}`
   */
  public constructor(
    private readonly resource: TerraformResource,
    private readonly id: string,
    private readonly forEach?: string,
  ) {
    super(resource, "Import");
  }

  public override toTerraform(): unknown {
    const forEach = this.forEach === undefined ? {} : { for_each: this.forEach };
    return { import: [{ ...forEach, to: addressOf(this.resource), id: this.id }] };
  }
}
