import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { CloudTrailFanoutProps, FanoutPhase, TrailLayout } from "../../modules";
import { CloudTrailFanout, FANOUT_PHASES } from "../../modules";
import { keyPrefix } from "../../modules/cloudtrail-fanout/trail-layout";
import type { StackJson } from "../../rehearsal";
import { fanoutProps, fanoutStack, PLACE, stackOf } from "./fanout-stack";
import { FOREIGN_RULE_ID, SENTINEL_RULE_ID } from "./sentinel-account";

type Resource = Readonly<Record<string, unknown>>;

function resources(stack: StackJson, type: string): Readonly<Record<string, Resource>> {
  return (stack.resource?.[type] ?? {}) as Readonly<Record<string, Resource>>;
}

function addresses(stack: StackJson): string[] {
  return Object.entries(stack.resource ?? {}).flatMap(([type, named]) =>
    Object.keys(named).map((name) => `${type}.${name}`),
  );
}

/** The one resource of a type whose name contains the part. */
function resource(stack: StackJson, type: string, part: string): Resource {
  const found = Object.entries(resources(stack, type)).filter(([name]) => name.includes(`_${part}_`));
  expect(found).toHaveLength(1);
  return found[0]?.[1] ?? {};
}

const ORGANIZATION = "o-a1b2c3d4e5";

describe("key prefixes", () => {
  test.each<[string, TrailLayout]>([
    ["AWSLogs/111122223333/CloudTrail/", { kind: "account" }],
    ["AWSLogs/999988887777/CloudTrail/", { kind: "account", accountId: "999988887777" }],
    ["audit/trail/AWSLogs/111122223333/CloudTrail/", { kind: "account", trailPrefix: "audit/trail" }],
    [`AWSLogs/${ORGANIZATION}/`, { kind: "organization", organizationId: ORGANIZATION }],
    [`audit/AWSLogs/${ORGANIZATION}/`, { kind: "organization", organizationId: ORGANIZATION, trailPrefix: "audit" }],
    [`${ORGANIZATION}/AWSLogs/${ORGANIZATION}/`, { kind: "controlTower", organizationId: ORGANIZATION }],
    [
      `cloudtrail-organization/AWSLogs/${ORGANIZATION}/`,
      { kind: "landingZoneAccelerator", organizationId: ORGANIZATION },
    ],
    ["replica/AWSLogs/", { kind: "custom", prefix: "replica/AWSLogs/" }],
  ])("%s", (prefix, layout) => {
    expect(keyPrefix(layout, PLACE.accountId)).toBe(prefix);
    const props = fanoutProps("fanout");
    const notificationRule = { ...props.sentinel.notificationRule, prefix };
    const stack = fanoutStack({ ...props, trailLayout: layout, sentinel: { ...props.sentinel, notificationRule } });
    expect(resource(stack, "aws_s3_bucket_notification", "Notification").topic).toMatchObject([
      { filter_prefix: prefix, filter_suffix: ".gz", events: ["s3:ObjectCreated:*"] },
    ]);
  });

  test("no filter at all for a rule of Sentinel's without one", () => {
    const props = fanoutProps("fanout");
    const notificationRule = { id: SENTINEL_RULE_ID, events: ["s3:ObjectCreated:*"] };
    const stack = fanoutStack({
      ...props,
      trailLayout: { kind: "custom", prefix: "" },
      sentinel: { ...props.sentinel, notificationRule },
      otherRules: { ...props.otherRules, queues: [] },
    });
    const [rule] = resource(stack, "aws_s3_bucket_notification", "Notification").topic as object[];
    expect(Object.keys(rule ?? {}).sort()).toEqual(["events", "id", "topic_arn"]);
  });
});

describe("the bucket's notification", () => {
  const topics = [{ id: "t", topicArn: "arn:aws:sns:eu-central-1:111122223333:t", events: ["s3:ObjectRemoved:*"] }];
  const lambdaFunctions = [
    { id: "f", functionArn: "arn:aws:lambda:eu-central-1:111122223333:function:f", events: ["s3:ObjectTagging:*"] },
  ];
  const withAll = (phase: "prepare" | "fanout", props: Partial<CloudTrailFanoutProps> = {}) => {
    const base = fanoutProps(phase);
    return fanoutStack({
      ...base,
      otherRules: { ...base.otherRules, topics, lambdaFunctions, eventBridge: true },
      ...props,
    });
  };
  const ids = (rules: unknown) => (rules as { id: string }[]).map(({ id }) => id);

  test("keeps every other rule on both ways", () => {
    const direct = resource(withAll("prepare"), "aws_s3_bucket_notification", "Notification");
    const toTopic = resource(withAll("fanout"), "aws_s3_bucket_notification", "Notification");
    expect(ids(direct.queue)).toEqual([SENTINEL_RULE_ID, FOREIGN_RULE_ID]);
    expect(ids(direct.topic)).toEqual(["t"]);
    expect(ids(toTopic.queue)).toEqual([FOREIGN_RULE_ID]);
    expect(ids(toTopic.topic)).toEqual(["t", "CloudTrail-SNS"]);
    for (const notification of [direct, toTopic]) {
      expect(ids(notification.lambda_function)).toEqual(["f"]);
      expect(notification.eventbridge).toBe(true);
    }
  });

  test("has Sentinel's rule where S3 has it", () => {
    const { sentinel } = fanoutProps("prepare");
    const notificationRule = { ...sentinel.notificationRule, position: 1 };
    const stack = withAll("prepare", { sentinel: { ...sentinel, notificationRule } });
    expect(ids(resource(stack, "aws_s3_bucket_notification", "Notification").queue)).toEqual([
      FOREIGN_RULE_ID,
      SENTINEL_RULE_ID,
    ]);
  });

  test("hears of PUT alone where that is wanted", () => {
    const stack = withAll("fanout", { events: "s3:ObjectCreated:Put" });
    const { topic } = resource(stack, "aws_s3_bucket_notification", "Notification") as { topic: object[] };
    expect(topic[1]).toMatchObject({ events: ["s3:ObjectCreated:Put"] });
  });

  test("comes last: after policies and subscriptions", () => {
    const { depends_on: dependsOn } = resource(withAll("fanout"), "aws_s3_bucket_notification", "Notification");
    expect((dependsOn as string[]).map((address) => address.split(".").at(-1)?.split("_")[1])).toEqual(
      expect.arrayContaining(["TopicPolicy", "SentinelSubscription", "DefenderSubscription"]),
    );
  });
});

describe("subscriptions", () => {
  test("are raw, and have a dead-letter queue each", () => {
    const stack = fanoutStack(fanoutProps("prepare"));
    const subscriptions = ["Sentinel", "Defender"].map((reader) =>
      resource(stack, "aws_sns_topic_subscription", `${reader}Subscription`),
    );
    expect(subscriptions).toMatchObject([
      { endpoint: "arn:aws:sqs:eu-central-1:111122223333:MicrosoftSentinelCloudTrailSqs", raw_message_delivery: true },
      { endpoint: "arn:aws:sqs:eu-central-1:111122223333:DefenderForCloud-SQS", raw_message_delivery: true },
    ]);
    expect(subscriptions.map(({ redrive_policy: policy }) => JSON.parse(policy as string) as object)).toEqual([
      { deadLetterTargetArn: "arn:aws:sqs:eu-central-1:111122223333:CloudTrail-SNS-sentinel-dlq" },
      { deadLetterTargetArn: "arn:aws:sqs:eu-central-1:111122223333:CloudTrail-SNS-defender-dlq" },
    ]);
  });

  test("come after every queue's policy, those of the dead-letter queues included", () => {
    const stack = fanoutStack(fanoutProps("prepare"));
    const policies = addresses(stack).filter((address) => /aws_(sqs_queue|sns_topic)_policy/.test(address));
    expect(policies).toHaveLength(5);
    for (const subscription of Object.values(resources(stack, "aws_sns_topic_subscription"))) {
      expect(new Set(subscription.depends_on as string[])).toEqual(new Set(policies));
    }
  });

  test("keep what could not be delivered for as long as SQS can, 14 days", () => {
    const stack = fanoutStack(fanoutProps("prepare"));
    for (const reader of ["Sentinel", "Defender"]) {
      expect(resource(stack, "aws_sqs_queue", `${reader}DeadLetterQueue`)).toMatchObject({
        message_retention_seconds: 1_209_600,
      });
    }
  });

  test("share a dead-letter queue where that is wanted", () => {
    const stack = fanoutStack({ ...fanoutProps("prepare"), deadLetterQueues: "shared" });
    const names = Object.values(resources(stack, "aws_sqs_queue")).map(({ name }) => name);
    expect(names.sort()).toEqual(["CloudTrail-SNS-dlq", "DefenderForCloud-SQS"]);
  });
});

describe("encryption", () => {
  const key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555";

  test("is SSE-SQS for every queue, and none for the topic, by default", () => {
    const stack = fanoutStack(fanoutProps("prepare"));
    for (const queue of Object.values(resources(stack, "aws_sqs_queue"))) {
      expect(queue).toMatchObject({ sqs_managed_sse_enabled: true });
    }
    expect(resource(stack, "aws_sns_topic", "Topic")).not.toHaveProperty("kms_master_key_id");
  });

  test("is by customer keys where they are given", () => {
    const encryption = { topicKeyArn: key, queueKeyArn: key };
    const stack = fanoutStack({ ...fanoutProps("prepare"), encryption });
    for (const queue of Object.values(resources(stack, "aws_sqs_queue"))) {
      expect(queue).toMatchObject({ kms_master_key_id: key });
      expect(queue).not.toHaveProperty("sqs_managed_sse_enabled");
    }
    expect(resource(stack, "aws_sns_topic", "Topic")).toMatchObject({ kms_master_key_id: key });
  });

  test("tells the owners of the keys what to add", () => {
    stackOf((stack) => {
      const fanout = new CloudTrailFanout(stack, "Fanout", {
        ...fanoutProps("prepare"),
        encryption: { topicKeyArn: key, logKeyArn: key },
      });
      expect(Object.keys(fanout.keyPolicyStatements).sort()).toEqual(["logKeyArn", "topicKeyArn"]);
    });
  });
});

describe("Defender's queue", () => {
  test("keeps messages for 14 days by default", () => {
    expect(resource(fanoutStack(fanoutProps("prepare")), "aws_sqs_queue", "DefenderQueue")).toMatchObject({
      message_retention_seconds: 1_209_600,
      visibility_timeout_seconds: 30,
    });
  });

  test("takes other times", () => {
    const times = { messageRetentionSeconds: 345_600, visibilityTimeoutSeconds: 300 };
    const stack = fanoutStack({ ...fanoutProps("prepare"), defender: { readerRoleArns: [], ...times } });
    expect(resource(stack, "aws_sqs_queue", "DefenderQueue")).toMatchObject({
      message_retention_seconds: 345_600,
      visibility_timeout_seconds: 300,
    });
  });
});

describe("alarms", () => {
  const alarms = { actionArns: ["arn:aws:sns:eu-central-1:111122223333:on-call"] };
  const watched = (props: Partial<CloudTrailFanoutProps>) =>
    Object.values(resources(fanoutStack({ ...fanoutProps("fanout"), ...props }), "aws_cloudwatch_metric_alarm"));

  test("are not there by default", () => {
    expect(watched({})).toEqual([]);
  });

  test("watch the age in both queues and every dead-letter queue", () => {
    const found = watched({ alarms }).map((alarm) => ({
      queue: (alarm.dimensions as { QueueName: string }).QueueName,
      metric: alarm.metric_name,
      threshold: alarm.threshold,
      actions: alarm.alarm_actions,
    }));
    const age = { metric: "ApproximateAgeOfOldestMessage", threshold: 900, actions: alarms.actionArns };
    const depth = { metric: "ApproximateNumberOfMessagesVisible", threshold: 1, actions: alarms.actionArns };
    expect(found).toHaveLength(4);
    expect(found).toEqual(
      expect.arrayContaining([
        { queue: "MicrosoftSentinelCloudTrailSqs", ...age },
        { queue: "DefenderForCloud-SQS", ...age },
        { queue: "CloudTrail-SNS-sentinel-dlq", ...depth },
        { queue: "CloudTrail-SNS-defender-dlq", ...depth },
      ]),
    );
  });

  test("watch a shared dead-letter queue once", () => {
    expect(watched({ alarms, deadLetterQueues: "shared" })).toHaveLength(3);
  });
});

describe("what Terraform may do with adopted objects", () => {
  const adopted = /^aws_(sqs_queue_policy|s3_bucket_notification)\.Fanout_Adopted_/;

  test.each(["prepare", "fanout", "rollback"] as const)(
    "phase %s imports them and prevents their destruction",
    (phase) => {
      const stack = fanoutStack(fanoutProps(phase));
      const declared = addresses(stack).filter((address) => adopted.test(address));
      expect(declared).toHaveLength(2);
      expect(((stack.import ?? []) as { to: string }[]).map(({ to }) => to).sort()).toEqual(declared.sort());
      for (const address of declared) {
        const [type = "", name = ""] = address.split(".");
        expect(resources(stack, type)[name]).toMatchObject({ lifecycle: { prevent_destroy: true } });
      }
    },
  );

  test("phase release removes them from the state alone", () => {
    const stack = fanoutStack(fanoutProps("release"));
    const declared = addresses(fanoutStack(fanoutProps("prepare"))).filter((address) => adopted.test(address));
    const removed = declared.map((from) => ({ from, lifecycle: { destroy: false } }));
    expect(stack.removed).toHaveLength(2);
    expect(stack.removed).toEqual(expect.arrayContaining(removed));
    expect(stack).not.toHaveProperty("import");
    expect(addresses(stack).filter((address) => adopted.test(address))).toEqual([]);
  });

  test("no phase drops the address of an adopted object without a removed block", () => {
    const taken = new Set(
      FANOUT_PHASES.map((phase) => fanoutStack(fanoutProps(phase)))
        .flatMap(addresses)
        .filter((a) => adopted.test(a)),
    );
    expect(taken.size).toBe(2);
    for (const phase of FANOUT_PHASES) {
      const stack = fanoutStack(fanoutProps(phase));
      const handled = [
        ...addresses(stack),
        ...[stack.removed ?? []].flat().map((block) => (block as { from: string }).from),
      ];
      expect([...taken].filter((address) => !handled.includes(address))).toEqual([]);
    }
  });
});

describe("what stands in the way of a loss", () => {
  const guarded = ["aws_sns_topic", "aws_sns_topic_subscription", "aws_sqs_queue"];

  test.each(["fanout", "rollback", "release"] as const)(
    "phase %s prevents that anything is destroyed that events pass",
    (phase) => {
      const stack = fanoutStack(fanoutProps(phase));
      const found = guarded.flatMap((type) => Object.values(resources(stack, type)));
      expect(found).toHaveLength(6);
      for (const one of found) {
        expect(one).toMatchObject({ lifecycle: { prevent_destroy: true } });
      }
    },
  );

  const witness = (phase: FanoutPhase) => resource(fanoutStack(fanoutProps(phase)), "terraform_data", "Witness");
  const dependencies = (found: Resource) =>
    ((found.depends_on ?? []) as string[]).map((address) => address.split("_").at(-2));
  const notification = (phase: FanoutPhase) =>
    resource(fanoutStack(fanoutProps(phase)), "aws_s3_bucket_notification", "Notification");

  test("phase fanout changes the witness first, phase rollback last", () => {
    expect(witness("fanout")).toEqual({ input: "fanout" });
    expect(dependencies(notification("fanout"))).toContain("Witness");
    expect(witness("rollback")).toMatchObject({ input: "rollback" });
    expect(dependencies(witness("rollback"))).toEqual(["Notification"]);
  });

  test.each(["prepare", "release"] as const)("phase %s only asks the witness", (phase) => {
    expect(witness(phase)).toMatchObject({
      lifecycle: {
        ignore_changes: ["input"],
        postcondition: [{ error_message: expect.stringContaining(phase) as unknown }],
      },
    });
  });
});

test("a provider of the caller's serves everything; the adopted objects have it once more under a name of their own", () => {
  const stack = stackOf((scope) => {
    const assumeRole = [{ roleArn: "arn:aws:iam::111122223333:role/Deploy" }];
    const provider = new AwsProvider(scope, "logs", { alias: "logs", region: "eu-west-3", assumeRole });
    new CloudTrailFanout(scope, "Fanout", { ...fanoutProps("prepare"), alarms: { actionArns: [] }, provider });
  });
  const configurations = (stack.provider as { aws: Resource[] }).aws;
  const lock = configurations[2]?.alias as string;
  expect(configurations.map(({ alias }) => alias)).toEqual([
    undefined,
    "logs",
    expect.stringMatching(/^Fanout_Adopted_/),
  ]);
  expect({ ...configurations[2], alias: "logs" }).toEqual(configurations[1]);

  const blocks = [stack.resource ?? {}, stack.data ?? {}].flatMap((section) =>
    Object.entries(section as Record<string, Record<string, Resource>>).flatMap(([type, named]) =>
      type === "terraform_data" ? [] : Object.entries(named),
    ),
  );
  expect(blocks).toHaveLength(19);
  for (const [name, { provider }] of blocks) {
    expect([name, provider]).toEqual([name, name.includes("_Adopted_") ? `aws.${lock}` : "aws.logs"]);
  }
});

test("addresses are the contract with every state that exists: they do not change", () => {
  expect(addresses(fanoutStack(fanoutProps("prepare"))).sort()).toEqual([
    "aws_s3_bucket_notification.Fanout_Adopted_Notification_C0C44019",
    "aws_sns_topic.Fanout_Topic_68BFBE8A",
    "aws_sns_topic_policy.Fanout_TopicPolicy_8A814EF6",
    "aws_sns_topic_subscription.Fanout_DefenderSubscription_3F5D7BA1",
    "aws_sns_topic_subscription.Fanout_SentinelSubscription_EB1F845F",
    "aws_sqs_queue.Fanout_DefenderDeadLetterQueue_708512E2",
    "aws_sqs_queue.Fanout_DefenderQueue_46B81F90",
    "aws_sqs_queue.Fanout_SentinelDeadLetterQueue_BD21DA1D",
    "aws_sqs_queue_policy.Fanout_Adopted_SentinelQueuePolicy_8A8C2530",
    "aws_sqs_queue_policy.Fanout_DefenderDeadLetterQueuePolicy_01A3AF30",
    "aws_sqs_queue_policy.Fanout_DefenderQueuePolicy_C061BC4E",
    "aws_sqs_queue_policy.Fanout_SentinelDeadLetterQueuePolicy_CE34F9A7",
    "terraform_data.Fanout_Witness_9F6E1323",
  ]);
});

test("the same props give the same JSON", () => {
  expect(fanoutStack(fanoutProps("fanout"))).toEqual(fanoutStack(fanoutProps("fanout")));
});
