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
const PREPARE_REFUSED = 'phase: "prepare" is not allowed';
const RELEASE_REFUSED = 'phase: "release" is not allowed';
/** What Terraform says instead where the last phase applied and this one have notification and witness in another order. */
const CYCLE = "Cycle";
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
      name: nameOf(address),
      actions: change.actions,
      imported: change.importing !== undefined,
    }));
}

/** Names of what a plan changes in place. */
function updated({ changes }: Plan) {
  return changes
    .filter(({ change }) => change.actions.includes("update"))
    .map(({ address }) => nameOf(address))
    .sort();
}

function nameOf(address: string): string | undefined {
  return /_([A-Za-z]+)_[0-9A-F]+$/.exec(address)?.[1];
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
      expect(prepared.counts).toEqual({ ...NOTHING, import: 2, add: 11, change: 1 });
      expect(adopted(prepared)).toEqual([
        { name: "Notification", actions: ["no-op"], imported: true },
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
      expect(adopted(forgotten)[0]).toEqual({ name: "Notification", actions: ["update"], imported: true });
    });

    test("imports nothing that is not there", async () => {
      const props = fanoutProps("prepare");
      const elsewhere = { ...props, sentinel: { ...props.sentinel, queueName: "no-such-queue" } };
      await expect(plan(fanoutStack(elsewhere))).rejects.toThrow("The specified queue does not exist");
    });
  });

  describe("phase fanout", () => {
    test("changes the notification in place: the topic's rule for Sentinel's, every other rule stays", async () => {
      const switched = await apply("prepare", "fanout");
      expect(switched.counts).toEqual({ ...NOTHING, change: 2 });
      expect(updated(switched)).toEqual(["Notification", "Witness"]);
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
    test("changes the notification in place, back to what was found", async () => {
      const found = aws.caller.s3.notificationOf(BUCKET)?.queue as object[];
      const back = await apply("prepare", "fanout", "rollback");
      expect(back.counts).toEqual({ ...NOTHING, change: 2 });
      expect(updated(back)).toEqual(["Notification", "Witness"]);
      expect(aws.caller.s3.notificationOf(BUCKET)?.queue).toMatchObject(found);
      expect(rules()).toEqual(DIRECT);
      expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)], defender: [] });
    });

    test("can be followed by prepare, without a change", async () => {
      await apply("prepare", "fanout", "rollback");
      expect((await plan("prepare")).empty).toBe(true);
    });

    test("can be followed by fanout again", async () => {
      expect((await apply("prepare", "fanout", "rollback", "fanout")).counts).toEqual({ ...NOTHING, change: 2 });
      expect(deliveries()).toMatchObject({ sentinel: [{}], defender: [{}] });
    });
  });

  describe("leaving", () => {
    test("gives back two objects as they are, then destroys topic and queues", async () => {
      const released = await apply("prepare", "fanout", "rollback", "release");
      expect(released.counts).toEqual({ ...NOTHING, forget: 2 });
      expect((await rehearsal.plan()).empty).toBe(true);

      expect((await planDestroy("prepare")).counts).toEqual({ ...NOTHING, destroy: 11 });
      await rehearsal.destroy();
      expect(await rehearsal.stateAddresses()).toEqual([]);
      expect(rules()).toEqual(DIRECT);
      expect(sentinelStatements()).toEqual([...SCRIPT_STATEMENTS, "AllowCloudTrailSnsToSendMessage"]);
      expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)], defender: [] });
      expect(aws.caller.objects.all("aws_sns_topic")).toEqual([]);
    });

    test("also works by taking the construct out after the release", async () => {
      await apply("prepare", "fanout", "rollback", "release");
      expect((await plan(withoutFanout())).counts).toEqual({ ...NOTHING, destroy: 11 });
    });

    test("can be taken back: the same objects are imported again, without a change", async () => {
      await apply("prepare", "rollback", "release");
      expect((await apply("prepare")).counts).toEqual({ ...NOTHING, import: 2 });
      expect((await apply("fanout", "rollback", "release")).counts).toEqual({ ...NOTHING, forget: 2 });
    });

    test.each(["fanout", "rollback", "release"] as const)(
      "fails at plan when destroyed in phase %s, even after the release",
      async (phase) => {
        await apply("prepare", "rollback", "release");
        await expect(planDestroy(phase)).rejects.toThrow(CANNOT_BE_DESTROYED);
      },
    );

    test("fails at plan where no rollback was applied", async () => {
      await expect(plan("release")).rejects.toThrow(RELEASE_REFUSED);
      await apply("prepare");
      await expect(plan("release")).rejects.toThrow(RELEASE_REFUSED);
    });
  });
});

/** The fan-out with another topic: topic, subscriptions and dead-letter queues would be replaced. */
const renamed = (phase: FanoutPhase) => fanoutStack({ ...fanoutProps(phase), topicName: "other" });

// Plans change nothing, so the tests of a group share one rehearsal.
describeWithTerraform("while the bucket publishes to the topic", () => {
  beforeAll(async () => {
    await start();
    await apply("prepare", "fanout");
  });
  afterAll(() => rehearsal.stop());

  test("fails at plan when released", async () => {
    await expect(plan("release")).rejects.toThrow(RELEASE_REFUSED);
  });

  test("fails at plan in phase prepare, and says which phase to use: it would be a roll-back that nobody asked for", async () => {
    await expect(plan("prepare")).rejects.toThrow(PREPARE_REFUSED);
    await expect(plan("prepare")).rejects.toThrow(/FANOUT_PHASE=fanout[\s\S]*FANOUT_PHASE=rollback/);
  });

  test.each([
    ["prepare", CANNOT_BE_DESTROYED],
    ["fanout", CANNOT_BE_DESTROYED],
    ["rollback", CYCLE],
    ["release", CANNOT_BE_DESTROYED],
  ] as const)("fails at plan when destroyed in phase %s", async (phase, message) => {
    await expect(planDestroy(phase)).rejects.toThrow(message);
  });

  test("fails at plan when the construct is taken out", async () => {
    await expect(plan(withoutFanout())).rejects.toThrow(PROVIDER_NOT_PRESENT);
    await expect(planDestroy(withoutFanout())).rejects.toThrow(PROVIDER_NOT_PRESENT);
  });

  test("fails at plan when the construct gets another id", async () => {
    const other = stackOf((stack) => {
      new CloudTrailFanout(stack, "Renamed", fanoutProps("fanout"));
    });
    await expect(plan(other)).rejects.toThrow(PROVIDER_NOT_PRESENT);
  });

  test.each([
    ["prepare", PREPARE_REFUSED],
    ["fanout", CANNOT_BE_DESTROYED],
    ["rollback", CANNOT_BE_DESTROYED],
    ["release", CANNOT_BE_DESTROYED],
  ] as const)("fails at plan when the topic gets another name in phase %s", async (phase, message) => {
    await expect(plan(renamed(phase))).rejects.toThrow(message);
  });
});

describeWithTerraform("after the rollback, before the release", () => {
  beforeAll(async () => {
    await start();
    await apply("prepare", "fanout", "rollback");
  });
  afterAll(() => rehearsal.stop());

  test.each([
    ["prepare", CANNOT_BE_DESTROYED],
    ["fanout", CYCLE],
    ["rollback", CANNOT_BE_DESTROYED],
    ["release", CANNOT_BE_DESTROYED],
  ] as const)("fails at plan when destroyed in phase %s", async (phase, message) => {
    await expect(planDestroy(phase)).rejects.toThrow(message);
  });

  test("fails at plan when the construct is taken out", async () => {
    await expect(plan(withoutFanout())).rejects.toThrow(PROVIDER_NOT_PRESENT);
  });

  test("lets the topic have another name, in phase prepare alone", async () => {
    await expect(plan(renamed("rollback"))).rejects.toThrow(CANNOT_BE_DESTROYED);
    expect((await plan(renamed("prepare"))).counts).toMatchObject({ destroy: 8, forget: 0 });
  });
});

describeWithTerraform("an apply that does not finish", () => {
  const PUT = "PutBucketNotificationConfiguration";

  beforeEach(() => start());
  afterEach(() => rehearsal.stop());

  /** What S3 asks of every destination it is to notify. */
  function foreignQueueLetsS3In(policy: object): void {
    const url = aws.caller.sqs.queue(FOREIGN_QUEUE)?.url ?? null;
    aws.caller.seed("aws_sqs_queue_policy", { queue_url: url, policy: JSON.stringify(policy) });
  }

  async function applyRefused(phase: FanoutPhase): Promise<void> {
    const allowing = foreignQueuePolicy(PLACE);
    foreignQueueLetsS3In({ ...allowing, Statement: allowing.Statement.slice(1) });
    const planned = await plan(phase);
    await expect(rehearsal.apply(planned)).rejects.toThrow("Unable to validate the following destination");
    foreignQueueLetsS3In(allowing);
  }

  /** At once: S3 has done it, and Terraform dies before it hears of it. */
  async function applyKilled(phase: FanoutPhase): Promise<void> {
    const planned = await plan(phase);
    aws.clock.watch = ({ operation }) => {
      if (operation === PUT) {
        rehearsal.kill();
      }
    };
    await expect(rehearsal.apply(planned)).rejects.toThrow();
    aws.clock.watch = () => undefined;
  }

  /** Neither back in silence, nor released, nor destroyed: the bucket may publish to the topic. */
  async function expectRefusals(): Promise<void> {
    await expect(plan("prepare")).rejects.toThrow(PREPARE_REFUSED);
    await expect(plan(renamed("prepare"))).rejects.toThrow(PREPARE_REFUSED);
    await expect(plan(renamed("rollback"))).rejects.toThrow(CANNOT_BE_DESTROYED);
    await expect(plan("release")).rejects.toThrow(RELEASE_REFUSED);
    await expect(planDestroy("prepare")).rejects.toThrow(CANNOT_BE_DESTROYED);
    await expect(plan(withoutFanout())).rejects.toThrow(PROVIDER_NOT_PRESENT);
  }

  /** The way out is always the same, and Sentinel hears of every file on it. */
  async function leave(): Promise<void> {
    expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)] });
    await apply("rollback", "release");
    await load("prepare");
    await rehearsal.destroy();
    expect(rules()).toEqual(DIRECT);
    expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)] });
  }

  test("a switch that S3 refuses leaves the bucket as it was, and ends with a rollback", async () => {
    await apply("prepare");
    await applyRefused("fanout");
    expect(rules()).toEqual(DIRECT);
    await expectRefusals();
    await leave();
  });

  test("a switch that is killed leaves the bucket with the topic, and ends with a rollback", async () => {
    await apply("prepare");
    await applyKilled("fanout");
    expect(rules()).toEqual(TO_TOPIC);
    await expectRefusals();
    await leave();
  });

  test("a switch that is killed can be repeated", async () => {
    await apply("prepare");
    await applyKilled("fanout");
    await apply("fanout");
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(deliveries()).toMatchObject({ sentinel: [{}], defender: [{}] });
  });

  test("a rollback that S3 refuses leaves the bucket with the topic, and is repeated", async () => {
    await apply("prepare", "fanout");
    await applyRefused("rollback");
    expect(rules()).toEqual(TO_TOPIC);
    await expectRefusals();
    await leave();
  });

  test("a rollback that is killed has the bucket notify Sentinel's queue, and is repeated", async () => {
    await apply("prepare", "fanout");
    await applyKilled("rollback");
    expect(rules()).toEqual(DIRECT);
    await expectRefusals();
    await leave();
  });

  test("a preparation that finds the bucket publishing, its state lost, is not released before it has ended", async () => {
    await apply("prepare", "fanout");
    await rehearsal.stop();
    const azure = new AzureCloud({ aws, subscriptionId: "00000000-0000-4000-8000-000000000001", resourceGroups: [] });
    for (const name of ["aws_sqs_queue", "aws_sns_topic"]) {
      expect(aws.caller.objects.all(name)).not.toEqual([]);
    }
    rehearsal = await Rehearsal.start({ aws, azure, stack: fanoutStack(fanoutProps("prepare")) });
    await rehearsal.init();
    await expect(rehearsal.apply()).rejects.toThrow();
    expect(rules()).toEqual(TO_TOPIC);
    await expect(plan("release")).rejects.toThrow(RELEASE_REFUSED);
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
    expect((await rehearsal.plan()).counts).toEqual({ ...NOTHING, import: 2, add: 11, change: 1 });
  });

  test("fails at plan for credentials of another account", async () => {
    await start();
    const other = { ...PLACE, accountId: "444455556666" };
    await expect(plan(fanoutStack(fanoutProps("prepare", other)))).rejects.toThrow(/belong to account 111122223333/);
  });
});
