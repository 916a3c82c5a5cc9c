import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";

/**
 * Stands where a resource stood, with the scope and id that the resource had, and gives its object back: Terraform forgets
 * it and leaves it as it is. Renders a `removed` block, for which cdktf has no construct. It acts in an apply only:
 * `plan -destroy` does not look at it.
 */
export class RemovedBlock extends TerraformElement {
  /** @param resourceType - type of the resource, for instance `aws_sqs_queue_policy` */
  public constructor(
    scope: Construct,
    id: string,
    private readonly resourceType: string,
  ) {
    super(scope, id);
  }

  public override toTerraform(): unknown {
    return { removed: [{ from: `${this.resourceType}.${this.friendlyUniqueId}`, lifecycle: { destroy: false } }] };
  }
}
