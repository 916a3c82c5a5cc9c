import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { InputError } from "../inputs";
import { nearestProvider } from "./nearest-provider";

/**
 * The AWS provider once more, under an alias that belongs to one construct: a lock on what the construct adopted.
 *
 * `prevent_destroy` goes when the construct goes, and Terraform would then destroy an object that others use. An object
 * whose provider configuration is gone it refuses to touch: "Provider configuration not present". So the plan stops until
 * the construct is back, and the object has been given back in an apply of its own.
 *
 * It has what the original has, overrides included, but not what is overridden on the stack; a region of its own wins.
 */
export class DeletionLockProvider extends AwsProvider {
  /** @param original - the provider to repeat; absent: the default provider of the nearest scope */
  public constructor(
    scope: Construct,
    id: string,
    private readonly original?: TerraformProvider,
  ) {
    super(scope, id);
    // Known only now; unique in the stack, and of letters that Terraform takes.
    this.alias = this.friendlyUniqueId;
  }

  /** @throws InputError where there is no provider to repeat: Terraform would use whatever the environment has */
  public override toTerraform(): unknown {
    const original = this.original ?? nearestProvider(this, "aws");
    if (!original) {
      throw InputError.of(
        "awsProvider",
        undefined,
        `${this.node.path} finds no AWS provider without an alias: create an AwsProvider in the stack, or give the prop awsProvider`,
      );
    }
    const configuration = original.toTerraform() as { provider: { aws: [object] } };
    const region = this.regionInput === undefined ? {} : { region: this.regionInput };
    return { provider: { aws: [{ ...configuration.provider.aws[0], ...region, alias: this.alias }] } };
  }
}
