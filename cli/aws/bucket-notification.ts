import { GetBucketNotificationConfigurationCommand } from "@aws-sdk/client-s3";
import type { QueueConfiguration } from "@aws-sdk/client-s3";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { reading } from "./errors";

/** A rule of a bucket's notification. */
export interface NotificationRuleFacts {
  readonly id: string;
  /** ARN of the queue, topic or function. */
  readonly destination: string;
  /** Prefix of the keys of which it tells; absent: any. */
  readonly prefix?: string;
  /** Suffix of the keys; absent: any. */
  readonly suffix?: string;
}

/** The notification rules of a bucket. */
export async function readNotificationRules(
  { s3 }: Pick<AwsClients, "s3">,
  bucket: string,
  ownerAccountId: string,
): Promise<Reading<readonly NotificationRuleFacts[]>> {
  return reading(async () => {
    const {
      QueueConfigurations: queues = [],
      TopicConfigurations: topics = [],
      LambdaFunctionConfigurations: functions = [],
    } = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket: bucket, ExpectedBucketOwner: ownerAccountId }),
    );
    return [
      ...queues.map((rule) => ruleOf(rule, rule.QueueArn)),
      ...topics.map((rule) => ruleOf(rule, rule.TopicArn)),
      ...functions.map((rule) => ruleOf(rule, rule.LambdaFunctionArn)),
    ];
  }, "s3:GetBucketNotification");
}

function ruleOf(
  { Id = "", Filter }: Pick<QueueConfiguration, "Id" | "Filter">,
  destination = "",
): NotificationRuleFacts {
  // S3 answers the names in either letter case.
  const valueOf = (name: string) => Filter?.Key?.FilterRules?.find(({ Name }) => Name?.toLowerCase() === name)?.Value;
  const [prefix, suffix] = [valueOf("prefix"), valueOf("suffix")];
  return {
    id: Id,
    destination,
    ...(prefix === undefined ? {} : { prefix }),
    ...(suffix === undefined ? {} : { suffix }),
  };
}
