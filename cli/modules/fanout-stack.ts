import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformLocal, TerraformOutput } from "cdktf";
import type { TerraformStack } from "cdktf";
import { CloudTrailFanout } from "../../modules";
import { handOn } from "../../modules/terraform";
import { snakeCase, withCleanNames } from "../hcl";
import type { Blocks } from "../hcl";
import { addFanoutVariables, numberValue, value } from "./fanout-variables";
import type { PhaseSet } from "./fanout-variables";
import { synthesize } from "./synthesize";

/** What the construct takes as literals only: the module writes a variable in the place of each. */
export const MARKS = {
  reader: "arn:aws:iam::111122223333:role/reader-of-the-module",
  action: "arn:aws:sns:eu-central-1:111122223333:action-of-the-module",
  prefix: "prefix-of-the-module/",
  suffix: ".suffix-of-the-module",
  tag: "tags-of-the-module",
} as const;

/** Whether Defender's queue has readers. */
export const READERS = ["some", "none"] as const;

/** What changes the objects of a fan-out, besides the values of its inputs. */
export interface FanoutChoice {
  readonly readers: (typeof READERS)[number];
  readonly alarms: boolean;
}

/** A fan-out whose inputs are variables, as far as the construct can have them. */
export function fanoutStack(phases: PhaseSet, { readers, alarms }: FanoutChoice): Blocks {
  const stack = synthesize((scope) => {
    addFanoutVariables(scope, phases);
    new AwsProvider(scope, "aws", { region: value("aws_region") });
    // The variables have validations of their own.
    const props = handOn({
      phase: phases === "release" ? phases : value("phase"),
      awsAccountId: value("aws_account_id"),
      awsRegion: value("aws_region"),
      bucketName: value("bucket_name"),
      bucketAccountId: local(scope, "bucket_account_id", "coalesce(var.bucket_account_id, var.aws_account_id)"),
      sentinel: { queueName: value("sentinel_queue_name") },
      defender: {
        queueName: local(
          scope,
          "defender_queue_name",
          'coalesce(var.defender_queue_name, "${var.topic_name}-defender")',
        ),
        readerRoleArns: readers === "some" ? [MARKS.reader] : [],
        messageRetentionSeconds: numberValue("message_retention_seconds"),
        visibilityTimeoutSeconds: numberValue("visibility_timeout_seconds"),
      },
      topicName: value("topic_name"),
      additionalKeys: [{ prefix: MARKS.prefix, suffix: MARKS.suffix }],
      encryption: {
        topicKeyArn: value("topic_key_arn"),
        queueKeyArn: value("queue_key_arn"),
        sentinelQueueKeyArn: value("sentinel_queue_key_arn"),
        logKeyArn: value("log_key_arn"),
      },
      tags: { [MARKS.tag]: "" },
      ...(alarms && {
        alarms: { actionArns: [MARKS.action], oldestMessageSeconds: numberValue("alarms.oldest_message_seconds") },
      }),
    });
    const fanout = new CloudTrailFanout(scope, "Fanout", props);
    if (phases === "shared") {
      addOutputs(scope, fanout);
    }
  });
  return withCleanNames(stack);
}

function local(scope: TerraformStack, name: string, expression: string): string {
  const created = new TerraformLocal(scope, `Local-${name}`, `\${${expression}}`);
  created.overrideLogicalId(name);
  return created.asString;
}

function addOutputs(scope: TerraformStack, fanout: CloudTrailFanout): void {
  const output = (name: string, description: string, given: unknown, dependsOn?: CloudTrailFanout) => {
    new TerraformOutput(scope, `Output-${name}`, {
      value: given,
      description,
      ...(dependsOn && { dependsOn: [dependsOn] }),
    }).overrideLogicalId(name);
  };
  output("bucket_arn", "ARN of the bucket: the portal asks for it.", fanout.bucketArn);
  output("topic_arn", "ARN of the topic.", fanout.topicArn, fanout);
  output("defender_queue_arn", "ARN of Defender's queue: the portal asks for it.", fanout.defenderQueueArn, fanout);
  output(
    "cloud_trail_resource_set",
    "What the connector needs to ingest CloudTrail, from API version 2026-08-01-preview on.",
    fanout.cloudTrailResourceSet,
    fanout,
  );
  output(
    "dead_letter_queue_arns",
    "ARNs of the dead-letter queues, by subscription.",
    fanout.deadLetterQueueArns,
    fanout,
  );
  output(
    "key_policy_statements",
    "What the owner of each given key must add to its policy before phase `prepare`: statements as JSON, by the variable of the key.",
    Object.fromEntries(
      Object.entries(fanout.keyPolicyStatements).map(([key, statements]) => [
        snakeCase(key),
        JSON.stringify(statements),
      ]),
    ),
  );
}
