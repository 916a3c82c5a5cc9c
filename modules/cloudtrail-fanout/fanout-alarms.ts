import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { CloudwatchMetricAlarmConfig } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";

/** Alarms that show whether both readers keep up and whether everything arrives. */
export interface FanoutAlarms {
  /** ARNs that an alarm calls when its state changes either way, topics above all; `[]` for alarms to look at only. */
  readonly actionArns: readonly string[];
  /**
   * Age in seconds of the oldest message at which a reader counts as late: a whole number from 60 to 1,209,600.
   * @default 900, the project's own choice: no polling interval of either reader is published
   */
  readonly oldestMessageSeconds?: number;
}

/** Age at which a reader counts as late, in seconds. */
const OLDEST_MESSAGE_SECONDS = 900;

/** What the alarms watch. */
export interface FanoutAlarmsProps extends FanoutAlarms {
  /** Names of the queues that are read, by the reader. */
  readonly queueNames: Readonly<Record<string, string>>;
  /** Names of the dead-letter queues, by what they are for. */
  readonly deadLetterQueueNames: Readonly<Record<string, string>>;
  /**
   * Tags.
   * @default none
   */
  readonly tags?: Record<string, string>;
  /**
   * AWS provider.
   * @default the stack's
   */
  readonly provider?: AwsProvider;
}

/**
 * CloudWatch alarms on the queues of a fan-out. A queue without messages sends no metric, and that is well
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
      ...(props.tags ? { tags: props.tags } : {}),
      ...(props.provider ? { provider: props.provider } : {}),
    } satisfies Partial<CloudwatchMetricAlarmConfig>;
    for (const [reader, name] of Object.entries(props.queueNames)) {
      new CloudwatchMetricAlarm(this, `${reader}-late`, {
        ...common,
        alarmName: `${name}-oldest-message`,
        alarmDescription: `The oldest message in ${name} is too old: its reader is late or cannot read.`,
        metricName: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: name },
        threshold: props.oldestMessageSeconds ?? OLDEST_MESSAGE_SECONDS,
      });
    }
    for (const [use, name] of Object.entries(props.deadLetterQueueNames)) {
      new CloudwatchMetricAlarm(this, `${use}-undelivered`, {
        ...common,
        alarmName: `${name}-not-empty`,
        alarmDescription: `SNS could not deliver a message and put it into ${name}: check policy and key of the queue it was for.`,
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: name },
        threshold: 1,
        // One message is one too many; waiting does not make it go away.
        evaluationPeriods: 1,
      });
    }
  }
}
