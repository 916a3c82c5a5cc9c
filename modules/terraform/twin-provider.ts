import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformProvider, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { InputError } from "../foundation";

/**
 * The AWS provider once more, under an alias that belongs to one construct: a lock on what the construct adopted.
 *
 * `prevent_destroy` goes when the construct goes, and Terraform would then destroy an object that others use. An object
 * whose provider configuration is gone it refuses to touch: "Provider configuration not present". So the plan stops until
 * the construct is back, and the object has been given back in an apply of its own.
 *
 * It has what the original has, overrides included, but not what is overridden on the stack.
 *
 * Fails at synth where no provider is given and the stack has none without an alias.
 */
export class TwinProvider extends AwsProvider {
  private readonly original: TerraformProvider | undefined;

  /** @param original - the provider to repeat; absent: the stack's */
  public constructor(scope: Construct, id: string, original?: TerraformProvider) {
    super(scope, id);
    // Known only now; unique in the stack, and of letters that Terraform takes.
    this.alias = this.friendlyUniqueId;
    this.original = original;
  }

  public override toTerraform(): unknown {
    const { original = this.stackProvider() } = this;
    const configuration = original.toTerraform() as { provider: { aws: [object] } };
    return { provider: { aws: [{ ...configuration.provider.aws[0], alias: this.alias }] } };
  }

  /** Of any bindings, this package's or the user's own. */
  private stackProvider(): TerraformProvider {
    const provider = TerraformStack.of(this)
      .node.findAll()
      .filter((node) => TerraformProvider.isTerraformProvider(node))
      .find(({ terraformResourceType, alias }) => terraformResourceType === "aws" && alias === undefined);
    if (!provider) {
      // Else Terraform would use whatever region and credentials it finds in the environment.
      throw new InputError(
        "provider",
        undefined,
        `stack "${TerraformStack.of(this).node.id}" has no AWS provider without an alias: give ${this.node.scope?.node.path} its AWS provider (prop provider or awsProvider)`,
      );
    }
    return provider;
  }
}
