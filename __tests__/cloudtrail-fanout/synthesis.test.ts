import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { CloudTrailFanoutProps } from "../../modules";
import { CloudTrailFanout } from "../../modules";
import type { StackJson } from "../../rehearsal";
import { fanoutProps, fanoutStack, PLACE, stackOf, variableStack } from "./fanout-stack";

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

describe("subscriptions", () => {
  test("are raw, and have a dead-letter queue each", () => {
    const stack = fanoutStack(fanoutProps("prepare"));
    const subscriptions = ["Sentinel", "Defender"].map((reader) =>
      resource(stack, "aws_sns_topic_subscription", `${reader}Subscription`),
    );
    expect(subscriptions).toMatchObject([
      { endpoint: "arn:aws:sqs:eu-central-1:111122223333:MicrosoftSentinelCloudTrailSqs", raw_message_delivery: true },
      { endpoint: "arn:aws:sqs:eu-central-1:111122223333:cloudtrail-fanout-defender", raw_message_delivery: true },
    ]);
    expect(subscriptions.map(({ redrive_policy: policy }) => JSON.parse(policy as string) as object)).toEqual([
      { deadLetterTargetArn: "arn:aws:sqs:eu-central-1:111122223333:cloudtrail-fanout-sentinel-dlq" },
      { deadLetterTargetArn: "arn:aws:sqs:eu-central-1:111122223333:cloudtrail-fanout-defender-dlq" },
    ]);
  });

  test("come after every queue's policy, those of the dead-letter queues included", () => {
    const stack = fanoutStack(fanoutProps("prepare"));
    const policies = addresses(stack).filter((address) => /aws_(sqs_queue|sns_topic)_policy(?!.*Found)/.test(address));
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

  test("have unique names: CloudWatch overwrites an alarm of the same name", () => {
    const names = watched({ alarms }).map((alarm) => String(alarm.alarm_name));
    expect(names.filter((name) => !name.startsWith("cloudtrail-fanout-"))).toEqual([]);
    expect(new Set(names).size).toBe(4);
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
        { queue: "cloudtrail-fanout-defender", ...age },
        { queue: "cloudtrail-fanout-sentinel-dlq", ...depth },
        { queue: "cloudtrail-fanout-defender-dlq", ...depth },
      ]),
    );
  });
});

describe("the bucket's notification", () => {
  const notification = () => resource(variableStack(fanoutProps("")), "aws_s3_bucket_notification", "Notification");

  test("has no rule of its own: every one comes from the data source", () => {
    expect(notification()).not.toHaveProperty("queue");
    expect(Object.keys(notification().dynamic as object).sort()).toEqual(["lambda_function", "queue", "topic"]);
  });

  test("comes last: after policies and subscriptions", () => {
    const dependencies = (notification().depends_on as string[]).map((address) => address.split("_").at(-2));
    expect(dependencies).toEqual(
      expect.arrayContaining(["TopicPolicy", "SentinelQueuePolicy", "SentinelSubscription", "DefenderSubscription"]),
    );
  });
});

describe("for the connector", () => {
  const key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555";
  const expected = {
    resourceRegion: "eu-central-1",
    s3BucketArn: "arn:aws:s3:::trail-logs",
    sqsQueueArn: "arn:aws:sqs:eu-central-1:111122223333:cloudtrail-fanout-defender",
  };

  test.each([
    [{}, expected],
    [{ encryption: { logKeyArn: key } }, { ...expected, kmsKeyArn: key }],
  ])("has the resource set of CloudTrail ingestion: %j", (props, resourceSet) => {
    stackOf((stack) => {
      const fanout = new CloudTrailFanout(stack, "Fanout", { ...fanoutProps("prepare"), ...props });
      expect(fanout.cloudTrailResourceSet).toEqual(resourceSet);
    });
  });
});

describe("what Terraform may do", () => {
  const shared = /^aws_(sqs_queue_policy|s3_bucket_notification)\.Fanout_Adopted_/;
  const stack = variableStack(fanoutProps(""));
  const release = fanoutStack(fanoutProps("release"));

  test("imports what is shared, and prevents the destruction of everything but the mark in the state", () => {
    const declared = addresses(stack);
    const imported = (stack.import as { to: string }[]).map(({ to }) => to);
    expect([...imported].sort()).toEqual(declared.filter((address) => shared.test(address)).sort());
    for (const address of declared) {
      const [type = "", name = ""] = address.split(".");
      const { lifecycle } = resources(stack, type)[name] as { lifecycle: { prevent_destroy: boolean } };
      expect([address, lifecycle.prevent_destroy]).toEqual([address, type !== "terraform_data"]);
    }
  });

  test("the release declares only the mark, protected, and removes what is shared from the state", () => {
    expect(addresses(release)).toEqual([
      expect.stringMatching(/^terraform_data\.Fanout_Not_destroyed_in_phase_release/),
    ]);
    expect(Object.values(resources(release, "terraform_data"))).toMatchObject([
      { lifecycle: { prevent_destroy: true } },
    ]);
    expect(addresses(stack)).toContain(addresses(release)[0]);
    const removed = release.removed as { from: string; lifecycle: { destroy: boolean } }[];
    expect(removed.map(({ from }) => from).sort()).toEqual(
      addresses(stack)
        .filter((address) => shared.test(address))
        .sort(),
    );
    expect(removed.every(({ lifecycle }) => !lifecycle.destroy)).toBe(true);
  });

  test("the provider of the release fails as long as something is refused", () => {
    const [, lock] = (release.provider as { aws: Resource[] }).aws;
    expect(lock?.region).toMatch(/^\$\{length\(compact\(local\.\w+\)\) == 0 \? local\.\w+\.region : tobool\(/);
    const [, plain] = (stack.provider as { aws: Resource[] }).aws;
    expect(plain?.region).toBe("eu-central-1");
  });
});

test("the caller's provider serves everything; changed objects use a copy of it under a separate alias", () => {
  const stack = stackOf((scope) => {
    const assumeRole = [{ roleArn: "arn:aws:iam::111122223333:role/Deploy" }];
    const provider = new AwsProvider(scope, "logs", { alias: "logs", region: "eu-west-3", assumeRole });
    new CloudTrailFanout(scope, "Fanout", {
      ...fanoutProps("prepare"),
      alarms: { actionArns: [] },
      awsProvider: provider,
    });
  });
  const configurations = (stack.provider as { aws: Resource[] }).aws;
  const lock = configurations[2]?.alias as string;
  expect(configurations.map(({ alias }) => alias)).toEqual([undefined, "logs", expect.stringMatching(/^Fanout_Lock_/)]);
  expect({ ...configurations[2], alias: "logs" }).toEqual({
    ...configurations[1],
    allowed_account_ids: [PLACE.accountId],
  });

  const providersOf = (section: object) =>
    Object.entries(section as Record<string, Record<string, Resource>>)
      .filter(([type]) => !["terraform_data", "aws_cloudwatch_metric_alarm"].includes(type))
      .flatMap(([, named]) => Object.values(named).map(({ provider }) => provider));
  expect(new Set(providersOf(stack.resource ?? {}))).toEqual(new Set([`aws.${lock}`]));
  expect(new Set(providersOf(stack.data ?? {}))).toEqual(new Set(["aws.logs"]));
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
    "aws_sqs_queue_policy.Fanout_Adopted_SentinelQueuePolicyFound_2FBA7D21",
    "aws_sqs_queue_policy.Fanout_Adopted_SentinelQueuePolicy_8A8C2530",
    "aws_sqs_queue_policy.Fanout_DefenderDeadLetterQueuePolicy_01A3AF30",
    "aws_sqs_queue_policy.Fanout_DefenderQueuePolicy_C061BC4E",
    "aws_sqs_queue_policy.Fanout_SentinelDeadLetterQueuePolicy_CE34F9A7",
    "terraform_data.Fanout_Not_destroyed_in_phase_release_1FDDBE1B",
  ]);
});

test("the same props give the same JSON", () => {
  expect(fanoutStack(fanoutProps("fanout"))).toEqual(fanoutStack(fanoutProps("fanout")));
});
