import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/**
 * The AWS provider once more, under an alias that belongs to one construct: a lock on what the construct adopted.
 *
 * `prevent_destroy` goes when the construct goes, and Terraform would then destroy an object that others use. An object
 * whose provider configuration is gone it refuses to touch: "Provider configuration not present". So the plan stops until
 * the construct is back, and the object has been given back in an apply of its own.
 */
export class TwinProvider extends AwsProvider {
  private readonly original: AwsProvider | undefined;

  /** @param original - the provider to repeat; absent: the stack's */
  public constructor(scope: Construct, id: string, original?: AwsProvider) {
    super(scope, id);
    // Known only now; unique in the stack, and of letters that Terraform takes.
    this.alias = this.friendlyUniqueId;
    this.original = original;
  }

  public override toTerraform(): unknown {
    const { original = this.stackProvider() } = this;
    const configuration = original?.toTerraform() as { provider: { aws: [object] } } | undefined;
    return { provider: { aws: [{ ...configuration?.provider.aws[0], alias: this.alias }] } };
  }

  private stackProvider(): AwsProvider | undefined {
    const nodes = TerraformStack.of(this).node.findAll();
    return nodes.find((node): node is AwsProvider => node instanceof AwsProvider && node.alias === undefined);
  }
}
