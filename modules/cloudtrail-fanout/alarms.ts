import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { CloudwatchMetricAlarmConfig } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";

/** Alarms that show whether both readers keep up and whether every message is delivered. */
export interface FanoutAlarms {
  /** ARNs, usually of topics, that an alarm notifies when it fires and when it recovers; `[]` for alarms without actions. */
  readonly actionArns: readonly string[];
  /**
   * Age in seconds of the oldest message at which a reader counts as late: a whole number from 60 to 1,209,600.
   * @default 900, the project's own choice: no polling interval of either reader is published
   */
  readonly oldestMessageSeconds?: number;
}

/** What the alarms watch. */
export interface FanoutAlarmsProps extends Required<FanoutAlarms> {
  /** Prefix of the alarms' names. It must be unique, because CloudWatch overwrites an alarm of the same name. */
  readonly prefix: string;
  /** Names of the queues, by reader. */
  readonly queueNames: Readonly<Record<string, string>>;
  /** Names of the dead-letter queues, by reader. */
  readonly deadLetterQueueNames: Readonly<Record<string, string>>;
  /**
   * Tags.
   * @default none
   */
  readonly tags?: Record<string, string> | undefined;
  /**
   * AWS provider.
   * @default the stack's
   */
  readonly provider?: TerraformProvider | undefined;
}

/**
 * CloudWatch alarms on the queues of a fan-out. An idle queue publishes no metric: treated as healthy
 * (SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS").
 */
export class FanoutQueueAlarms extends Construct {
  public constructor(scope: Construct, id: string, props: FanoutAlarmsProps) {
    super(scope, id);
    const common = {
      namespace: "AWS/SQS",
      statistic: "Maximum",
      period: 60,
      evaluationPeriods: 5,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [...props.actionArns],
      okActions: [...props.actionArns],
      tags: props.tags,
      provider: props.provider,
    } satisfies Partial<CloudwatchMetricAlarmConfig>;
    for (const [reader, name] of Object.entries(props.queueNames)) {
      new CloudwatchMetricAlarm(this, `${reader}-late`, {
        ...common,
        alarmName: `${props.prefix}-${reader}-late`,
        alarmDescription: `The oldest message in ${name} is too old: its reader is late or cannot read.`,
        metricName: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: name },
        threshold: props.oldestMessageSeconds,
      });
    }
    for (const [use, name] of Object.entries(props.deadLetterQueueNames)) {
      new CloudwatchMetricAlarm(this, `${use}-undelivered`, {
        ...common,
        alarmName: `${props.prefix}-${use}-undelivered`,
        alarmDescription: `SNS could not deliver a message and put it into ${name}: check policy and key of the queue it was for.`,
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: name },
        threshold: 1,
        // A single message is a fault, and it does not disappear by itself.
        evaluationPeriods: 1,
      });
    }
  }
}
