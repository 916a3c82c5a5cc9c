import { CloudTrailFanout, inputVariable } from "../../modules";
import type { FanoutPhase } from "../../modules";
import { AwsCloud, AzureCloud, Rehearsal } from "../../rehearsal";
import type { Plan, StackJson } from "../../rehearsal";
import { fanoutProps, fanoutStack, PLACE, stackOf, withoutFanout } from "./fanout-stack";
import {
  BUCKET,
  FOREIGN_PREFIX,
  FOREIGN_QUEUE,
  FOREIGN_RULE_ID,
  queueArn,
  scriptPolicy,
  SENTINEL_QUEUE,
  SENTINEL_RULE_ID,
  trailKey,
} from "./sentinel-account";
import { describeWithTerraform } from "../support/with-terraform";

const DEFENDER_QUEUE = "DefenderForCloud-SQS";
const CANNOT_BE_DESTROYED = "Instance cannot be destroyed";
const PROVIDER_NOT_PRESENT = "Provider configuration not present";
const NOTHING = { add: 0, change: 0, destroy: 0, import: 0, forget: 0 };

let aws: AwsCloud;
let rehearsal: Rehearsal;

async function start(region = PLACE.region): Promise<void> {
  aws = new AwsCloud({ callerAccountId: PLACE.accountId, region });
  const { s3, sqs } = aws.caller;
  sqs.createQueue({ name: SENTINEL_QUEUE, policy: scriptPolicy({ ...PLACE, region }) });
  sqs.createQueue({ name: FOREIGN_QUEUE, policy: foreignQueuePolicy({ ...PLACE, region }) });
  s3.createBucket(BUCKET, {
    queue: [
      {
        id: SENTINEL_RULE_ID,
        queue_arn: queueArn({ ...PLACE, region }, SENTINEL_QUEUE),
        events: ["s3:ObjectCreated:*"],
        filter_prefix: `AWSLogs/${PLACE.accountId}/CloudTrail/`,
        filter_suffix: ".gz",
      },
      {
        id: FOREIGN_RULE_ID,
        queue_arn: queueArn({ ...PLACE, region }, FOREIGN_QUEUE),
        events: ["s3:ObjectCreated:*"],
        filter_prefix: FOREIGN_PREFIX,
      },
    ],
    eventbridge: false,
  });
  const azure = new AzureCloud({ aws, subscriptionId: "00000000-0000-4000-8000-000000000001", resourceGroups: [] });
  rehearsal = await Rehearsal.start({ aws, azure, stack: fanoutStack(fanoutProps("prepare")) });
}

function foreignQueuePolicy(place: typeof PLACE) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn(place, FOREIGN_QUEUE),
        Condition: { ArnLike: { "aws:SourceArn": `arn:aws:s3:::${BUCKET}` } },
      },
    ],
  };
}

async function load(stack: StackJson | FanoutPhase): Promise<void> {
  await rehearsal.updateStack(typeof stack === "string" ? fanoutStack(fanoutProps(stack)) : stack);
  await rehearsal.init();
}

async function plan(stack: StackJson | FanoutPhase): Promise<Plan> {
  await load(stack);
  return rehearsal.plan();
}

async function planDestroy(stack: StackJson | FanoutPhase): Promise<Plan> {
  await load(stack);
  return rehearsal.plan({ destroy: true });
}

/** Applies one phase after the other; none may delete what belongs to others. Returns the last plan. */
async function apply(...phases: readonly FanoutPhase[]): Promise<Plan> {
  let last: Plan | undefined;
  for (const phase of phases) {
    last = await plan(phase);
    expect(adopted(last).filter(({ actions }) => actions.includes("delete"))).toEqual([]);
    await rehearsal.apply(last);
  }
  if (!last) {
    throw new Error("no phase given");
  }
  return last;
}

/** What a plan does with the bucket's notification and with Sentinel's queue policy. */
function adopted({ changes }: Plan) {
  return changes
    .filter(({ address }) => address.includes("_Adopted_"))
    .map(({ address, change }) => ({
      name: /_([A-Za-z]+)_[0-9A-F]+$/.exec(address)?.[1],
      actions: change.actions,
      imported: change.importing !== undefined,
    }));
}

/** Ids of the rules in the bucket's notification configuration, by kind. */
function rules(): Record<string, unknown[]> {
  const notification = aws.caller.s3.notificationOf(BUCKET) ?? {};
  return Object.fromEntries(
    ["queue", "topic", "lambda_function"].map((kind) => [
      kind,
      ((notification[kind] ?? []) as { id: string }[]).map(({ id }) => id),
    ]),
  );
}

const DIRECT = { queue: [SENTINEL_RULE_ID, FOREIGN_RULE_ID], topic: [], lambda_function: [] };
const TO_TOPIC = { queue: [FOREIGN_RULE_ID], topic: ["CloudTrail-SNS"], lambda_function: [] };

/** Ids of the statements in the policy of Sentinel's queue. */
function sentinelStatements(): string[] {
  const policy = aws.caller.sqs.policyOf(aws.caller.sqs.queue(SENTINEL_QUEUE)?.url as string);
  return (JSON.parse(policy) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
}

const SCRIPT_STATEMENTS = scriptPolicy(PLACE).Statement.map(({ Sid }) => Sid);

/** Bodies that a new log file adds to each queue. */
function deliveries(key = trailKey(PLACE, "new")) {
  const { s3, sqs } = aws.caller;
  const queues = { sentinel: SENTINEL_QUEUE, defender: DEFENDER_QUEUE, foreign: FOREIGN_QUEUE };
  const before = Object.values(queues).map((name) => sqs.messages(name).length);
  s3.putObject(BUCKET, key);
  return Object.fromEntries(
    Object.entries(queues).map(([reader, name], index) => [reader, sqs.messages(name).slice(before[index])]),
  );
}

describeWithTerraform("the fan-out beside Sentinel", () => {
  beforeEach(() => start());
  afterEach(() => rehearsal.stop());

  describe("phase prepare", () => {
    test("creates topic and queues, adds the topic to Sentinel's policy, and imports the notification unchanged", async () => {
      const prepared = await apply("prepare");
      expect(prepared.counts).toEqual({ ...NOTHING, import: 2, add: 10, change: 1 });
      expect(adopted(prepared)).toEqual([
        { name: "DirectNotification", actions: ["no-op"], imported: true },
        { name: "SentinelQueuePolicy", actions: ["update"], imported: true },
      ]);
      expect(sentinelStatements()).toEqual([...SCRIPT_STATEMENTS, "AllowCloudTrailSnsToSendMessage"]);
      expect((await rehearsal.plan()).empty).toBe(true);
    });

    test("shows every policy in the plan", async () => {
      const { changes } = await plan("prepare");
      const policies = changes.filter(({ type }) => type.endsWith("_policy"));
      expect(policies).toHaveLength(5);
      for (const { change } of policies) {
        expect(change.after?.policy).toEqual(expect.stringContaining('"Statement"'));
      }
    });

    test("leaves the events where they are", async () => {
      await apply("prepare");
      expect(rules()).toEqual(DIRECT);
      expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)], defender: [], foreign: [] });
    });

    test("shows a rule that is not declared as a change of the notification", async () => {
      const props = fanoutProps("prepare");
      const forgotten = await plan(fanoutStack({ ...props, otherRules: { ...props.otherRules, queues: [] } }));
      expect(adopted(forgotten)[0]).toEqual({ name: "DirectNotification", actions: ["update"], imported: true });
    });

    test("imports nothing that is not there", async () => {
      const props = fanoutProps("prepare");
      const elsewhere = { ...props, sentinel: { ...props.sentinel, queueName: "no-such-queue" } };
      await expect(plan(fanoutStack(elsewhere))).rejects.toThrow("The specified queue does not exist");
    });
  });

  describe("phase fanout", () => {
    test("is one change in place: the topic's rule for Sentinel's, every other rule stays", async () => {
      const switched = await apply("prepare", "fanout");
      expect(switched.counts).toEqual({ ...NOTHING, change: 1 });
      expect(adopted(switched)).toEqual([
        { name: "TopicNotification", actions: ["update"], imported: false },
        { name: "SentinelQueuePolicy", actions: ["no-op"], imported: false },
      ]);
      expect(rules()).toEqual(TO_TOPIC);
      expect((await rehearsal.plan()).empty).toBe(true);
    });

    test("gives both readers the body that S3 would have sent to Sentinel's queue", async () => {
      await apply("prepare");
      const { sentinel: direct } = deliveries();
      await apply("fanout");
      expect(deliveries()).toEqual({ sentinel: direct, defender: direct, foreign: [] });
    });

    test("leaves other keys to other rules", async () => {
      await apply("prepare", "fanout");
      expect(deliveries(`${FOREIGN_PREFIX}item.gz`)).toMatchObject({ sentinel: [], defender: [], foreign: [{}] });
    });

    test("finds its state again by import where it was lost", async () => {
      await apply("prepare", "fanout");
      const azure = new AzureCloud({ aws, subscriptionId: "00000000-0000-4000-8000-000000000001", resourceGroups: [] });
      const lost = await Rehearsal.start({ aws, azure, stack: fanoutStack(fanoutProps("fanout")) });
      try {
        await lost.init();
        expect((await lost.plan()).counts).toMatchObject({ import: 2, change: 0, destroy: 0 });
      } finally {
        await lost.stop();
      }
    });
  });

  describe("phase rollback", () => {
    test("is one change in place back to the configuration that was found", async () => {
      const found = aws.caller.s3.notificationOf(BUCKET)?.queue as object[];
      const back = await apply("prepare", "fanout", "rollback");
      expect(back.counts).toEqual({ ...NOTHING, change: 1 });
      expect(aws.caller.s3.notificationOf(BUCKET)?.queue).toMatchObject(found);
      expect(rules()).toEqual(DIRECT);
      expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)], defender: [] });
    });

    test("is the same as prepare", () => {
      expect(fanoutStack(fanoutProps("rollback"))).toEqual(fanoutStack(fanoutProps("prepare")));
    });

    test("can be followed by fanout again", async () => {
      expect((await apply("prepare", "fanout", "rollback", "fanout")).counts).toEqual({ ...NOTHING, change: 1 });
      expect(deliveries()).toMatchObject({ sentinel: [{}], defender: [{}] });
    });
  });

  describe("leaving", () => {
    test("gives back two objects as they are, then destroys topic and queues", async () => {
      const released = await apply("prepare", "fanout", "rollback", "release");
      expect(released.counts).toEqual({ ...NOTHING, forget: 2 });
      expect((await rehearsal.plan()).empty).toBe(true);

      expect((await planDestroy("rollback")).counts).toEqual({ ...NOTHING, destroy: 10 });
      await rehearsal.destroy();
      expect(await rehearsal.stateAddresses()).toEqual([]);
      expect(rules()).toEqual(DIRECT);
      expect(sentinelStatements()).toEqual([...SCRIPT_STATEMENTS, "AllowCloudTrailSnsToSendMessage"]);
      expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)], defender: [] });
      expect(aws.caller.objects.all("aws_sns_topic")).toEqual([]);
    });

    test("also works by taking the construct out after the release", async () => {
      await apply("prepare", "fanout", "rollback", "release");
      expect((await plan(withoutFanout())).counts).toEqual({ ...NOTHING, destroy: 10 });
    });

    test("can be taken back: the same objects are imported again, without a change", async () => {
      await apply("prepare", "rollback", "release");
      expect((await apply("prepare")).counts).toEqual({ ...NOTHING, import: 2 });
    });

    test("fails at plan when destroyed in phase release, even after it", async () => {
      await apply("prepare", "release");
      await expect(planDestroy("release")).rejects.toThrow(CANNOT_BE_DESTROYED);
    });
  });
});

const PHASES = ["prepare", "fanout", "rollback", "release"] as const;

// Plans change nothing, so the tests of a group share one rehearsal.
describeWithTerraform("while the bucket publishes to the topic", () => {
  beforeAll(async () => {
    await start();
    await apply("prepare", "fanout");
  });
  afterAll(() => rehearsal.stop());

  test("fails at plan when released", async () => {
    await expect(plan("release")).rejects.toThrow(CANNOT_BE_DESTROYED);
  });

  test.each(PHASES)("fails at plan when destroyed in phase %s", async (phase) => {
    await expect(planDestroy(phase)).rejects.toThrow(CANNOT_BE_DESTROYED);
  });

  test("fails at plan when the construct is taken out", async () => {
    await expect(plan(withoutFanout())).rejects.toThrow(PROVIDER_NOT_PRESENT);
    await expect(planDestroy(withoutFanout())).rejects.toThrow(PROVIDER_NOT_PRESENT);
  });

  test("fails at plan when the construct gets another id", async () => {
    const renamed = stackOf((stack) => {
      new CloudTrailFanout(stack, "Renamed", fanoutProps("fanout"));
    });
    await expect(plan(renamed)).rejects.toThrow(PROVIDER_NOT_PRESENT);
  });

  test("fails at plan when the topic gets another name", async () => {
    const renamed = fanoutStack({ ...fanoutProps("fanout"), topicName: "other" });
    await expect(plan(renamed)).rejects.toThrow(CANNOT_BE_DESTROYED);
  });
});

describeWithTerraform("after the rollback, before the release", () => {
  beforeAll(async () => {
    await start();
    await apply("prepare", "fanout", "rollback");
  });
  afterAll(() => rehearsal.stop());

  test.each(PHASES)("fails at plan when destroyed in phase %s", async (phase) => {
    await expect(planDestroy(phase)).rejects.toThrow(CANNOT_BE_DESTROYED);
  });

  test("fails at plan when the construct is taken out", async () => {
    await expect(plan(withoutFanout())).rejects.toThrow(PROVIDER_NOT_PRESENT);
  });
});

describeWithTerraform("the wrong place", () => {
  afterEach(() => rehearsal.stop());

  test("fails at plan for a bucket in another region", async () => {
    await start("eu-west-1");
    await expect(plan("prepare")).rejects.toThrow(/awsRegion: "eu-central-1" is not allowed; the bucket is elsewhere/);
  });

  test("fails at plan for a queue in another region", async () => {
    await start();
    aws.caller.sqs.createQueue({ name: "far", region: "eu-west-1" });
    const props = fanoutProps("prepare");
    const far = fanoutStack({ ...props, sentinel: { ...props.sentinel, queueName: "far" } });
    await expect(plan(far)).rejects.toThrow(
      /sentinel.queueName: arn:aws:sqs:eu-west-1:111122223333:far\s+is not allowed/,
    );
  });

  test("fails at plan for a rule that overlaps because of a Terraform value", async () => {
    await start();
    const props = fanoutProps("prepare");
    const stack = stackOf((scope) => {
      const prefix = inputVariable(scope, "prefix", {
        description: "Keys of another team.",
        format: { expected: "a prefix", pattern: "." },
      }).stringValue;
      const queues = props.otherRules.queues.map((rule) => ({ ...rule, prefix }));
      new CloudTrailFanout(scope, "Fanout", { ...props, otherRules: { ...props.otherRules, queues } });
    });
    await rehearsal.updateStack(stack, { prefix: "AWSLogs/" });
    await rehearsal.init();
    await expect(rehearsal.plan()).rejects.toThrow(
      /otherRules\.queues\[0\]\.prefix: "AWSLogs\/" is not\s+allowed; it\s+overlaps/,
    );
    await rehearsal.updateStack(stack, { prefix: FOREIGN_PREFIX });
    expect((await rehearsal.plan()).counts).toEqual({ ...NOTHING, import: 2, add: 10, change: 1 });
  });

  test("fails at plan for credentials of another account", async () => {
    await start();
    const other = { ...PLACE, accountId: "444455556666" };
    await expect(plan(fanoutStack(fanoutProps("prepare", other)))).rejects.toThrow(/belong to account 111122223333/);
  });
});
