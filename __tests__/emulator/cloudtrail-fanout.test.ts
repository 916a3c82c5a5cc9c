import { fanoutProps, fanoutStack, variableStack, withoutFanout } from "../cloudtrail-fanout/fanout-stack";
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
} from "../cloudtrail-fanout/sentinel-account";
import { beyondRights } from "../support/rights";
import type { AwsApi, NotificationRule } from "./support/aws-api";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { Terraform } from "./support/terraform";
import type { Plan } from "./support/terraform";
import { describeWithTools } from "./support/tools";
import { Consumer, keysOf, Writer } from "./support/trail";

const PLACE = { accountId: EMULATOR_ACCOUNT, region: "eu-west-1" };
const TOPIC_ARN = `arn:aws:sns:${PLACE.region}:${PLACE.accountId}:cloudtrail-fanout`;
const DEFENDER_QUEUE = "cloudtrail-fanout-defender";
const TOPIC_STATEMENT = "AllowTopic-cloudtrail-fanout";
const AUDIT_STATEMENT = {
  Sid: "audit",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${PLACE.accountId}:role/audit` },
  Action: "sqs:GetQueueAttributes",
  Resource: queueArn(PLACE, SENTINEL_QUEUE),
};
const SCRIPT_STATEMENTS = scriptPolicy(PLACE).Statement.map(({ Sid }) => Sid);
const CANNOT_BE_DESTROYED = "Instance cannot be destroyed";
const NOTHING = { import: 0, add: 0, change: 0, destroy: 0, forget: 0 };
const ALL_CREATED = ["s3:ObjectCreated:*"];

const sentinelRule: NotificationRule = {
  kind: "Queue",
  id: SENTINEL_RULE_ID,
  arn: queueArn(PLACE, SENTINEL_QUEUE),
  events: ALL_CREATED,
  prefix: `AWSLogs/${PLACE.accountId}/CloudTrail/`,
  suffix: ".gz",
};
const foreignRule: NotificationRule = {
  kind: "Queue",
  id: FOREIGN_RULE_ID,
  arn: queueArn(PLACE, FOREIGN_QUEUE),
  events: ALL_CREATED,
  prefix: FOREIGN_PREFIX,
};
const topicRule: NotificationRule = { ...sentinelRule, kind: "Topic", arn: TOPIC_ARN };
const secondTeamsRule: NotificationRule = {
  kind: "Queue",
  id: "second team",
  arn: queueArn(PLACE, FOREIGN_QUEUE),
  events: ["s3:ObjectRemoved:*"],
  suffix: ".json",
};

describeWithTools("the fan-out beside Sentinel", (tools) => {
  let emulator: Emulator;
  let aws: AwsApi;
  let terraform: Terraform;
  let second: Terraform;
  let sentinel: Consumer;
  let defender: Consumer | undefined;
  let foreign: Consumer;
  let writer: Writer;
  const stack = variableStack(fanoutProps("", PLACE));
  const release = fanoutStack(fanoutProps("release", PLACE));

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    aws = emulator.api(PLACE.region);
    terraform = new Terraform(tools, emulator);
    second = new Terraform(tools, emulator);
    const queue = await aws.createQueue(SENTINEL_QUEUE, { Policy: JSON.stringify(scriptPolicy(PLACE)) });
    sentinel = new Consumer(aws, queue);
    foreign = new Consumer(aws, await aws.createQueue(FOREIGN_QUEUE));
    await aws.createBucket(BUCKET);
    await aws.putNotification(BUCKET, [sentinelRule, foreignRule]);
    writer = new Writer(aws, PLACE);
  });

  afterAll(async () => {
    await writer.stop();
    terraform.cleanUp();
    second.cleanUp();
    await emulator.stop();
  });

  /** Applies a phase; nothing that belongs to others is ever deleted. */
  async function apply(phase: string, in_ = terraform): Promise<Plan["counts"]> {
    await in_.load(stack, { phase });
    const { changes, counts } = await in_.apply();
    expect(changes.filter(({ address, action }) => isAdopted(address) && isDeletion(action))).toEqual([]);
    return counts;
  }

  async function sentinelPolicy(): Promise<{ Statement: { Sid: string }[] }> {
    const { Policy: policy = "" } = await aws.getQueueAttributes(sentinel.url);
    return JSON.parse(policy) as { Statement: { Sid: string }[] };
  }

  /** Ids of the statements in the policy of Sentinel's queue. */
  async function sentinelStatements(): Promise<readonly string[]> {
    return (await sentinelPolicy()).Statement.map(({ Sid }) => Sid);
  }

  /** Which queues get the message of a new log file, and its text. */
  async function deliveriesOf(key: string): Promise<Record<"sentinel" | "defender" | "foreign", readonly string[]>> {
    await aws.putObject(BUCKET, key, "log");
    const got = async (consumer: Consumer | undefined) =>
      (await consumer?.bodies())?.filter((body) => keysOf(body).includes(key)) ?? [];
    return { sentinel: await got(sentinel), defender: await got(defender), foreign: await got(foreign) };
  }

  // The tests are the steps of one life, and a writer puts log files into the bucket all the time.

  test("fails at plan in phase fanout before prepare was applied", async () => {
    await terraform.load(stack, { phase: "fanout" });
    await expect(terraform.plan()).rejects.toThrow(
      'phase: "fanout" is not allowed; phase prepare has not been applied',
    );
  });

  test("prepare creates topic and queues, imports what is shared, and leaves the bucket as it is", async () => {
    expect(await apply("prepare")).toEqual({ ...NOTHING, import: 3, add: 11, change: 1 });
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
    expect(await aws.getNotification(BUCKET)).toEqual([sentinelRule, foreignRule]);
    expect(await sentinelStatements()).toEqual([...SCRIPT_STATEMENTS, TOPIC_STATEMENT]);
    defender = new Consumer(aws, await aws.getQueueUrl(DEFENDER_QUEUE));
    const got = await deliveriesOf(trailKey(PLACE, "prepared"));
    expect(got).toEqual({ sentinel: [expect.any(String)], defender: [], foreign: [] });
  });

  test("fails at plan from a second state with the same names", async () => {
    await second.load(stack, { phase: "prepare" });
    await expect(second.plan()).rejects.toThrow(
      /Queues exist that this state did not create: cloudtrail-fanout-defender/,
    );
  });

  test("keeps what others add to the queue's policy and to the bucket's rules, without a difference", async () => {
    const policy = await sentinelPolicy();
    const more = { ...policy, Statement: [AUDIT_STATEMENT, ...policy.Statement] };
    await aws.setQueueAttributes(sentinel.url, { Policy: JSON.stringify(more) });
    await aws.putNotification(BUCKET, [secondTeamsRule, sentinelRule, foreignRule]);
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
  });

  test("fanout changes the notification in place, and both queues get the same body", async () => {
    expect(await apply("fanout")).toEqual({ ...NOTHING, change: 2 });
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
    expect(await aws.getNotification(BUCKET)).toEqual([secondTeamsRule, foreignRule, topicRule]);
    expect([...(await sentinelStatements())].sort()).toEqual([...SCRIPT_STATEMENTS, TOPIC_STATEMENT, "audit"].sort());
    const got = await deliveriesOf(trailKey(PLACE, "both"));
    expect(got.sentinel).toHaveLength(1);
    expect(JSON.parse(got.sentinel[0] ?? "")).toMatchObject({ Records: [{ eventSource: "aws:s3" }] });
    expect(got.defender).toEqual(got.sentinel);
    expect(got.foreign).toEqual([]);
    expect((await deliveriesOf(`${FOREIGN_PREFIX}item`)).foreign).toHaveLength(1);
  });

  test("fails to prepare, release, rename or destroy, or to go on without the construct, while the bucket publishes to the topic", async () => {
    await terraform.load(stack, { phase: "prepare" });
    await expect(terraform.apply()).rejects.toThrow('phase: "prepare" is not allowed');
    await expect(terraform.destroy()).rejects.toThrow(CANNOT_BE_DESTROYED);
    await terraform.load(release);
    await expect(terraform.apply()).rejects.toThrow('phase: "release" is not allowed');
    await expect(terraform.destroy()).rejects.toThrow(/phase: ."release." is not allowed/);
    await terraform.load(fanoutStack({ ...fanoutProps("fanout", PLACE), topicName: "other" }));
    await expect(terraform.apply()).rejects.toThrow(CANNOT_BE_DESTROYED);
    await terraform.load(withoutFanout(PLACE.region));
    await expect(terraform.apply()).rejects.toThrow("Provider configuration not present");
    expect(await aws.getNotification(BUCKET)).toEqual([secondTeamsRule, foreignRule, topicRule]);
  });

  test("fails at plan from a second state, in each phase and when released", async () => {
    for (const phase of ["prepare", "fanout", "rollback"]) {
      await second.load(stack, { phase });
      await expect(second.plan()).rejects.toThrow("Queues exist that this state did not create");
    }
    await second.load(release);
    await expect(second.plan()).rejects.toThrow('phase: "release" is not allowed');
  });

  test("a state that was lost takes topic and queues over where it is told to, without a change of the bucket", async () => {
    const subscriptions = await aws.listSubscriptions(TOPIC_ARN);
    const arnOf = (name: string) =>
      subscriptions.find(({ endpoint }) => endpoint === queueArn(PLACE, name))?.arn ?? "none";
    const adopt = {
      sentinelSubscriptionArn: arnOf(SENTINEL_QUEUE),
      defenderSubscriptionArn: arnOf(DEFENDER_QUEUE),
    };
    await second.load(variableStack({ ...fanoutProps("", PLACE), adopt }), { phase: "fanout" });
    const plan = await second.plan();
    expect(plan.counts).toMatchObject({ import: 9, destroy: 0 });
    expect(plan.changes.filter(({ action }) => isDeletion(action))).toEqual([]);
    expect(plan.changes.find(({ address }) => address.includes("Adopted_Notification"))?.action).toBe("import");
  });

  test("rollback changes the notification in place, and only Sentinel's queue gets new messages", async () => {
    expect(await apply("rollback")).toEqual({ ...NOTHING, change: 2 });
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
    const rules = await aws.getNotification(BUCKET);
    expect(rules).toHaveLength(3);
    expect(rules).toEqual(expect.arrayContaining([secondTeamsRule, sentinelRule, foreignRule]));
    const got = await deliveriesOf(trailKey(PLACE, "back"));
    expect(got).toEqual({ sentinel: [expect.any(String)], defender: [], foreign: [] });
  });

  test("fails to release for ten minutes after the roll-back, and says how long it takes", async () => {
    await terraform.load(release);
    await expect(terraform.apply()).rejects.toThrow(/S3 may use topic .* try again in \d+ minutes/s);
  });

  test("fanout and rollback can be repeated", async () => {
    expect(await apply("fanout")).toEqual({ ...NOTHING, change: 2 });
    expect((await deliveriesOf(trailKey(PLACE, "again"))).defender).toHaveLength(1);
    expect(await apply("rollback")).toEqual({ ...NOTHING, change: 2 });
  });

  test("fails to be destroyed in place of the release", async () => {
    await tenMinutesPass();
    await terraform.load(release);
    await expect(terraform.destroy()).rejects.toThrow(CANNOT_BE_DESTROYED);
  });

  test("release destroys topic and queues, and gives the rest back as it is", async () => {
    const rules = await aws.getNotification(BUCKET);
    const policy = await sentinelPolicy();
    await terraform.load(release);
    expect((await terraform.apply()).counts).toEqual({ ...NOTHING, destroy: 10, forget: 3 });
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
    expect(await aws.getNotification(BUCKET)).toEqual(rules);
    expect(await sentinelPolicy()).toEqual(policy);
    defender = undefined;
    expect((await deliveriesOf(trailKey(PLACE, "after"))).sentinel).toHaveLength(1);
  });

  test("destroy in another phase then takes what is left: a mark in the state", async () => {
    await terraform.load(stack, { phase: "prepare" });
    expect((await terraform.destroy()).counts).toEqual({ ...NOTHING, destroy: 1 });
    expect(await terraform.stateList()).toEqual([]);
  });

  test("Sentinel's queue got every file that was written at any time", async () => {
    await writer.stop();
    const got = new Set(await sentinel.keys());
    expect(writer.keys.length).toBeGreaterThan(50);
    expect(writer.keys.filter((key) => !got.has(key))).toEqual([]);
  });

  test("needed no right but those of the policy for the deployer", () => {
    const called = emulator.actionsOf(/terraform/i);
    expect(called).toContain("sns:DeleteTopic");
    expect(beyondRights(called, "aws-cloudtrail-fanout")).toEqual([]);
  });

  /** The one thing a test cannot wait for: the time of the roll-back, as the queue's tag has it, is set back. */
  async function tenMinutesPass(): Promise<void> {
    const before = new Date(Date.now() - 11 * 60_000).toISOString().replace(/\.\d+/, "");
    await aws.tagQueue(await aws.getQueueUrl(DEFENDER_QUEUE), "CloudTrailFanoutLastUse", before);
  }
});

function isAdopted(address: string): boolean {
  return address.includes("_Adopted_");
}

function isDeletion(action: string): boolean {
  return action === "delete" || action === "replace";
}
