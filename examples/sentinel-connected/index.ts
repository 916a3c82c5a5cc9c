import type { Construct } from "constructs";
import { AccountOnboarding } from "../../modules";
import { ExampleStack } from "../example-stack";

/** An AWS account that Microsoft Sentinel reads already: its identity provider is extended, never replaced. */
export class SentinelConnected extends ExampleStack {
  public constructor(scope: Construct, name: string) {
    super(scope, name);
    const onboarding = new AccountOnboarding(this, "Onboarding", {
      ...this.environment,
      accessLevel: "leastPrivilege",
      plans: {
        defenderCspm: {},
        servers: { subPlan: "P2" },
      },
      identityProvider: { mode: "extend" },
    });
    this.output("role_arns", "ARNs of the roles that Defender assumes, by their key.", onboarding.roleArns);
    this.output("identity_provider_arn", "ARN of the shared OIDC identity provider.", onboarding.identityProviderArn);
    this.output("connector_id", "Resource id of the security connector.", onboarding.connectorId);
  }
}
