import type {
  S3BucketNotificationConfig,
  S3BucketNotificationQueue,
  S3BucketNotificationTopic,
} from "@cdktf/provider-aws/lib/s3-bucket-notification";
import type { NotificationRule, OtherNotificationRules, QueueRule, TopicRule } from "./notification-rules";

type NotificationBlocks = Pick<S3BucketNotificationConfig, "queue" | "topic" | "lambdaFunction" | "eventbridge">;

/** The bucket's whole configuration with Sentinel's rule at its place among the rules for queues. */
export function directNotification(
  others: OtherNotificationRules,
  sentinelRule: QueueRule,
  position = 0,
): NotificationBlocks {
  const { queues } = others;
  return blocks({ ...others, queues: [...queues.slice(0, position), sentinelRule, ...queues.slice(position)] });
}

/** The bucket's whole configuration with the topic's rule, behind its other rules for topics. */
export function topicNotification(others: OtherNotificationRules, topicRule: TopicRule): NotificationBlocks {
  return blocks({ ...others, topics: [...others.topics, topicRule] });
}

function blocks({ queues, topics, lambdaFunctions, eventBridge }: OtherNotificationRules): NotificationBlocks {
  return {
    queue: queues.map((rule): S3BucketNotificationQueue => ({ ...common(rule), queueArn: rule.queueArn })),
    topic: topics.map((rule): S3BucketNotificationTopic => ({ ...common(rule), topicArn: rule.topicArn })),
    lambdaFunction: lambdaFunctions.map((rule) => ({ ...common(rule), lambdaFunctionArn: rule.functionArn })),
    eventbridge: eventBridge,
  };
}

function common({ id, events, prefix, suffix }: NotificationRule) {
  return {
    id,
    events: [...events],
    ...(prefix === undefined ? {} : { filterPrefix: prefix }),
    ...(suffix === undefined ? {} : { filterSuffix: suffix }),
  };
}
