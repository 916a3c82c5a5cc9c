import { GetBucketNotificationConfigurationCommand } from "@aws-sdk/client-s3";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { reading } from "./errors";

/** A rule of a bucket's notification. */
export interface NotificationRuleFacts {
  readonly id: string;
  /** ARN of the queue, topic or function. */
  readonly destination: string;
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
      ...queues.map(({ Id = "", QueueArn = "" }) => ({ id: Id, destination: QueueArn })),
      ...topics.map(({ Id = "", TopicArn = "" }) => ({ id: Id, destination: TopicArn })),
      ...functions.map(({ Id = "", LambdaFunctionArn = "" }) => ({ id: Id, destination: LambdaFunctionArn })),
    ];
  });
}
