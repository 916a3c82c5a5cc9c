import { sentinelScenario, type AwsAccount } from "../../../rehearsal";

const REGION = "eu-central-1";
const BUCKET = "cloudtrail-logs";
const PREFIX = "AWSLogs/111122223333/CloudTrail/";
const EVENTS = ["s3:ObjectCreated:*"];

let account: AwsAccount;

beforeEach(() => {
  account = sentinelScenario().aws.caller;
});

const sentinelMessages = () => account.sqs.messages("sentinel-cloudtrail");
const sentinelArn = () => account.sqs.queue("sentinel-cloudtrail")?.arn ?? null;
const notify = (rules: Record<string, object[]>) =>
  account.create("aws_s3_bucket_notification", { bucket: BUCKET, ...(rules as object) }, REGION);

function allow(service: string, resource: string, sourceArn: string) {
  return JSON.stringify({
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: service === "s3.amazonaws.com" ? "sns:Publish" : "sqs:SendMessage",
        Resource: resource,
        Condition: { ArnEquals: { "aws:SourceArn": sourceArn }, StringEquals: { "aws:SourceAccount": account.id } },
      },
    ],
  });
}

/** A statement of a queue's policy. */
function letsS3In(bucket: string) {
  return {
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: "*",
    Condition: { ArnEquals: { "aws:SourceArn": `arn:aws:s3:::${bucket}` } },
  };
}

/** A topic that the bucket may publish to, with one queue behind it. */
function fanOut(raw: boolean): string {
  const topic = account.create("aws_sns_topic", { name: "trail" }, REGION).arn as string;
  const queue = account.create("aws_sqs_queue", { name: "defender" }, REGION);
  account.create(
    "aws_sns_topic_policy",
    { arn: topic, policy: allow("s3.amazonaws.com", topic, `arn:aws:s3:::${BUCKET}`) },
    REGION,
  );
  account.create(
    "aws_sqs_queue_policy",
    { queue_url: queue.url ?? null, policy: allow("sns.amazonaws.com", queue.arn as string, topic) },
    REGION,
  );
  account.create(
    "aws_sns_topic_subscription",
    { topic_arn: topic, protocol: "sqs", endpoint: queue.arn ?? null, raw_message_delivery: raw },
    REGION,
  );
  notify({ topic: [{ topic_arn: topic, events: EVENTS, filter_prefix: PREFIX, filter_suffix: ".gz" }] });
  return topic;
}

describe("events of a bucket", () => {
  test("reach the queue of the rule whose prefix and suffix match", () => {
    account.s3.putObject(BUCKET, `${PREFIX}eu-central-1/a b.json.gz`);
    account.s3.putObject(BUCKET, `${PREFIX}eu-central-1/a.json`);
    account.s3.putObject(BUCKET, "AWSLogs/111122223333/CloudTrail-Digest/a.json.gz");
    expect(sentinelMessages()).toHaveLength(1);
    const { Records: records } = JSON.parse(sentinelMessages()[0] ?? "") as {
      Records: { s3: { bucket: { name: string }; object: { key: string } } }[];
    };
    expect(records[0]?.s3).toMatchObject({
      bucket: { name: BUCKET },
      object: { key: `${PREFIX}eu-central-1/a+b.json.gz` },
    });
  });

  test("do not arrive when the queue's policy no longer lets S3 in", () => {
    const url = account.sqs.queue("sentinel-cloudtrail")?.url as string;
    account.seed("aws_sqs_queue_policy", {
      queue_url: url,
      policy: allow("sns.amazonaws.com", "*", "arn:aws:sns:eu-central-1:111122223333:trail"),
    });
    account.s3.putObject(BUCKET, `${PREFIX}a.gz`);
    expect(sentinelMessages()).toEqual([]);
  });

  test("arrive through a topic unchanged with raw delivery, in an envelope without", () => {
    fanOut(true);
    account.s3.putObject(BUCKET, `${PREFIX}a.gz`);
    expect(JSON.parse(account.sqs.messages("defender")[0] ?? "")).toHaveProperty("Records");
    account.objects.all("aws_sns_topic_subscription").forEach((subscription) => {
      subscription.set({ ...subscription.attributes, raw_message_delivery: false }, 0);
    });
    account.s3.putObject(BUCKET, `${PREFIX}b.gz`);
    expect(JSON.parse(account.sqs.messages("defender")[1] ?? "")).toMatchObject({ Type: "Notification" });
    expect(sentinelMessages()).toEqual([]);
  });

  test("do not pass a topic whose subscriber does not let it in", () => {
    fanOut(true);
    account.delete("aws_sqs_queue_policy", account.sqs.queue("defender")?.url as string);
    account.s3.putObject(BUCKET, `${PREFIX}a.gz`);
    expect(account.sqs.messages("defender")).toEqual([]);
  });

  test("fail for a bucket that is not there", () => {
    expect(() => {
      account.s3.putObject("missing", "a");
    }).toThrow("has no bucket missing");
  });
});

describe("a bucket's notification configuration", () => {
  test("overwrites the one before, and is empty after delete", () => {
    fanOut(true);
    expect(account.s3.notificationOf(BUCKET)).not.toHaveProperty("queue");
    account.delete("aws_s3_bucket_notification", BUCKET);
    account.s3.putObject(BUCKET, `${PREFIX}a.gz`);
    expect(account.sqs.messages("defender")).toEqual([]);
  });

  test("fails when the destination's policy does not let S3 in", () => {
    const topic = account.create("aws_sns_topic", { name: "closed" }, REGION).arn as string;
    expect(() => notify({ topic: [{ topic_arn: topic, events: EVENTS }] })).toThrow(
      "Unable to validate the following destination configurations",
    );
  });

  test("fails when the policy names another bucket", () => {
    const queue = account.sqs.createQueue({ name: "other", policy: { Statement: [letsS3In("another-bucket")] } });
    expect(() => notify({ queue: [{ queue_arn: queue.arn, events: EVENTS }] })).toThrow("Unable to validate");
  });

  test("fails when two rules for the same event overlap in prefix and suffix", () => {
    const rule = (prefix: string, suffix: string) => ({
      queue_arn: sentinelArn(),
      events: EVENTS,
      filter_prefix: prefix,
      filter_suffix: suffix,
    });
    expect(() => notify({ queue: [rule("AWSLogs/", ".gz"), rule(PREFIX, ".json.gz")] })).toThrow(
      "Configuration is ambiguously defined",
    );
    expect(() => notify({ queue: [rule("a/", ".gz"), rule("b/", ".gz")] })).not.toThrow();
    expect(() => notify({ queue: [rule(PREFIX, ".gz"), rule(PREFIX, ".csv")] })).not.toThrow();
  });

  test("fails when two rules have the same id", () => {
    const rule = (prefix: string) => ({ id: "same", queue_arn: sentinelArn(), events: EVENTS, filter_prefix: prefix });
    expect(() => notify({ queue: [rule("a/"), rule("b/")] })).toThrow(
      "Same ID used for multiple configurations. IDs must be unique.",
    );
  });

  test.each<[string, object, boolean]>([
    ["everyone", { Principal: "*" }, false],
    ["S3", { Principal: { Service: "s3.amazonaws.com" } }, false],
    ["everything but reading", { Principal: "*", Action: undefined, NotAction: "sqs:ReceiveMessage" }, false],
    [
      "other accounts",
      { Principal: "*", Condition: { StringNotEquals: { "aws:SourceAccount": "999999999999" } } },
      false,
    ],
    ["requests without TLS", { Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }, true],
    ["another action", { Principal: "*", Action: "sqs:DeleteMessage" }, true],
    ["another bucket", { Principal: "*", Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::other" } } }, true],
    [
      "callers that are no service",
      { Principal: "*", Condition: { Null: { "aws:PrincipalIsAWSService": "true" } } },
      true,
    ],
  ])("is refused where a statement of the queue denies S3, and only there: %s", (_, denial, isTaken) => {
    const statement = { Effect: "Deny", Action: "sqs:*", Resource: "*", ...denial };
    const queue = account.sqs.createQueue({ name: "denied", policy: { Statement: [letsS3In(BUCKET), statement] } });
    const write = () => notify({ queue: [{ queue_arn: queue.arn, events: EVENTS }] });
    if (isTaken) {
      expect(write).not.toThrow();
    } else {
      expect(write).toThrow("Unable to validate");
    }
  });

  test("fails without the bucket", () => {
    account.objects.delete("aws_s3_bucket", BUCKET);
    expect(() => notify({})).toThrow("NoSuchBucket");
  });
});

describe("queues and topics", () => {
  test("have URL and ARN of their account and Region", () => {
    expect(account.create("aws_sqs_queue", { name: "q" }, "us-east-1")).toMatchObject({
      id: "https://sqs.us-east-1.amazonaws.com/111122223333/q",
      arn: "arn:aws:sqs:us-east-1:111122223333:q",
    });
    expect(account.create("aws_sns_topic", { name: "t" }, "us-east-1").arn).toBe(
      "arn:aws:sns:us-east-1:111122223333:t",
    );
  });

  test("fail with a policy for a queue that is not there", () => {
    expect(() =>
      account.create("aws_sqs_queue_policy", { queue_url: "https://nowhere", policy: '{"Statement":[]}' }, REGION),
    ).toThrow("NonExistentQueue");
  });

  test("fail with a subscription redrive policy that counts receives", () => {
    const topic = account.create("aws_sns_topic", { name: "t" }, REGION).arn as string;
    const redrive = JSON.stringify({ deadLetterTargetArn: "arn:aws:sqs:x", maxReceiveCount: 3 });
    expect(() =>
      account.create(
        "aws_sns_topic_subscription",
        { topic_arn: topic, protocol: "sqs", endpoint: sentinelArn(), redrive_policy: redrive },
        REGION,
      ),
    ).toThrow("RedrivePolicy");
  });
});
