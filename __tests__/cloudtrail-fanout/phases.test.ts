import { setTimeout as sleep } from "node:timers/promises";
import { CloudTrailFanout } from "../../modules";
import type { CloudTrailFanoutProps } from "../../modules";
import { AzureCloud, Rehearsal } from "../../rehearsal";
import type { Attributes } from "../../rehearsal/protocol/values";
import { ALWAYS } from "../../rehearsal/simulation-clock";
import type { AwsCloud, Plan, StackJson } from "../../rehearsal";
import { describeWithTerraform } from "../support/with-terraform";
import { fanoutProps, fanoutStack, PLACE, stackOf, variableStack, withoutFanout } from "./fanout-stack";
import {
  BUCKET,
  bucketRules,
  FOREIGN_PREFIX,
  FOREIGN_QUEUE,
  FOREIGN_RULE_ID,
  foreignQueuePolicy,
  queueArn,
  scriptPolicy,
  SENTINEL_QUEUE,
  SENTINEL_RULE_ID,
  sentinelAccount,
  sentinelRoleArn,
  trailKey,
} from "./sentinel-account";

const TOPIC = "cloudtrail-fanout";
const TOPIC_ARN = `arn:aws:sns:${PLACE.region}:${PLACE.accountId}:${TOPIC}`;
const DEFENDER_QUEUE = `${TOPIC}-defender`;
const CANNOT_BE_DESTROYED = "Instance cannot be destroyed";
const PROVIDER_NOT_PRESENT = "Provider configuration not present";
const PREPARE_REFUSED = 'phase: "prepare" is not allowed';
const FANOUT_REFUSED = 'phase: "fanout" is not allowed';
const RELEASE_REFUSED = 'phase: "release" is not allowed';
const NOT_THIS_STATES = "Queues exist that this state did not create";
const NOTHING = { add: 0, change: 0, destroy: 0, import: 0, forget: 0 };

let aws: AwsCloud;
let rehearsal: Rehearsal;

const STACK = variableStack(fanoutProps(""));
const RELEASE = fanoutStack(fanoutProps("release"));

/** A Terraform state of its own, empty at first. */
async function newState(state?: string): Promise<Rehearsal> {
  const azure = new AzureCloud({ aws, subscriptionId: "00000000-0000-4000-8000-000000000001", resourceGroups: [] });
  return Rehearsal.start({ aws, azure, stack: STACK, variables: { phase: "prepare" }, ...(state ? { state } : {}) });
}

async function start(rules?: object): Promise<void> {
  aws = sentinelAccount(PLACE, rules);
  rehearsal = await newState();
}

/** One configuration for three phases, another one for the release. */
async function load(phase: string, in_ = rehearsal): Promise<void> {
  await in_.updateStack(phase === "release" ? RELEASE : STACK, { phase });
}

async function plan(phase: string, in_ = rehearsal): Promise<Plan> {
  await load(phase, in_);
  return in_.plan();
}

async function planDestroy(phase: string, ...flags: string[]): Promise<Plan> {
  await load(phase);
  return rehearsal.plan({ destroy: true, flags });
}

async function planOf(stack: StackJson, in_ = rehearsal): Promise<Plan> {
  await in_.updateStack(stack, { phase: "prepare" });
  return in_.plan();
}

/** What phases have left in AWS and in the state. */
interface Left {
  readonly objects: readonly { readonly type: string; readonly id: string; readonly attributes: Attributes }[];
  readonly state: string;
}

const left = new Map<string, Left>();

/** Starts where these phases end. Each series of phases is applied once; every later test gets a copy of what it left. */
async function startAfter(...phases: readonly string[]): Promise<void> {
  const last = phases.at(-1);
  const kept = left.get(phases.join());
  if (last === undefined) {
    await start();
  } else if (kept) {
    aws = sentinelAccount(PLACE);
    for (const { type, id, attributes } of kept.objects) {
      aws.caller.objects.put(type, id, attributes, ALWAYS);
    }
    rehearsal = await newState(kept.state);
  } else {
    await startAfter(...phases.slice(0, -1));
    await apply(last);
    const objects = aws.caller.objects.everything().map(({ type, id, attributes }) => ({ type, id, attributes }));
    left.set(phases.join(), { objects, state: await rehearsal.state() });
  }
}

/** Applies one phase after the other; none may delete what belongs to others. Returns the last plan. */
async function apply(...phases: readonly string[]): Promise<Plan> {
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

/** What Terraform says when it refuses: on one line, and without the escapes of a quoted text. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => new Error("not refused"),
    (thrown: unknown) => thrown as Error,
  );
  return error.message.replaceAll(/\s+/g, " ").replaceAll('\\"', '"');
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
const TO_TOPIC = { queue: [FOREIGN_RULE_ID], topic: [SENTINEL_RULE_ID], lambda_function: [] };

/** Somebody else writes the bucket's rules: Sentinel's script, another team, a person at the console. */
function writeRules(written: object): void {
  aws.caller.seed("aws_s3_bucket_notification", { bucket: BUCKET, ...written });
}

function sentinelPolicy(): { Statement: { Sid: string }[] } {
  const policy = aws.caller.sqs.policyOf(aws.caller.sqs.queue(SENTINEL_QUEUE)?.url as string);
  return JSON.parse(policy) as { Statement: { Sid: string }[] };
}

function tagOfDefenderQueue(key: string): unknown {
  return (aws.caller.sqs.queue(DEFENDER_QUEUE)?.tags as Record<string, unknown> | undefined)?.[key];
}

/** The one thing that a test cannot wait for: the time of the roll-back, as the queue's tag has it, is set back. */
function minutesPass(minutes: number): void {
  const url = aws.caller.sqs.queue(DEFENDER_QUEUE)?.url as string;
  const attributes = aws.caller.objects.get("aws_sqs_queue", url)?.attributes ?? {};
  const time = new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+/, "");
  const tags = { ...(attributes.tags as object), CloudTrailFanoutLastUse: time };
  aws.caller.objects.put("aws_sqs_queue", url, { ...attributes, tags, tags_all: tags }, aws.clock.now);
}

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

const SCRIPT_STATEMENTS = scriptPolicy(PLACE).Statement.map(({ Sid }) => Sid);

/** Everything that a bucket can have: rules of every kind, in an order of their own, two of them Sentinel's. */
const MANY_RULES = {
  queue: [
    { id: "first", queue_arn: queueArn(PLACE, FOREIGN_QUEUE), events: ["s3:ObjectRemoved:*"], filter_suffix: ".csv" },
    ...bucketRules(PLACE).queue,
    {
      ...bucketRules(PLACE).queue[0],
      id: "sentinel, second trail",
      filter_prefix: "second/",
      events: ["s3:ObjectCreated:Put"],
    },
  ],
  topic: [
    { id: "audit", topic_arn: TOPIC_ARN.replace(TOPIC, "audit"), events: ["s3:ObjectCreated:*"], filter_prefix: "a/" },
  ],
  lambda_function: [
    {
      id: "scan",
      lambda_function_arn: `arn:aws:lambda:${PLACE.region}:${PLACE.accountId}:function:scan`,
      events: ["s3:ObjectCreated:*"],
      filter_prefix: "uploads/",
    },
  ],
  eventbridge: true,
};

/** A topic of another team, which S3 may publish to. */
function otherTopic(name: string): void {
  aws.caller.seed("aws_sns_topic", { name });
  aws.caller.seed("aws_sns_topic_policy", {
    arn: TOPIC_ARN.replace(TOPIC, name),
    policy: JSON.stringify(S3_MAY_PUBLISH),
  });
}

const S3_MAY_PUBLISH = {
  Statement: [{ Sid: "theirs", Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sns:Publish" }],
};

describeWithTerraform("the fan-out beside Sentinel", () => {
  afterEach(() => rehearsal.stop());

  test("prepare imports the notification unchanged, adds one statement to Sentinel's policy, and creates the rest", async () => {
    await start();
    const prepared = await apply("prepare");
    expect(prepared.counts).toEqual({ ...NOTHING, import: 3, add: 11, change: 1 });
    expect(adopted(prepared)).toEqual([
      { name: "Notification", actions: ["no-op"], imported: true },
      { name: "SentinelQueuePolicyFound", actions: ["no-op"], imported: true },
      { name: "SentinelQueuePolicy", actions: ["update"], imported: true },
    ]);
    expect(rules()).toEqual(DIRECT);
    expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)], defender: [], foreign: [] });
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("shows every policy in the plan", async () => {
    await start();
    const { changes } = await plan("prepare");
    const policies = changes.filter(({ type }) => type.endsWith("_policy"));
    expect(policies).toHaveLength(6);
    for (const { change } of policies) {
      expect(change.after?.policy).toEqual(expect.stringContaining('"Statement"'));
    }
  });

  test("keeps every statement of Sentinel's policy as it is found, S3's without an account above all", async () => {
    await start();
    const found = sentinelPolicy().Statement;
    await apply("prepare");
    const statements = sentinelPolicy().Statement;
    expect(statements.slice(0, -1)).toEqual(found);
    expect(statements.at(-1)).toMatchObject({ Sid: `AllowTopic-${TOPIC}`, Resource: queueArn(PLACE, SENTINEL_QUEUE) });
  });

  test("accepts a policy with a single statement that is not a list", async () => {
    await start();
    const [statement] = scriptPolicy(PLACE).Statement;
    const url = aws.caller.sqs.queue(SENTINEL_QUEUE)?.url ?? null;
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: statement });
    aws.caller.seed("aws_sqs_queue_policy", { queue_url: url, policy });
    await apply("prepare");
    expect(sentinelPolicy().Statement).toEqual([statement, expect.objectContaining({ Sid: `AllowTopic-${TOPIC}` })]);
  });

  test("fanout changes the notification in place, and both readers get the body that S3 would have sent", async () => {
    await startAfter("prepare");
    const { sentinel: direct } = deliveries();
    const switched = await apply("fanout");
    expect(switched.counts).toEqual({ ...NOTHING, change: 2 });
    expect(updated(switched)).toEqual(["DefenderQueue", "Notification"]);
    expect(rules()).toEqual(TO_TOPIC);
    expect(deliveries()).toEqual({ sentinel: direct, defender: direct, foreign: [] });
    expect(deliveries(`${FOREIGN_PREFIX}item.gz`)).toMatchObject({ sentinel: [], defender: [], foreign: [{}] });
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("rollback changes the notification in place, back to what was found; prepare and fanout can follow", async () => {
    await startAfter("prepare", "fanout");
    const back = await apply("rollback");
    expect(back.counts).toEqual({ ...NOTHING, change: 2 });
    expect(updated(back)).toEqual(["DefenderQueue", "Notification"]);
    expect(aws.caller.s3.notificationOf(BUCKET)?.queue).toMatchObject(bucketRules(PLACE).queue);
    expect(rules()).toEqual(DIRECT);
    expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)], defender: [] });
    expect((await plan("rollback")).empty).toBe(true);
    expect((await plan("prepare")).empty).toBe(true);
    await apply("fanout");
    expect(deliveries()).toMatchObject({ sentinel: [{}], defender: [{}] });
  });

  test("release destroys topic and queues and gives the rest back as it is; destroy then finds nothing", async () => {
    await startAfter("prepare", "fanout", "rollback");
    minutesPass(11);
    const before = [rules(), sentinelPolicy()];
    expect((await apply("release")).counts).toEqual({ ...NOTHING, destroy: 10, forget: 3 });
    expect((await rehearsal.plan()).empty).toBe(true);
    expect([rules(), sentinelPolicy()]).toEqual(before);
    expect(aws.caller.objects.all("aws_sns_topic")).toEqual([]);
    expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)] });
    expect((await planDestroy("prepare")).counts).toEqual({ ...NOTHING, destroy: 1 });
    expect((await planOf(withoutFanout())).counts).toEqual({ ...NOTHING, destroy: 1 });
  });

  test("release can be taken back: prepare begins again", async () => {
    await startAfter("prepare");
    await apply("release");
    expect((await apply("prepare")).counts).toMatchObject({ import: 3, add: 10, change: 0, destroy: 0 });
    await apply("fanout");
    expect(rules()).toEqual(TO_TOPIC);
  });
});

describeWithTerraform("rules of others", () => {
  afterEach(() => rehearsal.stop());

  test("of every kind are carried over in S3's order, and each of Sentinel's moves and comes back", async () => {
    await start({ queue: [] });
    otherTopic("audit");
    writeRules(MANY_RULES);
    expect(adopted(await apply("prepare"))[0]).toMatchObject({ name: "Notification", actions: ["no-op"] });
    await apply("fanout");
    const {
      queue: queues,
      topic: topics,
      lambda_function: functions,
      eventbridge,
    } = aws.caller.s3.notificationOf(BUCKET) ?? {};
    expect(queues).toMatchObject([MANY_RULES.queue[0], MANY_RULES.queue[2]] as object[]);
    expect(topics).toMatchObject([
      MANY_RULES.topic[0],
      {
        id: SENTINEL_RULE_ID,
        topic_arn: TOPIC_ARN,
        filter_prefix: `AWSLogs/${PLACE.accountId}/CloudTrail/`,
        filter_suffix: ".gz",
      },
      {
        id: "sentinel, second trail",
        topic_arn: TOPIC_ARN,
        events: ["s3:ObjectCreated:Put"],
        filter_prefix: "second/",
      },
    ] as object[]);
    expect(functions).toMatchObject(MANY_RULES.lambda_function);
    expect(eventbridge).toBe(true);
    await apply("rollback");
    const back = aws.caller.s3.notificationOf(BUCKET) ?? {};
    expect(back.topic).toMatchObject(MANY_RULES.topic);
    expect(back.queue).toHaveLength(4);
    expect(back.queue).toMatchObject([1, 3, 0, 2].map((index) => MANY_RULES.queue[index]) as object[]);
  });

  test("with only a suffix move like any other, and EventBridge stays on", async () => {
    await start({
      queue: [{ ...bucketRules(PLACE).queue[0], filter_prefix: "", filter_suffix: ".gz" }],
      eventbridge: true,
    });
    await apply("prepare", "fanout");
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(deliveries()).toMatchObject({ sentinel: [{}], defender: [{}] });
    await apply("rollback");
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(aws.caller.s3.notificationOf(BUCKET)).toMatchObject({
      eventbridge: true,
      queue: [{ id: SENTINEL_RULE_ID }],
    });
    expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)], defender: [] });
  });

  test("that someone adds or removes in between give no difference, and stay so", async () => {
    await startAfter("prepare");
    const added = { id: "new", queue_arn: queueArn(PLACE, FOREIGN_QUEUE), events: ["s3:ObjectRemoved:*"] };
    const [sentinels, foreign] = bucketRules(PLACE).queue;
    writeRules({ queue: [added, sentinels, foreign] });
    expect((await rehearsal.plan()).empty).toBe(true);
    await apply("fanout");
    expect(rules()).toEqual({ ...TO_TOPIC, queue: ["new", FOREIGN_RULE_ID] });
    writeRules({ ...aws.caller.s3.notificationOf(BUCKET), queue: [added] });
    expect((await rehearsal.plan()).empty).toBe(true);
    await apply("rollback");
    expect(rules()).toEqual({ queue: [SENTINEL_RULE_ID, "new"], topic: [], lambda_function: [] });
  });

  test("stay beside additional keys, which exist only in phase fanout", async () => {
    await start();
    const additional = variableStack({ ...fanoutProps(""), additionalKeys: [{ prefix: "other/", suffix: ".gz" }] });
    for (const [phase, ids] of [
      ["prepare", DIRECT],
      ["fanout", { ...TO_TOPIC, topic: [SENTINEL_RULE_ID, "cloudtrail-fanout-additional-0"] }],
      ["rollback", DIRECT],
    ] as const) {
      await rehearsal.updateStack(additional, { phase });
      await rehearsal.apply();
      expect(rules()).toEqual(ids);
      expect((await rehearsal.plan()).empty).toBe(true);
    }
  });

  test("fail at plan where additional keys match the same objects", async () => {
    await start();
    const additionalKeys = [{ prefix: "AWSLogs/" }, { prefix: FOREIGN_PREFIX, suffix: ".gz" }];
    expect(await refusal(planOf(variableStack({ ...fanoutProps(""), additionalKeys })))).toMatch(
      `additionalKeys: not allowed; they overlap with the bucket's rules ${SENTINEL_RULE_ID}, ${FOREIGN_RULE_ID}:`,
    );
  });

  test("fail at plan where additional keys match the same objects as each other, or a rule has their id", async () => {
    await start();
    const additionalKeys = [{ prefix: "other/" }, { prefix: "other/a/" }];
    expect(await refusal(planOf(variableStack({ ...fanoutProps(""), additionalKeys })))).toMatch(
      `rules ${TOPIC}-additional-1, ${TOPIC}-additional-0:`,
    );
    const [sentinels, foreign] = bucketRules(PLACE).queue;
    writeRules({ queue: [sentinels, { ...foreign, id: `${TOPIC}-additional-0` }] });
    const apart = variableStack({ ...fanoutProps(""), additionalKeys: [{ prefix: "other/" }] });
    expect(await refusal(planOf(apart))).toMatch(`rules ${TOPIC}-additional-0:`);
  });

  test("a rule that Sentinel's set-up writes again after the switch moves to the topic with the next apply", async () => {
    await startAfter("prepare", "fanout");
    writeRules({ queue: bucketRules(PLACE).queue, topic: [] });
    expect(updated(await apply("fanout"))).toEqual(["Notification"]);
    expect(rules()).toEqual(TO_TOPIC);
  });
});

describeWithTerraform("a phase that the objects in AWS do not allow", () => {
  afterEach(() => rehearsal.stop());

  test("fails at plan for fanout as the first apply", async () => {
    await start();
    expect(await refusal(plan("fanout"))).toMatch(FANOUT_REFUSED);
  });

  test("fails at plan for release sooner than ten minutes after the roll-back, with the time left", async () => {
    await startAfter("prepare", "fanout", "rollback");
    minutesPass(0);
    expect(await refusal(plan("release"))).toMatch(/try again in 10 minutes/);
    minutesPass(6.5);
    expect(await refusal(plan("release"))).toMatch(/try again in 4 minutes/);
    expect(await refusal(planDestroy("release"))).toMatch(RELEASE_REFUSED);
    minutesPass(10.1);
    expect((await plan("release")).counts.destroy).toBe(10);
  });

  test("fails at plan for release if someone else took the bucket off the topic, until rollback is applied", async () => {
    await startAfter("prepare", "fanout");
    writeRules(bucketRules(PLACE));
    expect(await refusal(plan("release"))).toMatch(
      /bucket trail-logs stopped publishing to topic cloudtrail-fanout without phase rollback/,
    );
    await apply("rollback");
    expect(await refusal(plan("release"))).toMatch(/try again in 10 minutes/);
  });

  test("fails at plan for release where the mark was taken out of the state, and is lost without a refresh", async () => {
    await startAfter("prepare");
    await rehearsal.forget(await addressInState("terraform_data."));
    await sleep(1_100);
    expect(await refusal(plan("release"))).toMatch(/this state did not create queue/);
    expect(await refusal(planDestroy("release"))).toMatch(/this state did not create queue/);
    // What is shared is among them: the one way left to cut Sentinel off. The runbook warns of it.
    expect((await planDestroy("release", "-refresh=false")).counts.destroy).toBe(13);
  });

  test("fails at plan where no rule names Sentinel's queue, and says what the rules name", async () => {
    await start();
    writeRules({ queue: [bucketRules(PLACE).queue[1]] });
    expect(await refusal(plan("prepare"))).toMatch(
      /no notification rule of bucket trail-logs names .* Its rules name: \S+:config-history\. Give/,
    );
  });

  test.each(["prepare", "fanout"])(
    "fails at plan for %s where a rule of Sentinel's has an id that rollback would delete",
    async (phase) => {
      await startAfter("prepare");
      const [sentinels, foreign] = bucketRules(PLACE).queue;
      writeRules({ queue: [{ ...sentinels, id: `${TOPIC}-additional-7` }, foreign] });
      expect(await refusal(plan(phase))).toMatch(
        new RegExp(`rules of bucket ${BUCKET} notify Sentinel's queue .*: ${TOPIC}-additional-7\\. `),
      );
    },
  );

  test("fails at plan where a statement of Sentinel's policy denies the topic to send, whatever allows it", async () => {
    await start();
    const url = aws.caller.sqs.queue(SENTINEL_QUEUE)?.url ?? null;
    const deny = (...statements: readonly object[]) => {
      const denials = statements.map((statement, index) => ({
        ...{ Sid: `denial ${index}`, Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: "*" },
        ...statement,
      }));
      const policy = { ...scriptPolicy(PLACE), Statement: [...scriptPolicy(PLACE).Statement, ...denials] };
      aws.caller.seed("aws_sqs_queue_policy", { queue_url: url, policy: JSON.stringify(policy) });
    };
    const harmless = [
      { Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { Condition: { BoolIfExists: { "aws:PrincipalIsAWSService": [false] } } },
      { Principal: { AWS: sentinelRoleArn(PLACE) } },
      { Action: ["sqs:DeleteQueue"] },
      { Action: undefined, NotAction: "sqs:SendMessage" },
    ];
    deny(
      { Condition: { ArnNotLike: { "aws:SourceArn": `arn:aws:s3:::${BUCKET}` } } },
      { Principal: { AWS: ["*"] }, Action: ["SQS:Send*"] },
      {
        Principal: undefined,
        NotPrincipal: { Service: "s3.amazonaws.com" },
        Action: undefined,
        NotAction: ["sqs:Get*"],
      },
      ...harmless,
    );
    expect(await refusal(plan("prepare"))).toMatch(/may deny topic \S+ to send: denial 0, denial 1, denial 2\. /);
    deny(...harmless);
    expect((await plan("prepare")).counts.add).toBe(11);
  });

  test("fails at plan where Sentinel's policy is gone", async () => {
    await startAfter("prepare");
    const url = aws.caller.sqs.queue(SENTINEL_QUEUE)?.url as string;
    aws.caller.objects.delete("aws_sqs_queue_policy", url);
    expect(await refusal(plan("fanout"))).toMatch("allows neither S3 to send nor Sentinel to read");
  });
});

// Plans change nothing, so the tests of a group share one rehearsal.
describeWithTerraform("while the bucket publishes to the topic", () => {
  beforeAll(() => startAfter("prepare", "fanout"));
  afterAll(() => rehearsal.stop());

  test("fails at plan in phase prepare, and says which phase to use", async () => {
    const message = await refusal(plan("prepare"));
    expect(message).toMatch(PREPARE_REFUSED);
    expect(message).toMatch(/Use fanout to keep publishing to the topic, or rollback to return to Sentinel's queue/);
  });

  test.each(["aws_sns_topic.", "aws_sns_topic_policy.", "aws_sns_topic_subscription.", "aws_sqs_queue."])(
    "fails at plan to replace %s",
    async (type) => {
      await load("fanout");
      const flags = [`-replace=${await addressInState(type)}`];
      expect(await refusal(rehearsal.plan({ flags }))).toMatch(CANNOT_BE_DESTROYED);
    },
  );

  test("fails at plan when released, also for a single object, and without a refresh", async () => {
    expect(await refusal(plan("release"))).toMatch(RELEASE_REFUSED);
    const target = `-target=${await addressInState("aws_sns_topic.")}`;
    expect(await refusal(rehearsal.plan({ flags: [target] }))).toMatch(RELEASE_REFUSED);
    expect(await refusal(rehearsal.plan({ flags: ["-refresh=false"] }))).toMatch(RELEASE_REFUSED);
  });

  test.each(["prepare", "fanout", "rollback"])("fails at plan when destroyed in phase %s", async (phase) => {
    expect(await refusal(planDestroy(phase))).toMatch(CANNOT_BE_DESTROYED);
    expect(await refusal(planDestroy(phase, "-refresh=false"))).toMatch(CANNOT_BE_DESTROYED);
    const target = `-target=${await addressInState("aws_sns_topic_subscription.")}`;
    expect(await refusal(planDestroy(phase, target))).toMatch(CANNOT_BE_DESTROYED);
  });

  test("fails at plan when destroyed in phase release, also for a single object, and without a refresh", async () => {
    expect(await refusal(planDestroy("release"))).toMatch(RELEASE_REFUSED);
    const target = `-target=${await addressInState("aws_sns_topic.")}`;
    expect(await refusal(planDestroy("release", target))).toMatch(RELEASE_REFUSED);
    expect(await refusal(planDestroy("release", "-refresh=false"))).toMatch(CANNOT_BE_DESTROYED);
  });

  test("fails at plan when the construct is taken out, or gets another id", async () => {
    const renamed = stackOf((stack) => {
      new CloudTrailFanout(stack, "Renamed", fanoutProps("fanout"));
    });
    expect(await refusal(planOf(withoutFanout()))).toMatch(PROVIDER_NOT_PRESENT);
    expect(await refusal(planOf(renamed))).toMatch(PROVIDER_NOT_PRESENT);
    await rehearsal.updateStack(withoutFanout());
    expect(await refusal(rehearsal.plan({ destroy: true }))).toMatch(PROVIDER_NOT_PRESENT);
  });

  test.each(["fanout", "rollback"])("fails at plan when the topic gets another name in phase %s", async (phase) => {
    const renamed = fanoutStack({ ...fanoutProps(phase), topicName: "other" });
    expect(await refusal(planOf(renamed))).toMatch(CANNOT_BE_DESTROYED);
  });

  test("is lost on a destroy of one object without a refresh, in phase release: nothing looks at AWS then", async () => {
    const target = `-target=${await addressInState("aws_sns_topic.")}`;
    expect((await planDestroy("release", target, "-refresh=false")).counts.destroy).toBeGreaterThan(0);
  });

  test("fails at plan for a phase that does not exist", async () => {
    expect(await refusal(plan("fan-out"))).toMatch("phase");
    await load("fanout");
    await rehearsal.updateStack(STACK, { phase: "release" });
    expect(await refusal(rehearsal.plan())).toMatch("phase");
  });
});

async function addressInState(start: string): Promise<string> {
  const found = (await rehearsal.stateAddresses()).find((address) => address.startsWith(start));
  return found ?? "none";
}

describeWithTerraform("another state", () => {
  let second: Rehearsal;

  beforeAll(async () => {
    await startAfter("prepare");
    await rehearsal.stop();
    // States of one stack are told apart by the second in which they began.
    await sleep(1_100);
  });
  beforeEach(async () => {
    await startAfter("prepare");
    second = await newState();
  });
  afterEach(() => Promise.all([rehearsal.stop(), second.stop()]));

  const ADOPT = () => {
    const arnOf = (name: string) =>
      aws.caller.objects
        .all("aws_sns_topic_subscription")
        .find(({ attributes }) => attributes.endpoint === queueArn(PLACE, name))?.id ?? "none";
    return { sentinelSubscriptionArn: arnOf(SENTINEL_QUEUE), defenderSubscriptionArn: arnOf(DEFENDER_QUEUE) };
  };

  async function adopt(phase: string): Promise<Plan> {
    await second.updateStack(variableStack({ ...fanoutProps(""), adopt: ADOPT() }), { phase });
    const planned = await second.plan();
    await second.apply(planned);
    return planned;
  }

  test("fails at plan with the same names, in each phase, before and after the switch", async () => {
    for (const done of [[], ["fanout"]]) {
      if (done.length > 0) await apply(...done);
      for (const phase of ["prepare", "fanout", "rollback"]) {
        expect(await refusal(plan(phase, second))).toMatch(NOT_THIS_STATES);
      }
    }
  });

  test("fails at plan to release what it did not create", async () => {
    expect(await refusal(plan("release", second))).toMatch(/this state did not create queue/);
  });

  test("takes over where it is told to, without a change of the bucket; the first one can then destroy nothing", async () => {
    await apply("fanout");
    const taken = await adopt("fanout");
    expect(taken.counts).toMatchObject({ import: 9, destroy: 0 });
    expect(rules()).toEqual(TO_TOPIC);
    expect((await second.plan()).empty).toBe(true);
    await load("rollback", second);
    await second.updateStack(variableStack({ ...fanoutProps(""), adopt: ADOPT() }), { phase: "rollback" });
    await second.apply();
    minutesPass(11);
    expect(await refusal(plan("release"))).toMatch(/this state did not create queue/);
    expect(await refusal(plan("prepare"))).toMatch(NOT_THIS_STATES);
    expect(await refusal(planDestroy("prepare"))).toMatch(CANNOT_BE_DESTROYED);
  });

  test("that is empty takes over what is there, without a word on its subscriptions", async () => {
    await apply("fanout");
    await second.updateStack(variableStack({ ...fanoutProps(""), adopt: {} }), { phase: "fanout" });
    await second.apply();
    expect((await second.plan()).empty).toBe(true);
    expect(aws.caller.objects.all("aws_sns_topic_subscription")).toHaveLength(2);
    expect(rules()).toEqual(TO_TOPIC);
  });

  test("that was lost is recovered, and the bucket never stops notifying Sentinel", async () => {
    await apply("fanout");
    expect(await refusal(plan("fanout", second))).toMatch(/adopt them with the prop adopt/);
    await adopt("fanout");
    expect(deliveries()).toMatchObject({ sentinel: [{}], defender: [{}] });
    await adopt("rollback");
    expect(rules()).toEqual(DIRECT);
    minutesPass(11);
    expect((await plan("release", second)).counts).toEqual({ ...NOTHING, destroy: 10, forget: 3 });
  });
});

describeWithTerraform("a topic or queue of someone else", () => {
  beforeEach(() => start());
  afterEach(() => rehearsal.stop());

  test("fails at the first write where a topic has the name, and nothing at all is changed", async () => {
    otherTopic(TOPIC);
    const before = [aws.caller.objects.everything().length, rules(), sentinelPolicy()];
    expect(await refusal(rehearsal.apply())).toMatch("Topic already exists with different tags");
    expect(aws.caller.objects.get("aws_sns_topic_policy", TOPIC_ARN)?.attributes.policy).toContain("theirs");
    expect([aws.caller.objects.everything().length, rules(), sentinelPolicy()]).toEqual(before);
  });

  test.each([DEFENDER_QUEUE, `${TOPIC}-sentinel-dlq`, `${TOPIC}-defender-dlq`])(
    "fails at plan where a queue is named %s",
    async (name) => {
      aws.caller.seed("aws_sqs_queue", { name, tags: { team: "audit" } });
      expect(await refusal(rehearsal.plan())).toMatch(new RegExp(`this state did not create: ${name}`));
    },
  );

  test("that was made by hand after Microsoft's page is taken over where it is told to", async () => {
    const byHand: Partial<CloudTrailFanoutProps> = {
      topicName: "CloudTrail-SNS",
      defender: { readerRoleArns: [], queueName: "DefenderForCloud-SQS" },
    };
    otherTopic("CloudTrail-SNS");
    const topic = TOPIC_ARN.replace(TOPIC, "CloudTrail-SNS");
    aws.caller.seed("aws_sqs_queue", { name: "DefenderForCloud-SQS" });
    const subscribe = (name: string) =>
      aws.caller.seed("aws_sns_topic_subscription", {
        topic_arn: topic,
        protocol: "sqs",
        endpoint: queueArn(PLACE, name),
        raw_message_delivery: true,
      }).id as string;
    const adopt = {
      sentinelSubscriptionArn: subscribe(SENTINEL_QUEUE),
      defenderSubscriptionArn: subscribe("DefenderForCloud-SQS"),
    };
    const [sentinels, foreign] = bucketRules(PLACE).queue;
    writeRules({ queue: [foreign], topic: [{ ...sentinels, queue_arn: undefined, topic_arn: topic }] });
    await rehearsal.updateStack(variableStack({ ...fanoutProps(""), ...byHand, adopt }), { phase: "fanout" });
    const planned = await rehearsal.plan();
    expect(planned.counts).toMatchObject({ import: 7, destroy: 0 });
    await rehearsal.apply(planned);
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(rules()).toEqual(TO_TOPIC);
  });
});

describeWithTerraform("the wrong place", () => {
  beforeEach(() => start());
  afterEach(() => rehearsal.stop());

  const elsewhere = (props: Partial<CloudTrailFanoutProps>) =>
    planOf(fanoutStack({ ...fanoutProps("prepare"), ...props }));

  test("fails at plan for a queue of Sentinel's in another account, and says where it must be", async () => {
    const far = { accountId: "444455556666", region: PLACE.region };
    const queue = aws.account(far.accountId).sqs.createQueue({ name: "central", policy: foreignQueuePolicy(PLACE) });
    writeRules({ queue: [{ ...bucketRules(PLACE).queue[0], queue_arn: queue.arn }] });
    expect(await refusal(elsewhere({ sentinel: { queueName: "central" } }))).toMatch(
      /account 111122223333 has no such queue .*444455556666:central.* credentials of the account that owns/,
    );
  });

  test("fails at plan for a queue of Sentinel's in another region", async () => {
    aws.caller.sqs.createQueue({ name: "far", region: "eu-west-1" });
    expect(await refusal(elsewhere({ sentinel: { queueName: "far" } }))).toMatch(
      /has no such queue in region eu-central-1/,
    );
  });

  test("fails at plan for another region than the provider's", async () => {
    const stack = stackOf((scope) => {
      new CloudTrailFanout(scope, "Fanout", { ...fanoutProps("prepare"), awsRegion: "eu-west-1" });
    });
    expect(await refusal(planOf(stack))).toMatch('awsRegion: "eu-west-1" is not allowed');
  });

  test("fails at plan for credentials of another account", async () => {
    expect(await refusal(elsewhere({ awsAccountId: "444455556666" }))).toMatch(/belong to account 111122223333/);
  });

  test("fails at plan for a bucket of another account that does not let us look", async () => {
    aws.account("444455556666").s3.createBucket("central-logs");
    expect(await refusal(elsewhere({ bucketName: "central-logs" }))).toMatch("AccessDenied");
  });
});

describeWithTerraform("a bucket of another account", () => {
  const OWNER = "444455556666";
  const CENTRAL = "central-logs";
  const central = variableStack({ ...fanoutProps(""), bucketName: CENTRAL, bucketAccountId: OWNER });
  const policy = (...actions: readonly string[]) => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${PLACE.accountId}:root` },
        Action: actions,
        Resource: `arn:aws:s3:::${CENTRAL}`,
      },
    ],
  });

  beforeEach(async () => {
    await start();
    const script = JSON.stringify(scriptPolicy(PLACE)).replaceAll(`:${BUCKET}"`, `:${CENTRAL}"`);
    aws.caller.seed("aws_sqs_queue_policy", {
      queue_url: aws.caller.sqs.queue(SENTINEL_QUEUE)?.url ?? null,
      policy: script,
    });
    const queue = bucketRules(PLACE).queue.filter(({ id }) => id === SENTINEL_RULE_ID);
    aws.account(OWNER).s3.createBucket(CENTRAL, { queue: queue as unknown as Attributes[] });
  });
  afterEach(() => rehearsal.stop());

  const allow = (...actions: readonly string[]) =>
    aws.account(OWNER).seed("aws_s3_bucket_policy", { bucket: CENTRAL, policy: JSON.stringify(policy(...actions)) });

  async function applyCentral(phase: string): Promise<void> {
    await rehearsal.updateStack(central, { phase });
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
  }

  /** How many queues of the two readers get the message of a new file. */
  function readersOf(key: string): number {
    aws.account(OWNER).s3.putObject(CENTRAL, key);
    return [SENTINEL_QUEUE, DEFENDER_QUEUE].filter((name) =>
      aws.caller.sqs.messages(name).some((body) => body.includes(key)),
    ).length;
  }

  test("is switched and switched back where its policy lets us read and write the notification", async () => {
    allow("s3:GetBucketNotification", "s3:PutBucketNotification");
    await applyCentral("prepare");
    expect(readersOf(trailKey(PLACE, "direct"))).toBe(1);
    await applyCentral("fanout");
    expect(readersOf(trailKey(PLACE, "both"))).toBe(2);
    await applyCentral("rollback");
    expect(readersOf(trailKey(PLACE, "back"))).toBe(1);
  });

  test("fails at plan where its policy lets us look from another account only", async () => {
    allow("s3:PutBucketNotification");
    await rehearsal.updateStack(central, { phase: "prepare" });
    expect(await refusal(rehearsal.plan())).toMatch("AccessDenied");
  });

  test("fails at the switch, with the bucket as it was, where bucketAccountId is not given", async () => {
    allow("s3:GetBucketNotification", "s3:PutBucketNotification");
    const ofCaller = variableStack({ ...fanoutProps(""), bucketName: CENTRAL });
    await rehearsal.updateStack(ofCaller, { phase: "prepare" });
    await rehearsal.apply();
    await rehearsal.updateStack(ofCaller, { phase: "fanout" });
    expect(await refusal(rehearsal.apply())).toMatch("Unable to validate the following destination configurations");
    expect(readersOf(trailKey(PLACE, "direct"))).toBe(1);
    await applyCentral("fanout");
    expect(readersOf(trailKey(PLACE, "both"))).toBe(2);
  });

  test("fails at apply, with the bucket as it was, where its policy lets us only look", async () => {
    allow("s3:GetBucketNotification");
    await applyCentral("prepare");
    await rehearsal.updateStack(central, { phase: "fanout" });
    expect(await refusal(rehearsal.apply())).toMatch("AccessDenied");
    expect(readersOf(trailKey(PLACE, "direct"))).toBe(1);
  });
});

describeWithTerraform("an apply that does not finish", () => {
  const PUT = "PutBucketNotificationConfiguration";

  afterEach(() => rehearsal.stop());

  function foreignQueueLetsS3In(policy: object): void {
    const url = aws.caller.sqs.queue(FOREIGN_QUEUE)?.url ?? null;
    aws.caller.seed("aws_sqs_queue_policy", { queue_url: url, policy: JSON.stringify(policy) });
  }

  async function applyRefused(phase: string): Promise<void> {
    const planned = await plan(phase);
    foreignQueueLetsS3In({ Version: "2012-10-17", Statement: [] });
    expect(await refusal(rehearsal.apply(planned))).toMatch("Unable to validate the following destination");
    foreignQueueLetsS3In(foreignQueuePolicy(PLACE));
  }

  /** Kills Terraform at the n-th call that changes something: AWS has done it, and Terraform dies before it knows. */
  async function applyKilled(phase: string, call: number): Promise<readonly string[]> {
    const planned = await plan(phase);
    const done: string[] = [];
    aws.clock.watch = ({ operation }) => {
      done.push(operation);
      if (done.length === call) {
        rehearsal.kill();
      }
    };
    await rehearsal.apply(planned).catch(() => undefined);
    aws.clock.watch = () => undefined;
    // Terraform does not write a local state in one piece: what is cut off is taken from its backup, as a person would.
    await rehearsal.restoreState();
    return done;
  }

  test("a switch or a roll-back that S3 refuses leaves the bucket as it was, and is repeated", async () => {
    await startAfter("prepare");
    await applyRefused("fanout");
    expect(rules()).toEqual(DIRECT);
    expect(await refusal(plan("release"))).toMatch(RELEASE_REFUSED);
    await apply("fanout");
    await applyRefused("rollback");
    expect(rules()).toEqual(TO_TOPIC);
    expect(await refusal(plan("prepare"))).toMatch(PREPARE_REFUSED);
    expect(await refusal(plan("release"))).toMatch(RELEASE_REFUSED);
    await apply("rollback");
    expect(rules()).toEqual(DIRECT);
  });

  test("a switch that is killed is repeated, or rolled back", async () => {
    await startAfter("prepare");
    await applyKilled("fanout", 2);
    expect(rules()).toEqual(TO_TOPIC);
    expect(await refusal(plan("prepare"))).toMatch(PREPARE_REFUSED);
    expect(await refusal(plan("release"))).toMatch(RELEASE_REFUSED);
    expect(await refusal(planOf(withoutFanout()))).toMatch(PROVIDER_NOT_PRESENT);
    await apply("fanout");
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(deliveries()).toMatchObject({ sentinel: [{}], defender: [{}] });
  });

  test("a roll-back that is killed is repeated", async () => {
    await startAfter("prepare", "fanout");
    expect((await applyKilled("rollback", 2)).at(-1)).toBe(PUT);
    expect(rules()).toEqual(DIRECT);
    expect(await refusal(plan("release"))).toMatch(/try again in 10 minutes/);
    await apply("rollback");
    expect(rules()).toEqual(DIRECT);
  });

  test.each([3, 11])("a preparation that is killed at call %d is repeated", async (call) => {
    await start();
    expect(await applyKilled("prepare", call)).not.toEqual([]);
    expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)] });
    // The very first state has no backup: where the kill has cut it off, it is lost, and what is there is adopted.
    const isLost = (await rehearsal.stateAddresses().catch(() => [])).length === 0;
    const stack = isLost ? variableStack({ ...fanoutProps(""), adopt: {} }) : STACK;
    for (const phase of ["prepare", "fanout"]) {
      await rehearsal.updateStack(stack, { phase });
      await rehearsal.apply();
    }
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(deliveries()).toMatchObject({ sentinel: [{}], defender: [{}] });
  });

  test.each([1, 4, 9])(
    "a release that is killed at call %d is repeated, and Sentinel gets every file",
    async (call) => {
      await startAfter("prepare", "fanout", "rollback");
      minutesPass(11);
      await applyKilled("release", call);
      expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)] });
      await apply("release");
      expect(aws.caller.objects.all("aws_sns_topic")).toEqual([]);
      expect(rules()).toEqual(DIRECT);
      expect(sentinelPolicy().Statement.map(({ Sid }) => Sid)).toEqual([...SCRIPT_STATEMENTS, `AllowTopic-${TOPIC}`]);
    },
  );

  test("a roll-back that S3 refuses, because Sentinel's queue no longer lets S3 send, leaves the topic in place", async () => {
    await startAfter("prepare", "fanout");
    const url = aws.caller.sqs.queue(SENTINEL_QUEUE)?.url ?? null;
    const found = sentinelPolicy();
    const withoutS3 = { ...found, Statement: found.Statement.filter(({ Sid }) => Sid !== SCRIPT_STATEMENTS[0]) };
    aws.caller.seed("aws_sqs_queue_policy", { queue_url: url, policy: JSON.stringify(withoutS3) });
    await load("rollback");
    expect(await refusal(rehearsal.apply())).toMatch("Unable to validate the following destination configurations");
    expect(deliveries()).toMatchObject({ sentinel: [{}], defender: [{}] });
    aws.caller.seed("aws_sqs_queue_policy", { queue_url: url, policy: JSON.stringify(found) });
    await apply("rollback");
    expect(rules()).toEqual(DIRECT);
  });

  test("a switch of which only the tag was written is released only after a roll-back", async () => {
    await startAfter("prepare");
    await load("fanout");
    const queue = (await rehearsal.stateAddresses()).find((address) =>
      /aws_sqs_queue\..*_DefenderQueue_/.test(address),
    );
    await rehearsal.apply(await rehearsal.plan({ flags: [`-target=${queue}`] }));
    expect(rules()).toEqual(DIRECT);
    expect(tagOfDefenderQueue("CloudTrailFanoutLastUse")).toBe("now");
    expect(await refusal(plan("release"))).toMatch(RELEASE_REFUSED);
    await apply("rollback");
    expect(await refusal(plan("release"))).toMatch(/try again in 10 minutes/);
    expect(deliveries()).toMatchObject({ sentinel: [expect.any(String)] });
  });

  test("the time of the roll-back is in AWS, not only in the state", async () => {
    await startAfter("prepare", "fanout", "rollback");
    expect(tagOfDefenderQueue("CloudTrailFanoutLastUse")).toMatch(/^20\d\d-\d\d-\d\dT[\d:]+Z$/);
  });
});
