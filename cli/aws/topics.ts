import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  paginateListSubscriptionsByTopic,
} from "@aws-sdk/client-sns";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { readingOf } from "./errors";
import { readMetric } from "./metrics";
import { tagsOf } from "./tags";

/** A subscription of a topic. */
export interface SubscriptionFacts {
  /** ARN; `PendingConfirmation` where nobody has confirmed it. */
  readonly arn: string;
  readonly endpoint: string;
  readonly rawMessageDelivery: boolean;
  /** Where undeliverable messages go. */
  readonly deadLetterQueueArn?: string;
  /** Which messages it takes, JSON; absent: all. */
  readonly filterPolicy?: string;
}

/** A topic. */
export interface TopicFacts {
  /** Access policy, JSON. */
  readonly policy: string;
  readonly subscriptions: readonly SubscriptionFacts[];
  /** Deliveries that failed within the last hours (CloudWatch). */
  readonly failedDeliveries: number;
  /** Key that encrypts it; absent: none. */
  readonly keyArn?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A topic; undefined: no topic with this ARN. */
export async function readTopic(
  clients: Pick<AwsClients, "sns" | "cloudWatch">,
  arn: string,
  hours: number,
): Promise<Reading<TopicFacts | undefined>> {
  return readingOf(["NotFound", "NotFoundException"], async () => {
    const { sns } = clients;
    const { Attributes: attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn: arn }));
    const subscriptions: SubscriptionFacts[] = [];
    for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: arn })) {
      for (const { SubscriptionArn = "", Endpoint = "" } of page.Subscriptions ?? []) {
        subscriptions.push({ arn: SubscriptionArn, endpoint: Endpoint, ...(await settings(sns, SubscriptionArn)) });
      }
    }
    const { Tags: tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: arn }));
    const failed = await readMetric(clients, {
      namespace: "AWS/SNS",
      name: "NumberOfNotificationsFailed",
      dimension: ["TopicName", arn.split(":").at(-1) ?? ""],
      statistic: "Sum",
      hours,
    });
    return {
      policy: attributes.Policy ?? "{}",
      subscriptions,
      failedDeliveries: failed.reduce((sum, count) => sum + count, 0),
      ...(attributes.KmsMasterKeyId ? { keyArn: attributes.KmsMasterKeyId } : {}),
      tags: tagsOf(tags),
    };
  });
}

/** A subscription that nobody has confirmed has no attributes. */
async function settings(sns: AwsClients["sns"], arn: string): Promise<Omit<SubscriptionFacts, "arn" | "endpoint">> {
  if (!arn.startsWith("arn:")) {
    return { rawMessageDelivery: false };
  }
  const { Attributes: attributes = {} } = await sns.send(
    new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }),
  );
  const { deadLetterTargetArn } = JSON.parse(attributes.RedrivePolicy ?? "{}") as { deadLetterTargetArn?: string };
  return {
    rawMessageDelivery: attributes.RawMessageDelivery === "true",
    ...(deadLetterTargetArn === undefined ? {} : { deadLetterQueueArn: deadLetterTargetArn }),
    ...(attributes.FilterPolicy ? { filterPolicy: attributes.FilterPolicy } : {}),
  };
}
