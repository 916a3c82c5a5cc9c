import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { requireProviders } from "../modules";
import { environmentVariables } from "./environment";

/** What every example has: its variables, its providers, and a state file at the top of the repository. */
export class ExampleStack extends TerraformStack {
  protected readonly environment: ReturnType<typeof environmentVariables>;

  public constructor(scope: Construct, name: string) {
    super(scope, name);
    // Relative to cdktf.out/stacks/<name>, where Terraform runs; cdktf's own default is an absolute path.
    new LocalBackend(this, { path: `../../../terraform.${name}.tfstate` });
    this.environment = environmentVariables(this);
    new AwsProvider(this, "aws", { region: this.environment.awsRegion });
    new AzurermProvider(this, "azurerm", {
      subscriptionId: this.environment.azureSubscriptionId,
      features: [{}],
    });
    new TimeProvider(this, "time");
    new RandomProvider(this, "random");
    requireProviders(this, "aws", "azurerm", "time", "random");
  }

  /** An output under its plain name. */
  protected output(name: string, description: string, value: unknown): void {
    new TerraformOutput(this, name, { description, value, staticId: true });
  }
}
