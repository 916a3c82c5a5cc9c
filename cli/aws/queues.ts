import { GetQueueAttributesCommand, GetQueueUrlCommand, ListQueueTagsCommand } from "@aws-sdk/client-sqs";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { readingOf } from "./errors";
import { readMetric } from "./metrics";

/** A queue. */
export interface QueueFacts {
  /** Access policy, JSON. */
  readonly policy: string;
  /** Messages that wait. */
  readonly waiting: number;
  /** Age of the oldest message in seconds (CloudWatch); absent where no metric is published, as for an idle queue. */
  readonly oldestSeconds?: number;
  /** Messages that came in within the last hours (CloudWatch). */
  readonly received: number;
  readonly retentionSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  /** Key that encrypts it; absent: none of a customer. */
  readonly keyArn?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A queue of the credentials' account; undefined: no queue of this name. */
export async function readQueue(
  clients: Pick<AwsClients, "sqs" | "cloudWatch">,
  name: string,
  hours: number,
): Promise<Reading<QueueFacts | undefined>> {
  return readingOf(["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"], async () => {
    const { sqs } = clients;
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    const { Attributes: attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    const { Tags: tags = {} } = await sqs.send(new ListQueueTagsCommand({ QueueUrl }));
    const of = { namespace: "AWS/SQS", dimension: ["QueueName", name], hours } as const;
    const [oldest, sent] = await Promise.all([
      readMetric(clients, { ...of, name: "ApproximateAgeOfOldestMessage", statistic: "Maximum" }),
      readMetric(clients, { ...of, name: "NumberOfMessagesSent", statistic: "Sum" }),
    ]);
    const latest = oldest.at(-1);
    return {
      policy: attributes.Policy ?? "{}",
      waiting: Number(attributes.ApproximateNumberOfMessages ?? 0),
      ...(latest === undefined ? {} : { oldestSeconds: latest }),
      received: sent.reduce((sum, count) => sum + count, 0),
      retentionSeconds: Number(attributes.MessageRetentionPeriod),
      visibilityTimeoutSeconds: Number(attributes.VisibilityTimeout),
      ...(attributes.KmsMasterKeyId ? { keyArn: attributes.KmsMasterKeyId } : {}),
      tags,
    };
  });
}
