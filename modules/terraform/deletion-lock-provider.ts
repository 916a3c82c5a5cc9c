import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { InputError } from "../inputs";
import { nearestProvider } from "./nearest-provider";

/**
 * A copy of the AWS provider under an alias that belongs to one construct: it locks the objects that the construct adopted.
 *
 * `prevent_destroy` disappears with the construct, and Terraform would then destroy an object that others use. Terraform
 * refuses to touch an object whose provider configuration is missing: "Provider configuration not present". So the plan stops
 * until the construct is back and the object has been released in a separate apply.
 *
 * The copy has the configuration of the original, overrides included, but not the overrides of the stack. Its own region wins.
 * An override file changes the provider without an alias only. So the copy takes only credentials of the declared account,
 * in a plan and in a destroy (docs/guardrails.md).
 */
export class DeletionLockProvider extends AwsProvider {
  /**
   * @param awsAccountId - the account whose credentials it takes, and no others
   * @param original - the provider to copy; absent: the default provider of the nearest scope
   */
  public constructor(
    scope: Construct,
    id: string,
    private readonly awsAccountId: string,
    private readonly original?: TerraformProvider,
  ) {
    super(scope, id);
    // Known only now; unique in the stack, and valid as a Terraform name.
    this.alias = this.friendlyUniqueId;
  }

  /** @throws InputError if there is no provider to copy: Terraform would use the configuration of the environment */
  public override toTerraform(): unknown {
    const original = this.original ?? nearestProvider(this, "aws");
    if (!original) {
      throw InputError.of(
        "awsProvider",
        undefined,
        `${this.node.path} finds no AWS provider without an alias: create an AwsProvider in the stack, or give the prop awsProvider`,
      );
    }
    const configuration = original.toTerraform() as { provider: { aws: [Record<string, unknown>] } };
    const repeated = { ...configuration.provider.aws[0] };
    // hashicorp/aws refuses the two lists together.
    delete repeated.forbidden_account_ids;
    const region = this.regionInput === undefined ? {} : { region: this.regionInput };
    const lock = { ...repeated, ...region, allowed_account_ids: [this.awsAccountId], alias: this.alias };
    return { provider: { aws: [lock] } };
  }
}
