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

/** Name of the topic. SNS allows 256 characters; the names of the dead-letter queues are made from this one. */
export const STANDARD_TOPIC_NAME: Format = {
  expected:
    "the name of a standard topic: 1 to 64 letters, digits, hyphens or underscores; a FIFO topic (.fifo) cannot take S3 events",
  pattern: "^[A-Za-z0-9_-]{1,64}$",
};

/** Id of an organization (AWS Organizations API reference, Organization). */
export const ORGANIZATION_ID: Format = {
  expected: 'the id of an AWS organization, for instance "o-a1b2c3d4e5"',
  pattern: "^o-[a-z0-9]{10,32}$",
};

/** The trail's own prefix (CloudTrail API reference, CreateTrail, S3KeyPrefix). */
export const TRAIL_PREFIX: Format = {
  expected: "the prefix of the trail, without slashes at its ends and without wildcards",
  pattern: "^[^/*?]([^*?]*[^/*?])?$",
};

/** Id of a notification rule (S3 API reference, PutBucketNotificationConfiguration). */
export const RULE_ID: Format = {
  expected: "the id of the rule, 1 to 255 characters, as get-bucket-notification-configuration shows it",
  pattern: "^.{1,255}$",
};

/** Start of object keys as a notification filter takes it: S3 knows no wildcards there. */
export const KEY_PREFIX: Format = {
  expected:
    'the start of the object keys, without a slash at its start and without wildcards, for instance "AWSLogs/o-a1b2c3d4e5/"',
  pattern: "^([^/*?][^*?]*)?$",
};

/** End of object keys as a notification filter takes it. */
export const KEY_SUFFIX: Format = {
  expected: 'the end of the object keys, without wildcards, for instance ".gz"',
  pattern: "^[^*?]*$",
};

/** Start of the keys in a rule of somebody else's: S3 takes a slash there. */
export const ANY_KEY_PREFIX: Format = {
  expected: 'the start of the object keys, without wildcards, for instance "logs/"',
  pattern: "^[^*?]*$",
};

/** ARN of a customer managed KMS key; an alias does not tell whose key it is. */
export const KMS_KEY_ARN: Format = {
  expected:
    'the ARN of a customer managed key ("arn:aws:kms:...:key/..."); the keys of AWS, alias/aws/sns and alias/aws/sqs, cannot work, because no statement for S3 or SNS can be added to their policies: leave it out for the default encryption',
  pattern: "^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$",
};

/** ARN of a standard queue. */
export const QUEUE_ARN: Format = {
  expected: 'the ARN of a standard queue, for instance "arn:aws:sqs:eu-central-1:111122223333:name"',
  pattern: "^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}$",
};

/** ARN of a standard topic. */
export const TOPIC_ARN: Format = {
  expected: 'the ARN of a standard topic, for instance "arn:aws:sns:eu-central-1:111122223333:name"',
  pattern: "^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$",
};

/** ARN of a Lambda function, an alias or version of it. */
export const FUNCTION_ARN: Format = {
  expected: 'the ARN of a Lambda function, for instance "arn:aws:lambda:eu-central-1:111122223333:function:name"',
  pattern: "^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$",
};

/** ARN of anything that a CloudWatch alarm can call. */
export const ALARM_ACTION_ARN: Format = {
  expected: 'the ARN of an alarm action, for instance "arn:aws:sns:eu-central-1:111122223333:on-call"',
  pattern: "^arn:aws[a-z-]*:[a-z0-9-]+:.+$",
};
