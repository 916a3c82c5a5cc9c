import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { deadLetterQueueNames } from "./arns";
import type { FanoutNames } from "./arns";

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

/** One alarm. */
export interface FanoutAlarm {
  /** Key; part of Terraform addresses. */
  readonly key: string;
  /** Name. It must be unique, because CloudWatch overwrites an alarm of the same name. */
  readonly name: string;
  /** What it means if the alarm fires. */
  readonly description: string;
  /** Metric of SQS. */
  readonly metricName: string;
  /** The queue that it watches. */
  readonly queueName: string;
  /** Value at which it fires. */
  readonly threshold: number;
  /** Minutes in a row for which the value is at the threshold. */
  readonly minutes: number;
}

/** The alarms of a fan-out. */
export function fanoutAlarms(
  names: FanoutNames,
  { oldestMessageSeconds }: Required<Pick<FanoutAlarms, "oldestMessageSeconds">>,
): FanoutAlarm[] {
  const deadLetterQueues = deadLetterQueueNames(names);
  const late = (reader: string, queueName: string): FanoutAlarm => ({
    key: `${reader}-late`,
    name: `${names.topicName}-${reader}-late`,
    description: `The oldest message in ${queueName} is too old: its reader is late or cannot read.`,
    metricName: "ApproximateAgeOfOldestMessage",
    queueName,
    threshold: oldestMessageSeconds,
    minutes: 5,
  });
  const undelivered = (reader: string, queueName: string): FanoutAlarm => ({
    key: `${reader}-undelivered`,
    name: `${names.topicName}-${reader}-undelivered`,
    description: `SNS could not deliver a message and put it into ${queueName}: check policy and key of the queue it was for.`,
    metricName: "ApproximateNumberOfMessagesVisible",
    queueName,
    threshold: 1,
    // A single message is a fault, and it does not disappear by itself.
    minutes: 1,
  });
  return [
    late("sentinel", names.sentinelQueueName),
    late("defender", names.defenderQueueName),
    undelivered("sentinel", deadLetterQueues.sentinel),
    undelivered("defender", deadLetterQueues.defender),
  ];
}

/** What the alarms watch, and whom they notify. */
export interface FanoutQueueAlarmsProps {
  /** The alarms. */
  readonly alarms: readonly FanoutAlarm[];
  /** ARNs that each alarm notifies when it fires and when it recovers. */
  readonly actionArns: readonly string[];
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
  public constructor(scope: Construct, id: string, props: FanoutQueueAlarmsProps) {
    super(scope, id);
    for (const alarm of props.alarms) {
      new CloudwatchMetricAlarm(this, alarm.key, {
        alarmName: alarm.name,
        alarmDescription: alarm.description,
        namespace: "AWS/SQS",
        metricName: alarm.metricName,
        dimensions: { QueueName: alarm.queueName },
        statistic: "Maximum",
        period: 60,
        evaluationPeriods: alarm.minutes,
        threshold: alarm.threshold,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        treatMissingData: "notBreaching",
        alarmActions: [...props.actionArns],
        okActions: [...props.actionArns],
        tags: props.tags,
        provider: props.provider,
      });
    }
  }
}
