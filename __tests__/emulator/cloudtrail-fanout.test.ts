import { setTimeout as sleep } from "node:timers/promises";
import type { FanoutPhase } from "../../modules";
import { fanoutProps, fanoutStack, withoutFanout } from "../cloudtrail-fanout/fanout-stack";
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
import type { AwsApi, NotificationRule } from "./support/aws-api";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { Terraform } from "./support/terraform";
import type { Plan } from "./support/terraform";
import { describeWithTools } from "./support/tools";

const PLACE = { accountId: EMULATOR_ACCOUNT, region: "eu-west-1" };
const TOPIC_ARN = `arn:aws:sns:${PLACE.region}:${PLACE.accountId}:CloudTrail-SNS`;
const SNS_STATEMENT = "AllowCloudTrailSnsToSendMessage";
const SCRIPT_STATEMENTS = scriptPolicy(PLACE).Statement.map(({ Sid }) => Sid);
const CANNOT_BE_DESTROYED = "Instance cannot be destroyed";
const NOTHING = { import: 0, add: 0, change: 0, destroy: 0, forget: 0 };
const ALL_CREATED = ["s3:ObjectCreated:*"];

const trailFilter = { events: ALL_CREATED, prefix: `AWSLogs/${PLACE.accountId}/CloudTrail/`, suffix: ".gz" };
const sentinelRule: NotificationRule = {
  kind: "Queue",
  id: SENTINEL_RULE_ID,
  arn: queueArn(PLACE, SENTINEL_QUEUE),
  ...trailFilter,
};
const foreignRule: NotificationRule = {
  kind: "Queue",
  id: FOREIGN_RULE_ID,
  arn: queueArn(PLACE, FOREIGN_QUEUE),
  events: ALL_CREATED,
  prefix: FOREIGN_PREFIX,
};
const topicRule: NotificationRule = { kind: "Topic", id: "CloudTrail-SNS", arn: TOPIC_ARN, ...trailFilter };

describeWithTools("the fan-out beside Sentinel", (tools) => {
  let emulator: Emulator;
  let aws: AwsApi;
  let terraform: Terraform;
  let sentinel: Consumer;
  let defender: Consumer | undefined;
  let foreign: Consumer;
  let writer: Writer;

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    aws = emulator.api(PLACE.region);
    terraform = new Terraform(tools, emulator);
    const queue = await aws.createQueue(SENTINEL_QUEUE, { Policy: JSON.stringify(scriptPolicy(PLACE)) });
    sentinel = new Consumer(aws, queue);
    foreign = new Consumer(aws, await aws.createQueue(FOREIGN_QUEUE));
    await aws.createBucket(BUCKET);
    await aws.putNotification(BUCKET, [sentinelRule, foreignRule]);
    writer = new Writer(aws);
  });

  afterAll(async () => {
    await writer.stop();
    terraform.cleanUp();
    await emulator.stop();
  });

  /** Applies a phase; nothing that belongs to others is ever deleted. */
  async function apply(phase: FanoutPhase): Promise<Plan["counts"]> {
    await terraform.load(fanoutStack(fanoutProps(phase, PLACE)));
    const { changes, counts } = await terraform.apply();
    expect(changes.filter(({ address, action }) => isAdopted(address) && isDeletion(action))).toEqual([]);
    return counts;
  }

  async function destroy(phase: FanoutPhase): Promise<Plan["counts"]> {
    await terraform.load(fanoutStack(fanoutProps(phase, PLACE)));
    return (await terraform.destroy()).counts;
  }

  /** Ids of the statements in the policy of Sentinel's queue. */
  async function sentinelStatements(): Promise<readonly string[]> {
    const { Policy: policy = "" } = await aws.getQueueAttributes(sentinel.url);
    return (JSON.parse(policy) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
  }

  /** Which queues hear of a new log file, and in which words. */
  async function deliveriesOf(key: string): Promise<Record<"sentinel" | "defender" | "foreign", readonly string[]>> {
    await aws.putObject(BUCKET, key, "log");
    const heard = async (consumer: Consumer | undefined) =>
      (await consumer?.bodies())?.filter((body) => keysOf(body).includes(key)) ?? [];
    return { sentinel: await heard(sentinel), defender: await heard(defender), foreign: await heard(foreign) };
  }

  // The tests are the steps of one life, and a writer puts log files into the bucket all the time.

  test("prepare creates topic and queues, imports two objects and leaves the bucket as it is", async () => {
    expect(await apply("prepare")).toEqual({ ...NOTHING, import: 2, add: 11, change: 1 });
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
    expect(await aws.getNotification(BUCKET)).toEqual([sentinelRule, foreignRule]);
    expect(await sentinelStatements()).toEqual([...SCRIPT_STATEMENTS, SNS_STATEMENT]);
    defender = new Consumer(aws, await aws.getQueueUrl("DefenderForCloud-SQS"));
    const heard = await deliveriesOf(trailKey(PLACE, "prepared"));
    expect(heard).toEqual({ sentinel: [expect.any(String)], defender: [], foreign: [] });
  });

  test("fanout changes the notification in place, and both queues get the same body", async () => {
    expect(await apply("fanout")).toEqual({ ...NOTHING, change: 2 });
    expect(await aws.getNotification(BUCKET)).toEqual([foreignRule, topicRule]);
    expect(await sentinelStatements()).toEqual([...SCRIPT_STATEMENTS, SNS_STATEMENT]);
    const {
      sentinel: toSentinel,
      defender: toDefender,
      foreign: toOthers,
    } = await deliveriesOf(trailKey(PLACE, "both"));
    expect(toSentinel).toHaveLength(1);
    expect(JSON.parse(toSentinel[0] ?? "")).toMatchObject({ Records: [{ eventSource: "aws:s3" }] });
    expect(toDefender).toEqual(toSentinel);
    expect(toOthers).toEqual([]);
    expect((await deliveriesOf(`${FOREIGN_PREFIX}item`)).foreign).toHaveLength(1);
  });

  test("fails to release, prepare, rename or destroy, or to go on without the construct, while the bucket publishes to the topic", async () => {
    await terraform.load(fanoutStack(fanoutProps("release", PLACE)));
    await expect(terraform.apply()).rejects.toThrow('phase: "release" is not allowed');
    await terraform.load(fanoutStack(fanoutProps("prepare", PLACE)));
    await expect(terraform.apply()).rejects.toThrow('phase: "prepare" is not allowed');
    await terraform.load(fanoutStack({ ...fanoutProps("rollback", PLACE), topicName: "other" }));
    await expect(terraform.apply()).rejects.toThrow(CANNOT_BE_DESTROYED);
    await expect(destroy("prepare")).rejects.toThrow(CANNOT_BE_DESTROYED);
    await terraform.load(withoutFanout(PLACE.region));
    await expect(terraform.apply()).rejects.toThrow("Provider configuration not present");
    expect(await aws.getNotification(BUCKET)).toEqual([foreignRule, topicRule]);
  });

  test("rollback changes the notification in place, and only Sentinel's queue hears of new files", async () => {
    expect(await apply("rollback")).toEqual({ ...NOTHING, change: 2 });
    expect(await aws.getNotification(BUCKET)).toEqual([sentinelRule, foreignRule]);
    const heard = await deliveriesOf(trailKey(PLACE, "back"));
    expect(heard).toEqual({ sentinel: [expect.any(String)], defender: [], foreign: [] });
  });

  test("fanout and rollback can be repeated", async () => {
    expect(await apply("fanout")).toEqual({ ...NOTHING, change: 2 });
    expect((await deliveriesOf(trailKey(PLACE, "again"))).defender).toHaveLength(1);
    expect(await apply("rollback")).toEqual({ ...NOTHING, change: 2 });
    await expect(destroy("release")).rejects.toThrow(CANNOT_BE_DESTROYED);
  });

  test("release gives two objects back as they are", async () => {
    expect(await apply("release")).toEqual({ ...NOTHING, forget: 2 });
    expect((await terraform.stateList()).filter(isAdopted)).toEqual([]);
    expect(await aws.getNotification(BUCKET)).toEqual([sentinelRule, foreignRule]);
    expect(await sentinelStatements()).toEqual([...SCRIPT_STATEMENTS, SNS_STATEMENT]);
  });

  test("destroy takes topic and queues, and nothing else", async () => {
    expect(await destroy("prepare")).toEqual({ ...NOTHING, destroy: 11 });
    expect(await terraform.stateList()).toEqual([]);
    expect(await aws.getNotification(BUCKET)).toEqual([sentinelRule, foreignRule]);
    expect(await sentinelStatements()).toEqual([...SCRIPT_STATEMENTS, SNS_STATEMENT]);
    defender = undefined;
    expect((await deliveriesOf(trailKey(PLACE, "after"))).sentinel).toHaveLength(1);
  });

  test("Sentinel's queue heard of every file that was written at any time", async () => {
    await writer.stop();
    const heard = new Set(await sentinel.keys());
    expect(writer.keys.length).toBeGreaterThan(100);
    expect(writer.keys.filter((key) => !heard.has(key))).toEqual([]);
  });
});

function isAdopted(address: string): boolean {
  return address.includes("_Adopted_");
}

function isDeletion(action: string): boolean {
  return action === "delete" || action === "replace";
}

/** Puts an object under the trail's prefix again and again, as CloudTrail does, until it is stopped. */
class Writer {
  readonly keys: string[] = [];
  private isStopped = false;
  private readonly done: Promise<void>;

  constructor(private readonly aws: AwsApi) {
    this.done = this.write();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.done;
  }

  private async write(): Promise<void> {
    while (!this.isStopped) {
      const key = trailKey(PLACE, `background-${this.keys.length}`);
      await this.aws.putObject(BUCKET, key, "log");
      this.keys.push(key);
      await sleep(250);
    }
  }
}

/** A reader of a queue, which keeps the bodies of all messages it ever got. */
class Consumer {
  private readonly received: string[] = [];

  constructor(
    private readonly aws: AwsApi,
    readonly url: string,
  ) {}

  async bodies(): Promise<readonly string[]> {
    this.received.push(...(await this.aws.takeMessages(this.url)));
    return this.received;
  }

  /** Keys of the objects that the messages tell of. */
  async keys(): Promise<readonly string[]> {
    return (await this.bodies()).flatMap(keysOf);
  }
}

function keysOf(body: string): string[] {
  const { Records: records = [] } = JSON.parse(body) as { Records?: { s3: { object: { key: string } } }[] };
  return records.map(({ s3 }) => decodeURIComponent(s3.object.key));
}
