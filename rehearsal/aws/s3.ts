import { blocks, text, texts, type Attributes } from "../protocol/values";
import { allowsAccount, allowsService } from "./policy";
import { awsError, type Access, type ResourceBehaviour } from "./resource-behaviour";
import { subscriptionsOf, topicPolicyOf } from "./sns";
import type { AccountSpace } from "./space";
import { deliver, queuePolicyOf } from "./sqs";

const BUCKET = "aws_s3_bucket";
const NOTIFICATION = "aws_s3_bucket_notification";

/** One notification rule of a bucket: where events with this prefix and suffix go. */
interface NotificationRule {
  readonly service: "sns" | "sqs" | "lambda";
  readonly id: string;
  readonly arn: string;
  readonly events: string[];
  readonly prefix: string;
  readonly suffix: string;
}

/** S3 of one account: buckets, and the events that new objects cause. */
export class S3 {
  constructor(private readonly account: AccountSpace) {}

  /** A bucket that is already there, with the notification rules it has. */
  createBucket(name: string, notification?: Attributes): Attributes {
    const bucket = this.account.seed(BUCKET, { bucket: name });
    if (notification) {
      this.account.seed(NOTIFICATION, { bucket: name, ...notification });
    }
    return bucket;
  }

  notificationOf(bucket: string): Attributes | undefined {
    return this.account.objects.get(NOTIFICATION, bucket)?.attributes;
  }

  /** Puts an object and delivers the event as S3, SNS and SQS would. */
  putObject(bucket: string, key: string): void {
    if (this.account.objects.get(BUCKET, bucket) === undefined) {
      throw new Error(`account ${this.account.id} has no bucket ${bucket}`);
    }
    const encodedKey = encodeURIComponent(key).replace(/%2F/g, "/").replace(/%20/g, "+");
    for (const rule of notificationRules(this.notificationOf(bucket))) {
      const wanted = rule.events.some((event) => event === "s3:ObjectCreated:*" || event === "s3:ObjectCreated:Put");
      if (wanted && encodedKey.startsWith(rule.prefix) && encodedKey.endsWith(rule.suffix)) {
        send(this.account, rule, bucket, this.event(bucket, encodedKey));
      }
    }
  }

  private event(bucket: string, key: string): string {
    return JSON.stringify({
      Records: [
        {
          eventVersion: "2.1",
          eventSource: "aws:s3",
          awsRegion: this.account.cloud.region,
          eventName: "ObjectCreated:Put",
          s3: { bucket: { name: bucket, arn: `arn:${this.account.partition}:s3:::${bucket}` }, object: { key } },
        },
      ],
    });
  }
}

/** May S3 send to the destination, acting for the bucket? */
function maySend(account: AccountSpace, rule: NotificationRule, bucket: string): boolean {
  const source = { sourceArn: `arn:${account.partition}:s3:::${bucket}`, sourceAccount: account.id };
  const owner = ownerOf(account, rule.arn);
  switch (rule.service) {
    case "sqs":
      return allowsService(queuePolicyOf(owner, rule.arn), {
        service: "s3.amazonaws.com",
        action: "sqs:SendMessage",
        ...source,
      });
    case "sns":
      return (
        owner.objects.get("aws_sns_topic", rule.arn) !== undefined &&
        allowsService(topicPolicyOf(owner, rule.arn), {
          service: "s3.amazonaws.com",
          action: "sns:Publish",
          ...source,
        })
      );
    case "lambda":
      return true;
  }
}

function send(account: AccountSpace, rule: NotificationRule, bucket: string, body: string): void {
  if (!maySend(account, rule, bucket)) {
    return;
  }
  if (rule.service === "sqs") {
    deliver(ownerOf(account, rule.arn), rule.arn, body);
  } else if (rule.service === "sns") {
    publish(ownerOf(account, rule.arn), rule.arn, body);
  }
}

/** SNS sends the message on to the queues that subscribe and whose policy lets it in. */
function publish(account: AccountSpace, topicArn: string, body: string): void {
  for (const subscription of subscriptionsOf(account, topicArn)) {
    const queueArn = text(subscription.endpoint);
    const owner = ownerOf(account, queueArn);
    const policy = queuePolicyOf(owner, queueArn);
    const request = {
      service: "sns.amazonaws.com",
      action: "sqs:SendMessage",
      sourceArn: topicArn,
      sourceAccount: account.id,
    };
    if (subscription.protocol === "sqs" && allowsService(policy, request)) {
      const raw = subscription.raw_message_delivery === true;
      deliver(
        owner,
        queueArn,
        raw ? body : JSON.stringify({ Type: "Notification", TopicArn: topicArn, Message: body }),
      );
    }
  }
}

function ownerOf(account: AccountSpace, arn: string): AccountSpace {
  const [, , , , accountId = account.id] = arn.split(":");
  return account.cloud.account(accountId);
}

function notificationRules(notification: Attributes | undefined): NotificationRule[] {
  const kinds = [
    ["queue", "queue_arn", "sqs"],
    ["topic", "topic_arn", "sns"],
    ["lambda_function", "lambda_function_arn", "lambda"],
  ] as const;
  return kinds.flatMap(([kind, arn, service]) =>
    blocks(notification?.[kind]).map((rule) => ({
      service,
      id: text(rule.id),
      arn: text(rule[arn]),
      events: texts(rule.events),
      prefix: text(rule.filter_prefix),
      suffix: text(rule.filter_suffix),
    })),
  );
}

const bucketBehaviour: ResourceBehaviour = {
  operations: { create: "CreateBucket", delete: "DeleteBucket" },
  requiresReplace: ["bucket", "bucket_prefix"],
  id: ({ bucket }) => text(bucket),
  computed: ({ bucket }, { account, region }) => ({
    arn: `arn:${account.partition}:s3:::${text(bucket)}`,
    bucket_domain_name: `${text(bucket)}.s3.${account.cloud.urlSuffix}`,
    bucket_regional_domain_name: `${text(bucket)}.s3.${region}.${account.cloud.urlSuffix}`,
    bucket_region: region,
  }),
  check({ bucket }, { account }, prior) {
    const owner = account.cloud.accounts().find(({ objects }) => objects.get(BUCKET, text(bucket)) !== undefined);
    if (prior === null && owner !== undefined) {
      throw awsError(
        `creating S3 Bucket (${text(bucket)})`,
        "S3",
        "CreateBucket",
        409,
        owner === account ? "BucketAlreadyOwnedByYou" : "BucketAlreadyExists",
        "The requested bucket name is not available.",
      );
    }
  },
};

const NOTIFICATION_CALLS = {
  read: { action: "s3:GetBucketNotification", operation: "GetBucketNotificationConfiguration" },
  write: { action: "s3:PutBucketNotification", operation: "PutBucketNotificationConfiguration" },
} as const;

/** The bucket's owner. S3 answers others only if the bucket's policy allows them (S3 API reference, GetBucketNotification). */
export function bucketOwner(caller: AccountSpace, bucket: string, access: Access, doing: string): AccountSpace {
  const { action, operation } = NOTIFICATION_CALLS[access];
  const owner = caller.cloud.accounts().find(({ objects }) => objects.get(BUCKET, bucket) !== undefined);
  if (owner === undefined) {
    throw awsError(doing, "S3", operation, 404, "NoSuchBucket", "The specified bucket does not exist");
  }
  const policy = text(owner.objects.get("aws_s3_bucket_policy", bucket)?.attributes.policy);
  if (owner !== caller && !allowsAccount(policy, caller.id, action)) {
    throw awsError(doing, "S3", operation, 403, "AccessDenied", "Access Denied");
  }
  return owner;
}

const notificationBehaviour: ResourceBehaviour = {
  operations: { create: "PutBucketNotificationConfiguration", delete: "PutBucketNotificationConfiguration" },
  requiresReplace: ["bucket"],
  holder: ({ bucket, id }, { account }, access) => {
    const name = text(bucket) || text(id);
    const doing =
      access === "read" ? `reading S3 Bucket Notification (${name})` : `creating S3 Bucket (${name}) Notification`;
    return bucketOwner(account, name, access, doing);
  },
  id: ({ bucket }) => text(bucket),
  computed: ({ eventbridge }) => ({ eventbridge: eventbridge ?? false }),
  check(attributes, { account }) {
    const bucket = text(attributes.bucket);
    const refuse = (status: number, code: string, message: string) =>
      awsError(
        `creating S3 Bucket (${bucket}) Notification`,
        "S3",
        "PutBucketNotificationConfiguration",
        status,
        code,
        message,
      );
    if (account.objects.get(BUCKET, bucket) === undefined) {
      throw refuse(404, "NoSuchBucket", "The specified bucket does not exist");
    }
    const rules = notificationRules(attributes);
    const ids = rules.map(({ id }) => id).filter((id) => id !== "");
    if (new Set(ids).size < ids.length) {
      // S3's words, as programs that wait for this error have them; its documentation does not.
      throw refuse(400, "InvalidArgument", "Same ID used for multiple configurations. IDs must be unique.");
    }
    if (rules.some((rule) => !maySend(account, rule, bucket))) {
      throw refuse(400, "InvalidArgument", "Unable to validate the following destination configurations");
    }
    if (rules.some((rule, index) => rules.slice(index + 1).some((other) => overlap(rule, other)))) {
      throw refuse(
        400,
        "InvalidArgument",
        "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are " +
          "overlapping for the same event type.",
      );
    }
  },
};

function overlap(a: NotificationRule, b: NotificationRule): boolean {
  const family = (event: string) => event.replace(/\*$/, "");
  const sameEvent = a.events.some((x) =>
    b.events.some((y) => family(x).startsWith(family(y)) || family(y).startsWith(family(x))),
  );
  const samePrefix = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  const sameSuffix = a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix);
  return sameEvent && samePrefix && sameSuffix;
}

/** Another key is another object: the provider copies nothing. */
const objectBehaviour: ResourceBehaviour = {
  operations: { create: "PutObject", delete: "DeleteObject" },
  requiresReplace: ["bucket", "key"],
  id: ({ bucket, key }) => `${text(bucket)}/${text(key)}`,
  computed: ({ id }, { account }) => ({ arn: `arn:${account.partition}:s3:::${text(id)}` }),
};

export const s3Behaviours: Record<string, ResourceBehaviour> = {
  [BUCKET]: bucketBehaviour,
  [NOTIFICATION]: notificationBehaviour,
  aws_s3_object: objectBehaviour,
};
