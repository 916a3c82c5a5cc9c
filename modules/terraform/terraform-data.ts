import { TerraformResource } from "cdktf";
import type { TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";

/** Arguments of `terraform_data`. */
export interface TerraformDataConfig extends TerraformMetaArguments {
  /**
   * A value to keep in the state.
   * @default none
   */
  readonly input?: string;
  /**
   * A value whose change replaces it.
   * @default none
   */
  readonly triggersReplace?: string;
}

/**
 * An object that exists only in the state: `terraform_data`, which is built into Terraform. cdktf's own class for it runs
 * `terraform version` at every synth.
 */
export class TerraformData extends TerraformResource {
  private readonly values: object;

  public constructor(scope: Construct, id: string, { input, triggersReplace, ...config }: TerraformDataConfig = {}) {
    super(scope, id, { ...config, terraformResourceType: "terraform_data" });
    this.values = { input, triggers_replace: triggersReplace };
  }

  /** The value that it keeps. */
  public get output(): string {
    return this.getStringAttribute("output");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.values };
  }
}
