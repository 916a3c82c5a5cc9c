import type { Format } from "../inputs";

/**
 * Name of a standard queue (SQS quotas, "Queue name"). A FIFO queue ends in `.fifo`: S3 events and this fan-out need
 * standard queues and a standard topic (S3 User Guide, "Event notification types and destinations").
 */
export const STANDARD_QUEUE_NAME: Format = {
  expected:
    "the name of a standard queue: 1 to 80 letters, digits, hyphens or underscores; a FIFO queue (.fifo) cannot take S3 events",
  pattern: "^[A-Za-z0-9_-]{1,80}$",
};

/** Name of the topic. SNS allows 256 characters, but the names of the dead-letter queues start with this one. */
export const STANDARD_TOPIC_NAME: Format = {
  expected:
    "the name of a standard topic: 1 to 64 letters, digits, hyphens or underscores; a FIFO topic (.fifo) cannot take S3 events",
  pattern: "^[A-Za-z0-9_-]{1,64}$",
};

/** Prefix of object keys in a notification filter: S3 does not support wildcards there. */
export const KEY_PREFIX: Format = {
  expected:
    'a prefix of object keys, without a leading slash and without wildcards, for instance "AWSLogs/o-a1b2c3d4e5/"',
  pattern: "^[^/*?][^*?]*$",
};

/** Suffix of object keys in a notification filter. */
export const KEY_SUFFIX: Format = {
  expected: 'a suffix of object keys, without wildcards, for instance ".gz"',
  pattern: "^[^*?]*$",
};

/** ARN of a customer managed KMS key; an alias does not show who owns the key. */
export const KMS_KEY_ARN: Format = {
  expected:
    'the ARN of a customer managed key ("arn:aws:kms:...:key/..."); AWS managed keys (alias/aws/sns, alias/aws/sqs) do not work, because their key policies cannot be changed: leave it out for the default encryption',
  pattern: "^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$",
};

/** ARN of a subscription (SNS API reference, Subscribe): the ARN of its topic, and an id. */
export const SUBSCRIPTION_ARN: Format = {
  expected:
    'the ARN of a subscription, as aws sns list-subscriptions-by-topic shows it: "arn:aws:sns:<region>:<account>:<topic>:<id>"',
  pattern: "^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}:[0-9a-f-]{36}$",
};

/** ARN of anything that a CloudWatch alarm can call. */
export const ALARM_ACTION_ARN: Format = {
  expected: 'the ARN of an alarm action, for instance "arn:aws:sns:eu-central-1:111122223333:on-call"',
  pattern: "^arn:aws[a-z-]*:[a-z0-9-]+:.+$",
};
