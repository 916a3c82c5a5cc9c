import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { reading } from "./errors";

/** A CloudWatch alarm on a metric. */
export interface AlarmFacts {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  /** Why it is in this state, in CloudWatch's words. */
  readonly reason: string;
  readonly metricName: string;
  readonly queueName: string;
  readonly threshold: number;
  /** Whether it notifies anybody. */
  readonly actionsEnabled: boolean;
  /** ARNs that it notifies when it fires. */
  readonly actionArns: readonly string[];
}

/** The alarms of these names that exist. */
export async function readAlarms(
  { cloudWatch }: Pick<AwsClients, "cloudWatch">,
  names: readonly string[],
): Promise<Reading<readonly AlarmFacts[]>> {
  return reading(async () => {
    const found: AlarmFacts[] = [];
    for await (const page of paginateDescribeAlarms({ client: cloudWatch }, { AlarmNames: [...names] })) {
      for (const alarm of page.MetricAlarms ?? []) {
        found.push({
          name: alarm.AlarmName ?? "",
          state: alarm.StateValue ?? "",
          reason: alarm.StateReason ?? "",
          metricName: alarm.MetricName ?? "",
          queueName: alarm.Dimensions?.find(({ Name }) => Name === "QueueName")?.Value ?? "",
          threshold: alarm.Threshold ?? 0,
          actionsEnabled: alarm.ActionsEnabled ?? false,
          actionArns: alarm.AlarmActions ?? [],
        });
      }
    }
    return found;
  });
}
