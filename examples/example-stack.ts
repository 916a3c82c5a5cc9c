import { TerraformOutput, TerraformStack } from "cdktf";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { addProviders } from "../modules";
import type { ConnectedAccount } from "../modules";
import { awsVariables, azureVariables } from "./environment";
import { StateFile } from "./state-file";

/** What every example has: an AWS account, and a state file at the top of the repository. */
export class ExampleStack extends TerraformStack {
  protected readonly aws: ReturnType<typeof awsVariables>;

  /** @param stateName - names the state file: stacks that are configurations of one state share it */
  public constructor(scope: Construct, name: string, stateName = name) {
    super(scope, name);
    new StateFile(this, stateName);
    this.aws = awsVariables(this);
  }

  /** An output under its plain name. It waits for what it names: the text of an ARN is known before the object exists. */
  protected output(name: string, description: string, value: unknown, ...dependsOn: ITerraformDependable[]): void {
    new TerraformOutput(this, name, { description, value, dependsOn, staticId: true });
  }
}

/** An example that creates a connector. */
export class ConnectorExampleStack extends ExampleStack {
  /** Props of an onboarding. */
  protected readonly environment: ReturnType<typeof awsVariables> & ReturnType<typeof azureVariables>;

  public constructor(scope: Construct, name: string, stateName = name) {
    super(scope, name, stateName);
    this.environment = { ...this.aws, ...azureVariables(this) };
    const { awsAccountId, awsRegion, azureSubscriptionId } = this.environment;
    addProviders(this, { awsAccountId, awsRegion, azureSubscriptionId });
  }

  /** Outputs about the account that every onboarding has. */
  protected accountOutputs({ cspmReadEvents, roleArnsByPlan, roles }: ConnectedAccount): void {
    this.output(
      "cspm_read_events",
      "Fields of CloudTrail records: leave out events that have all of them, where a SIEM bills what it ingests.",
      cspmReadEvents,
      roles,
    );
    this.output("role_arns_by_plan", "ARNs of the roles that each plan assumes.", roleArnsByPlan, roles);
  }
}
