import { TerraformResource } from "cdktf";
import type { TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";

/** Arguments of `time_sleep`, as far as an onboarding needs them. */
export interface TimeSleepConfig extends TerraformMetaArguments {
  /** How long its creation takes, for instance `30s`. */
  readonly createDuration: string;
  /** Values whose change makes it wait again. */
  readonly triggers: Readonly<Record<string, string>>;
}

/**
 * `time_sleep` of hashicorp/time: a wait. The provider has no configuration, so a stack needs no provider construct for it, as the
 * generated class would.
 */
export class TimeSleep extends TerraformResource {
  private readonly values: object;

  public constructor(scope: Construct, id: string, { createDuration, triggers, ...config }: TimeSleepConfig) {
    super(scope, id, { ...config, terraformResourceType: "time_sleep" });
    this.values = { create_duration: createDuration, triggers };
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.values };
  }
}
