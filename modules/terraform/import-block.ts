import { TerraformElement } from "cdktf";
import type { TerraformResource } from "cdktf";
import { addressOf } from "./address";

/**
 * Adopts an existing object: Terraform imports it into the state instead of creating it. Renders an `import` block; cdktf's
 * own `importFrom` does too, but runs `terraform version` at every synth.
 */
export class ImportBlock extends TerraformElement {
  /**
   * @param id - the object's import id, as the provider documents it for the resource
   * @param forEach - a Terraform set with the id, or empty if there is nothing to adopt; the id is then `${each.value}`
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
