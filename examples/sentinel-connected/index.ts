import type { Construct } from "constructs";
import { AccountOnboarding, CloudTrailFanout } from "../../modules";
import { ConnectorExampleStack } from "../example-stack";
import { phaseOfEnvironment, sentinelTrail } from "../sentinel-trail";

/**
 * An AWS account that Microsoft Sentinel reads already. Its identity provider is extended and its trail is shared; phase
 * `release` gives both back.
 */
export class SentinelConnected extends ConnectorExampleStack {
  public constructor(scope: Construct, name: string) {
    super(scope, name);
    const phase = phaseOfEnvironment();
    const onboarding = new AccountOnboarding(this, "Onboarding", {
      ...this.environment,
      accessLevel: "leastPrivilege",
      plans: {
        defenderCspm: {},
        servers: { subPlan: "P2" },
      },
      identityProvider: { mode: phase === "release" ? "release" : "extend" },
    });
    const fanout = new CloudTrailFanout(this, "Fanout", { ...sentinelTrail(this, this.aws), phase });
    this.output("role_arns", "ARNs of the roles that Defender assumes, by their key.", onboarding.roleArns);
    this.output("identity_provider_arn", "ARN of the shared OIDC identity provider.", onboarding.identityProviderArn);
    this.output("connector_id", "Resource id of the security connector.", onboarding.connectorId);
    this.output("bucket_arn", "ARN of the bucket: the portal asks for it.", fanout.bucketArn);
    this.output("defender_queue_arn", "ARN of Defender's queue: the portal asks for it.", fanout.defenderQueueArn);
  }
}
