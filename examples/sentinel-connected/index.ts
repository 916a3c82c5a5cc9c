import type { Construct } from "constructs";
import { AccountOnboarding, CloudTrailFanout, fanoutPhase } from "../../modules";
import { trailVariables } from "../environment";
import { ConnectorExampleStack } from "../example-stack";

/**
 * An AWS account that Microsoft Sentinel reads already. Its identity provider is extended and its trail is shared; phase
 * `release` gives both back.
 */
export class SentinelConnected extends ConnectorExampleStack {
  public constructor(scope: Construct, name: string) {
    super(scope, name);
    const phase = fanoutPhase("FANOUT_PHASE", process.env.FANOUT_PHASE ?? "prepare");
    const onboarding = new AccountOnboarding(this, "Onboarding", {
      ...this.environment,
      accessLevel: "leastPrivilege",
      plans: {
        defenderCspm: {},
        servers: { subPlan: "P2" },
      },
      identityProvider: { mode: phase === "release" ? "verify" : "extend" },
    });
    const trail = trailVariables(this);
    const fanout = new CloudTrailFanout(this, "Fanout", {
      phase,
      ...this.aws,
      bucketName: trail.bucketName,
      trailLayout: { kind: "account" },
      sentinel: {
        queueName: trail.sentinelQueueName,
        roleArns: [trail.sentinelRoleArn],
        notificationRule: {
          id: trail.sentinelRuleId,
          events: ["s3:ObjectCreated:*"],
          prefix: `AWSLogs/${this.aws.awsAccountId}/CloudTrail/`,
          suffix: ".gz",
        },
      },
      defender: { readerRoleArns: [trail.defenderReaderRoleArn] },
      // Every other rule of the bucket goes in here: what is not declared is removed.
      otherRules: { queues: [], topics: [], lambdaFunctions: [], eventBridge: false },
    });
    this.output("role_arns", "ARNs of the roles that Defender assumes, by their key.", onboarding.roleArns);
    this.output("identity_provider_arn", "ARN of the shared OIDC identity provider.", onboarding.identityProviderArn);
    this.output("connector_id", "Resource id of the security connector.", onboarding.connectorId);
    this.output("bucket_arn", "ARN of the bucket: the portal asks for it.", fanout.bucketArn);
    this.output("defender_queue_arn", "ARN of Defender's queue: the portal asks for it.", fanout.defenderQueueArn);
  }
}
