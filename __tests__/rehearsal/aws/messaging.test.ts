import { AwsCloud } from "../../../rehearsal";
import type { AwsAccount } from "../../../rehearsal";
import { readData } from "../../../rehearsal/aws/data";

const REGION = "eu-central-1";

let cloud: AwsCloud;
let account: AwsAccount;

beforeEach(() => {
  cloud = new AwsCloud({ callerAccountId: "111122223333", region: REGION });
  account = cloud.caller;
});

const create = (type: string, attributes: object) =>
  account.create(type, attributes as Parameters<AwsAccount["create"]>[1], REGION);
const look = (type: string, config: object, region = REGION) =>
  readData(type, config as Parameters<AwsAccount["create"]>[1], { account, region });

describe("CreateTopic for a name that exists", () => {
  const theirs = { name: "trail", tags: { team: "audit" }, tags_all: { team: "audit" } };

  test("returns the topic where the call brings no tag, or tags that the topic has", () => {
    const topic = create("aws_sns_topic", theirs);
    expect(create("aws_sns_topic", { name: "trail" })).toEqual(topic);
    expect(create("aws_sns_topic", theirs)).toEqual(topic);
  });

  test("fails for a tag that the topic does not have, and leaves the topic as it is", () => {
    create("aws_sns_topic", theirs);
    const ours = { name: "trail", tags: { state: "x" }, tags_all: { state: "x" } };
    expect(() => create("aws_sns_topic", ours)).toThrow("Topic already exists with different tags");
    expect(account.objects.all("aws_sns_topic")[0]?.attributes.tags).toEqual({ team: "audit" });
  });
});

describe("CreateQueue for a name that exists", () => {
  test("returns the queue where attributes are the same, and does not compare tags", () => {
    const queue = create("aws_sqs_queue", { name: "trail", tags: { team: "audit" } });
    const again = { name: "trail", visibility_timeout_seconds: 30, tags: { team: "ours" } };
    expect(create("aws_sqs_queue", again)).toMatchObject(queue);
  });

  test("fails where an attribute differs", () => {
    create("aws_sqs_queue", { name: "trail" });
    expect(() => create("aws_sqs_queue", { name: "trail", message_retention_seconds: 1_209_600 })).toThrow(
      "different value for attribute message_retention_seconds",
    );
  });
});

describe("Subscribe for an endpoint that has a subscription", () => {
  const subscription = {
    protocol: "sqs",
    endpoint: "arn:aws:sqs:eu-central-1:111122223333:q",
    raw_message_delivery: true,
  };

  test("returns it where attributes are the same", () => {
    const topic_arn = create("aws_sns_topic", { name: "trail" }).arn;
    const { id } = create("aws_sns_topic_subscription", { ...subscription, topic_arn });
    expect(create("aws_sns_topic_subscription", { ...subscription, topic_arn }).id).toBe(id);
    expect(account.objects.all("aws_sns_topic_subscription")).toHaveLength(1);
  });

  test("fails where they differ", () => {
    const topic_arn = create("aws_sns_topic", { name: "trail" }).arn;
    create("aws_sns_topic_subscription", { ...subscription, topic_arn });
    const redrive_policy = JSON.stringify({ deadLetterTargetArn: "arn:aws:sqs:eu-central-1:111122223333:dlq" });
    expect(() => create("aws_sns_topic_subscription", { ...subscription, topic_arn, redrive_policy })).toThrow(
      "Subscription already exists with different attributes",
    );
  });
});

const S3_MAY_SEND = {
  Statement: [{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sqs:SendMessage" }],
};

describe("data sources", () => {
  test("list the queues of a region by the start of their names", () => {
    account.sqs.createQueue({ name: "trail-a" });
    account.sqs.createQueue({ name: "other" });
    account.sqs.createQueue({ name: "trail-b", region: "eu-west-1" });
    const found = look("aws_sqs_queues", { queue_name_prefix: "trail" });
    expect(found.queue_urls).toEqual([expect.stringMatching(/eu-central-1.*\/trail-a$/)]);
    expect(() => look("aws_sqs_queue", { name: "trail-b" })).toThrow("The specified queue does not exist");
  });

  test("tell a bucket's rules, with empty texts where there is no filter", () => {
    const queue_arn = account.sqs.createQueue({ name: "q", policy: S3_MAY_SEND }).arn ?? null;
    account.s3.createBucket("logs", { queue: [{ id: "a", queue_arn, events: ["s3:ObjectRemoved:*"] }] });
    account.s3.createBucket("quiet");
    const rule = { id: "a", queue_arn, events: ["s3:ObjectRemoved:*"], filter_prefix: "", filter_suffix: "" };
    const none = { eventbridge: false, queue: [], topic: [], lambda_function: [] };
    expect(look("aws_s3_bucket_notification", { bucket: "logs" })).toEqual({ ...none, queue: [rule] });
    expect(look("aws_s3_bucket_notification", { bucket: "quiet" })).toEqual(none);
  });

  test("fail for the rules of a bucket of another account, or of none", () => {
    cloud.account("444455556666").s3.createBucket("theirs");
    expect(() => look("aws_s3_bucket_notification", { bucket: "theirs" })).toThrow("AccessDenied");
    expect(() => look("aws_s3_bucket_notification", { bucket: "nobodys" })).toThrow("NoSuchBucket");
  });
});
