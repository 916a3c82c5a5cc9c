import { TerraformVariable } from "cdktf";
import type { TerraformStack } from "cdktf";
import { CloudTrailFanout } from "../../modules";
import type { CloudTrailFanoutProps } from "../../modules";
import { fanoutProps, fanoutStack, PLACE, stackOf } from "./fanout-stack";
import { SENTINEL_QUEUE } from "./sentinel-account";

const KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555";
const ROLE = "arn:aws:iam::111122223333:role/DefenderCloudTrailReader";
const SUBSCRIPTION = "arn:aws:sns:eu-central-1:111122223333:cloudtrail-fanout:11111111-2222-3333-4444-555555555555";

/** What the construct says to these props; empty where it takes them. */
function refusal(props: Partial<CloudTrailFanoutProps> | Readonly<Record<string, unknown>>): string {
  try {
    fanoutStack({ ...fanoutProps("prepare"), ...(props as Partial<CloudTrailFanoutProps>) });
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("takes", () => {
  test.each<[string, Partial<CloudTrailFanoutProps>]>([
    ["the phases", { phase: "rollback" }],
    ["the release", { phase: "release" }],
    ["no reader", { defender: { readerRoleArns: [] } }],
    [
      "keys of the region",
      { encryption: { topicKeyArn: KEY, queueKeyArn: KEY, sentinelQueueKeyArn: KEY, logKeyArn: KEY } },
    ],
    ["further keys", { additionalKeys: [{ prefix: "AWSLogs/o-a1b2c3d4e5/" }, { prefix: "other/", suffix: ".gz" }] }],
    ["a bucket of another account", { bucketAccountId: "444455556666" }],
    ["what exists", { adopt: { sentinelSubscriptionArn: SUBSCRIPTION, defenderSubscriptionArn: SUBSCRIPTION } }],
    ["what exists, without its subscriptions", { adopt: {} }],
    ["alarms without actions", { alarms: { actionArns: [] } }],
  ])("%s", (_, props) => {
    expect(refusal(props)).toBe("");
  });
});

describe("fails at synth", () => {
  test.each<[string, object, RegExp]>([
    [
      "an unknown phase",
      { phase: "fan-out" },
      /^phase: "fan-out" is not allowed; expected phase prepare, fanout, rollback/,
    ],
    ["a malformed account", { awsAccountId: "1111" }, /^awsAccountId: "1111" is not allowed/],
    ["a malformed region", { awsRegion: "Frankfurt" }, /^awsRegion: "Frankfurt" is not allowed/],
    [
      "a bucket's ARN as its name",
      { bucketName: "arn:aws:s3:::logs" },
      /^bucketName: .* expected the name of an S3 bucket/,
    ],
    ["a malformed owner", { bucketAccountId: "us" }, /^bucketAccountId: "us" is not allowed/],
    [
      "a FIFO queue",
      { sentinel: { queueName: "trail.fifo" } },
      /^sentinel\.queueName: .* \(\.fifo\) cannot take S3 events/,
    ],
    ["a FIFO topic", { topicName: "trail.fifo" }, /^topicName: .* \(\.fifo\) cannot take S3 events/],
    [
      "one queue for both",
      { defender: { readerRoleArns: [], queueName: SENTINEL_QUEUE } },
      /^defender\.queueName: .*each reader needs a queue of its own/,
    ],
    [
      "Sentinel's queue as a dead-letter queue",
      { sentinel: { queueName: "cloudtrail-fanout-sentinel-dlq" } },
      /^sentinel\.queueName: .* is the name of a dead-letter queue/,
    ],
    [
      "a role in another partition",
      { partition: "aws-cn", defender: { readerRoleArns: [ROLE] } },
      /readerRoleArns\[0\]: .*partition aws-cn/,
    ],
    [
      "everyone as reader",
      { defender: { readerRoleArns: ["*"] } },
      /^defender\.readerRoleArns\[0\]: "\*" is not allowed/,
    ],
    ["a role twice", { defender: { readerRoleArns: [ROLE, ROLE] } }, /list each role only once/],
    [
      "a retention that SQS does not have",
      { defender: { readerRoleArns: [], messageRetentionSeconds: 10 } },
      /a whole number from 60 to 1209600 \(seconds\)/,
    ],
    ["AWS's own key", { encryption: { queueKeyArn: "alias/aws/sqs" } }, /^encryption\.queueKeyArn: .*do not work/],
    [
      "a key of another region",
      { encryption: { topicKeyArn: KEY.replace("central", "west") } },
      /must be in the region of topic and queues/,
    ],
    [
      "every key of the bucket",
      { additionalKeys: [{ prefix: "" }] },
      /^additionalKeys\[0\]\.prefix: "" is not allowed/,
    ],
    ["wildcards in keys", { additionalKeys: [{ prefix: "AWSLogs/*" }] }, /without wildcards/],
    [
      "a subscription of another topic",
      {
        adopt: {
          sentinelSubscriptionArn: SUBSCRIPTION.replace("fanout", "other"),
          defenderSubscriptionArn: SUBSCRIPTION,
        },
      },
      /^adopt\.sentinelSubscriptionArn: .*must be a subscription of topic/,
    ],
    ["a tag whose key AWS reserves", { tags: { "aws:team": "x" } }, /AWS reserves keys that start with aws:/],
    ["a value that is not a provider", { awsProvider: "aws" }, /^awsProvider: /],
  ])("for %s", (_, props, message) => {
    expect(refusal(props)).toMatch(message);
  });

  // What is read from AWS now cannot be typed wrong any more.
  test.each(["otherRules", "trailLayout", "suffix", "events", "deadLetterQueues", "topicname"])(
    "for prop %s",
    (prop) => {
      expect(refusal({ [prop]: [] })).toMatch(new RegExp(`^${prop}: .*no such prop`));
    },
  );

  test.each(["roleArns", "notificationRule", "furtherStatements"])("for prop sentinel.%s", (prop) => {
    expect(refusal({ sentinel: { queueName: SENTINEL_QUEUE, [prop]: [] } })).toMatch(
      new RegExp(`^sentinel\\.${prop}: .*no such prop`),
    );
  });

  test("with every fault at once, and no word of a variable of the examples", () => {
    const message = refusal({ phase: "off", bucketName: "B", topicName: "a b" });
    expect(message).toMatch(/3 inputs are not allowed[\s\S]*phase[\s\S]*bucketName[\s\S]*topicName/);
    expect(message).not.toMatch(/FANOUT_PHASE/);
  });
});

test("Terraform values are checked at plan, by the same rules", () => {
  const stack = stackOf((scope) => {
    const value = (name: string) => new TerraformVariable(scope, name, { type: "string" }).stringValue;
    new CloudTrailFanout(scope, "Fanout", {
      ...fanoutProps(value("phase")),
      bucketName: value("bucket"),
      sentinel: { queueName: value("queue") },
    });
  }, PLACE.region);
  const [guard] = Object.values(
    (stack.data?.aws_caller_identity ?? {}) as Record<string, { lifecycle: { precondition: object[] } }>,
  );
  const messages = JSON.stringify(guard?.lifecycle.precondition);
  for (const prop of ["phase", "bucketName", "sentinel.queueName", "defender.queueName"]) {
    expect(messages).toContain(`"error_message":"${prop}: `);
  }
});

describe("two fan-outs of one bucket in a stack", () => {
  const two = (bucketNames: (stack: TerraformStack) => readonly [string, string]) =>
    stackOf((stack) => {
      bucketNames(stack).forEach((bucketName, index) => {
        const own = { topicName: `fanout-${index}`, sentinel: { queueName: `${SENTINEL_QUEUE}${index}` } };
        new CloudTrailFanout(stack, `Fanout${index}`, { ...fanoutProps("prepare"), bucketName, ...own });
      });
    });
  const REFUSED = /^bucketName: .* is not allowed; stack\/Fanout0 writes the notification of this bucket already/;

  test("are refused", () => {
    expect(() => two(() => ["logs", "logs"])).toThrow(REFUSED);
  });

  test("are refused where one variable names the bucket", () => {
    const variable = (stack: TerraformStack) => new TerraformVariable(stack, "bucket", { type: "string" });
    expect(() =>
      two((stack) => {
        const bucket = variable(stack);
        return [bucket.stringValue, bucket.stringValue];
      }),
    ).toThrow(REFUSED);
  });

  test("are taken for two buckets, and in two stacks", () => {
    two(() => ["logs", "other-logs"]);
    fanoutStack(fanoutProps("prepare"));
    fanoutStack(fanoutProps("prepare"));
  });
});
