import type { TerraformStack } from "cdktf";
import { FORMATS, fanoutPhase, RULE_ID, STANDARD_QUEUE_NAME } from "../modules";
import type { CloudTrailFanoutProps, FanoutPhase } from "../modules";
import { variablesOf } from "./environment";

/** The phase that the environment variable FANOUT_PHASE names. */
export function phaseOfEnvironment(): FanoutPhase {
  return fanoutPhase("FANOUT_PHASE", process.env.FANOUT_PHASE ?? "prepare");
}

/** The trail of one account as Sentinel's set-up leaves it, with Defender as its second reader. */
export function sentinelTrail(
  stack: TerraformStack,
  aws: Pick<CloudTrailFanoutProps, "awsAccountId" | "awsRegion">,
): Omit<CloudTrailFanoutProps, "phase"> {
  const variable = variablesOf(stack);
  return {
    ...aws,
    bucketName: variable("cloudtrail_bucket_name", "The bucket into which CloudTrail writes.", FORMATS.bucketName),
    trailLayout: { kind: "account" },
    sentinel: {
      queueName: variable("sentinel_queue_name", "Name of the queue that Sentinel reads.", STANDARD_QUEUE_NAME),
      roleArns: [
        variable(
          "sentinel_role_arn",
          "ARN of the role with which Sentinel reads the queue. Its queue policy names it.",
          FORMATS.roleArn,
        ),
      ],
      notificationRule: {
        id: variable(
          "sentinel_rule_id",
          "Id of the bucket's rule for Sentinel's queue, as get-bucket-notification-configuration shows it.",
          RULE_ID,
        ),
        events: ["s3:ObjectCreated:*"],
        prefix: `AWSLogs/${aws.awsAccountId}/CloudTrail/`,
        suffix: ".gz",
      },
    },
    defender: {
      readerRoleArns: [
        variable(
          "defender_reader_role_arn",
          "ARN of the role with which Defender reads, from the template that the portal generates.",
          FORMATS.roleArn,
        ),
      ],
    },
    // Every other rule of the bucket goes in here: what is not declared is removed.
    otherRules: { queues: [], topics: [], lambdaFunctions: [], eventBridge: false },
  };
}
