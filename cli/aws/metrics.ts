import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import type { Statistic } from "@aws-sdk/client-cloudwatch";
import type { AwsClients } from "./clients";

/** A metric of one queue or topic. */
export interface MetricQuery {
  readonly namespace: "AWS/SQS" | "AWS/SNS";
  readonly name: string;
  /** Dimension and its value, for instance `QueueName` and the name. */
  readonly dimension: readonly [name: string, value: string];
  readonly statistic: Extract<Statistic, "Sum" | "Maximum">;
  /** Hours to look back. */
  readonly hours: number;
}

const PERIOD_SECONDS = 300;

/** The values of a metric, oldest first; none where the service publishes nothing, as for an idle queue. */
export async function readMetric(
  { cloudWatch }: Pick<AwsClients, "cloudWatch">,
  { namespace, name, dimension: [Name, Value], statistic, hours }: MetricQuery,
): Promise<number[]> {
  const end = new Date();
  const { Datapoints: points = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: namespace,
      MetricName: name,
      Dimensions: [{ Name, Value }],
      StartTime: new Date(end.getTime() - hours * 3_600_000),
      EndTime: end,
      Period: PERIOD_SECONDS,
      Statistics: [statistic],
    }),
  );
  return [...points]
    .sort((one, other) => Number(one.Timestamp) - Number(other.Timestamp))
    .map((point) => point[statistic] ?? 0);
}
