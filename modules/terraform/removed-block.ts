import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";

/**
 * Releases an object: Terraform forgets it and leaves it unchanged. Renders a `removed` block, for which cdktf has no
 * construct. It acts in an apply only: `plan -destroy` does not look at it.
 */
export class RemovedBlock extends TerraformElement {
  /** @param address - address of the resource, which must not be declared any more */
  public constructor(
    scope: Construct,
    id: string,
    private readonly address: string,
  ) {
    super(scope, id);
  }

  public override toTerraform(): unknown {
    return { removed: [{ from: this.address, lifecycle: { destroy: false } }] };
  }
}
