import type { Construct } from "constructs";
import { CloudTrailFanout, fanoutPhase } from "../../modules";
import { trailVariables } from "../environment";
import { ExampleStack } from "../example-stack";

/** An account whose CloudTrail Sentinel reads already: Defender for Cloud comes as a second reader. */
export class CloudTrailFanoutExample extends ExampleStack {
  public constructor(scope: Construct, name: string) {
    super(scope, name);
    const trail = trailVariables(this);
    const fanout = new CloudTrailFanout(this, "Fanout", {
      phase: fanoutPhase("FANOUT_PHASE", process.env.FANOUT_PHASE ?? "prepare"),
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
      // Every other rule of the bucket goes in here: what is not declared is removed. See the README.
      otherRules: { queues: [], topics: [], lambdaFunctions: [], eventBridge: false },
      alarms: { actionArns: [] },
    });
    this.output("bucket_arn", "ARN of the bucket: the portal asks for it.", fanout.bucketArn);
    this.output("defender_queue_arn", "ARN of Defender's queue: the portal asks for it.", fanout.defenderQueueArn);
    this.output("topic_arn", "ARN of the topic.", fanout.topicArn);
    this.output("dead_letter_queue_arns", "ARNs of the dead-letter queues.", fanout.deadLetterQueueArns);
  }
}
