import { Rehearsal, sentinelWorld, terraformAvailable, type Clouds, type StackJson } from "../../rehearsal";
import { providers } from "./stacks";

const BUCKET = "cloudtrail-logs";
const SENTINEL_QUEUE = "sentinel-cloudtrail";
const ACCOUNT = "111122223333";
const PREFIX = `AWSLogs/${ACCOUNT}/CloudTrail/`;
const sqsArn = (name: string) => `arn:aws:sqs:eu-central-1:${ACCOUNT}:${name}`;
const queueUrl = (name: string) => `https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/${name}`;
const TOPIC = `arn:aws:sns:eu-central-1:${ACCOUNT}:trail`;

const service = (sid: string, principal: string, action: string, resource: string, source: string) => ({
  Sid: sid,
  Effect: "Allow",
  Principal: { Service: principal },
  Action: action,
  Resource: resource,
  Condition: { ArnLike: { "aws:SourceArn": source } },
});

const fromTopic = (queue: string) => service("sns", "sns.amazonaws.com", "sqs:SendMessage", sqsArn(queue), TOPIC);

/** The bucket's notification is switched from Sentinel's queue to a topic with two queues behind it. */
function fanOut(phase: "prepare" | "fanout", livePolicy: { Statement: object[] }): StackJson {
  const filter = { events: ["s3:ObjectCreated:*"], filter_prefix: PREFIX, filter_suffix: ".gz" };
  const subscribe = (queue: string) => ({
    topic_arn: TOPIC,
    protocol: "sqs",
    endpoint: sqsArn(queue),
    raw_message_delivery: true,
    depends_on: ["aws_sns_topic.trail"],
  });
  return {
    provider: { aws: providers.aws },
    resource: {
      aws_sns_topic: { trail: { name: "trail" } },
      aws_sns_topic_policy: {
        trail: {
          arn: "${aws_sns_topic.trail.arn}",
          policy: JSON.stringify({
            Statement: [service("s3", "s3.amazonaws.com", "sns:Publish", TOPIC, `arn:aws:s3:*:*:${BUCKET}`)],
          }),
        },
      },
      aws_sqs_queue: { defender: { name: "defender" } },
      aws_sqs_queue_policy: {
        defender: {
          queue_url: "${aws_sqs_queue.defender.url}",
          policy: JSON.stringify({ Statement: [fromTopic("defender")] }),
        },
        sentinel: {
          queue_url: queueUrl(SENTINEL_QUEUE),
          policy: JSON.stringify({ ...livePolicy, Statement: [...livePolicy.Statement, fromTopic(SENTINEL_QUEUE)] }),
        },
      },
      aws_sns_topic_subscription: { defender: subscribe("defender"), sentinel: subscribe(SENTINEL_QUEUE) },
      aws_s3_bucket_notification: {
        trail: {
          bucket: BUCKET,
          ...(phase === "prepare"
            ? { queue: [{ id: "CloudTrailToSentinel", queue_arn: sqsArn(SENTINEL_QUEUE), ...filter }] }
            : { topic: [{ id: "CloudTrailToTopic", topic_arn: TOPIC, ...filter }] }),
          depends_on: ["aws_sns_topic_policy.trail", "aws_sns_topic_subscription.sentinel"],
        },
      },
    },
    import: [
      { to: "aws_sqs_queue_policy.sentinel", id: queueUrl(SENTINEL_QUEUE) },
      { to: "aws_s3_bucket_notification.trail", id: BUCKET },
    ],
  };
}

let clouds: Clouds;
let rehearsal: Rehearsal | undefined;

beforeEach(() => {
  clouds = sentinelWorld();
});

afterEach(async () => {
  await rehearsal?.stop();
});

(terraformAvailable() ? describe : describe.skip)("a bucket that Sentinel reads already", () => {
  test("is imported without a change, switched in one update, and loses no event", async () => {
    const { s3, sqs } = clouds.aws.caller;
    const livePolicy = JSON.parse(sqs.policyOf(queueUrl(SENTINEL_QUEUE))) as { Statement: object[] };
    const put = (key: string) => {
      s3.putObject(BUCKET, `${PREFIX}${key}.json.gz`);
    };
    put("before");

    rehearsal = await Rehearsal.start({ ...clouds, stack: fanOut("prepare", livePolicy) });
    await rehearsal.init();
    const prepare = await rehearsal.plan();
    expect(prepare.counts).toEqual({ add: 6, change: 1, destroy: 0, import: 2, forget: 0 });
    const notification = prepare.changes.find(({ type }) => type === "aws_s3_bucket_notification");
    expect(notification?.change.actions).toEqual(["no-op"]);
    await rehearsal.apply(prepare);
    expect((await rehearsal.plan()).empty).toBe(true);
    put("prepared");

    await rehearsal.updateStack(fanOut("fanout", livePolicy));
    const fanout = await rehearsal.plan();
    expect(fanout.counts).toEqual({ add: 0, change: 1, destroy: 0, import: 0, forget: 0 });
    await rehearsal.apply(fanout);
    expect((await rehearsal.plan()).empty).toBe(true);
    put("after");

    expect(sqs.messages(SENTINEL_QUEUE)).toHaveLength(3);
    expect(sqs.messages("defender")).toEqual([sqs.messages(SENTINEL_QUEUE)[2]]);
  });

  test("fails to import the policy of a queue that has none", async () => {
    clouds.aws.caller.delete("aws_sqs_queue_policy", queueUrl(SENTINEL_QUEUE));
    rehearsal = await Rehearsal.start({ ...clouds, stack: fanOut("prepare", { Statement: [] }) });
    await rehearsal.init();
    await expect(rehearsal.plan()).rejects.toThrow("Cannot import non-existent remote object");
  });
});
