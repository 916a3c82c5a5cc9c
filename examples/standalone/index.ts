import type { Construct } from "constructs";
import { AccountOnboarding } from "../../modules";
import { ConnectorExampleStack } from "../example-stack";

/** One AWS account that is not yet connected to Defender for Cloud or Sentinel. */
export class Standalone extends ConnectorExampleStack {
  public constructor(scope: Construct, name: string) {
    super(scope, name);
    const onboarding = new AccountOnboarding(this, "Onboarding", {
      ...this.environment,
      accessLevel: "leastPrivilege",
      plans: {
        defenderCspm: {},
        servers: { subPlan: "P2" },
        containers: {},
        databases: {},
      },
    });
    this.accountOutputs(onboarding.account);
    this.output(
      "role_arns",
      "ARNs of the roles that Defender assumes, by their key.",
      onboarding.roleArns,
      onboarding.account.roles,
    );
    this.output(
      "identity_provider_arn",
      "ARN of the OIDC identity provider.",
      onboarding.identityProviderArn,
      onboarding.account.identityProvider,
    );
    this.output("connector_id", "Resource id of the security connector.", onboarding.connectorId, onboarding);
  }
}
