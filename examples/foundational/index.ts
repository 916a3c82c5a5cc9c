import type { Construct } from "constructs";
import { AccountOnboarding } from "../../modules";
import { ConnectorExampleStack } from "../example-stack";

/** The cautious beginning: one AWS account with foundational CSPM, which is free, reads, and changes nothing in the account. */
export class Foundational extends ConnectorExampleStack {
  public constructor(scope: Construct, name: string) {
    super(scope, name);
    const onboarding = new AccountOnboarding(this, "Onboarding", {
      ...this.environment,
      accessLevel: "leastPrivilege",
      // Add plans consciously: docs/consequences.md says what each one bills, changes and reads.
      plans: {},
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
