import type { Construct } from "constructs";
import { AccountOnboarding, CloudTrailFanout, requireProviders } from "../../modules";
import { ConnectorExampleStack } from "../example-stack";
import { sentinelTrail } from "../sentinel-trail";

const NAME = "sentinel-connected";

/** An AWS account that Microsoft Sentinel already reads. Its identity provider is extended and its trail is shared. */
export class SentinelConnected extends ConnectorExampleStack {
  public constructor(scope: Construct, name = NAME, isRelease = false) {
    super(scope, name, NAME);
    requireProviders(this, "awsForFanout");
    const onboarding = new AccountOnboarding(this, "Onboarding", {
      ...this.environment,
      accessLevel: "leastPrivilege",
      plans: {
        defenderCspm: {},
        servers: { subPlan: "P2" },
      },
      identityProvider: { mode: isRelease ? "release" : "extend" },
    });
    const fanout = new CloudTrailFanout(this, "Fanout", sentinelTrail(this, this.aws, isRelease));
    this.accountOutputs(onboarding.account);
    this.output(
      "role_arns",
      "ARNs of the roles that Defender assumes, by their key.",
      onboarding.roleArns,
      onboarding.account.roles,
    );
    this.output(
      "identity_provider_arn",
      "ARN of the shared OIDC identity provider.",
      onboarding.identityProviderArn,
      onboarding.account.identityProvider,
    );
    this.output("connector_id", "Resource id of the security connector.", onboarding.connectorId, onboarding);
    this.output("bucket_arn", "ARN of the bucket: the portal asks for it.", fanout.bucketArn);
    this.output(
      "defender_queue_arn",
      "ARN of Defender's queue: the portal asks for it.",
      fanout.defenderQueueArn,
      fanout,
    );
  }
}

/** A separate configuration for the same state: releases the identity provider and the trail. */
export class SentinelConnectedRelease extends SentinelConnected {
  public constructor(scope: Construct, name = `${NAME}-release`) {
    super(scope, name, true);
  }
}
