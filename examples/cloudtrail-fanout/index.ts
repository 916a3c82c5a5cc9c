import type { Construct } from "constructs";
import { addProviders, CloudTrailFanout } from "../../modules";
import { ExampleStack } from "../example-stack";
import { sentinelTrail } from "../sentinel-trail";

const NAME = "cloudtrail-fanout";

/** An account whose CloudTrail Sentinel already reads: Defender for Cloud becomes a second reader. */
export class CloudTrailFanoutExample extends ExampleStack {
  public constructor(scope: Construct, name = NAME, isRelease = false) {
    super(scope, name, NAME);
    addProviders(this, { ...this.aws, cloudTrailFanout: true });
    const fanout = new CloudTrailFanout(this, "Fanout", {
      ...sentinelTrail(this, this.aws, isRelease),
      alarms: { actionArns: [] },
    });
    this.output("bucket_arn", "ARN of the bucket: the portal asks for it.", fanout.bucketArn);
    this.output(
      "defender_queue_arn",
      "ARN of Defender's queue: the portal asks for it.",
      fanout.defenderQueueArn,
      fanout,
    );
    this.output("topic_arn", "ARN of the topic.", fanout.topicArn, fanout);
    this.output("dead_letter_queue_arns", "ARNs of the dead-letter queues.", fanout.deadLetterQueueArns, fanout);
    this.output(
      "key_policy_statements",
      "What the owners of customer managed keys must add to their policies.",
      fanout.keyPolicyStatements,
    );
  }
}

/** A separate configuration for the same state: releases what is shared and destroys the rest. */
export class CloudTrailFanoutRelease extends CloudTrailFanoutExample {
  public constructor(scope: Construct, name = `${NAME}-release`) {
    super(scope, name, true);
  }
}
