import { fanoutProps, fanoutStack, variableStack } from "../cloudtrail-fanout/fanout-stack";
import {
  BUCKET,
  FOREIGN_PREFIX,
  FOREIGN_QUEUE,
  FOREIGN_RULE_ID,
  queueArn,
  scriptPolicy,
  SENTINEL_QUEUE,
  SENTINEL_RULE_ID,
} from "../cloudtrail-fanout/sentinel-account";
import type { Stack } from "../support/without-providers";
import type { AwsApi, NotificationRule } from "./support/aws-api";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { Terraform } from "./support/terraform";
import { describeWithTools } from "./support/tools";
import { Consumer, Writer } from "./support/trail";

const PLACE = { accountId: EMULATOR_ACCOUNT, region: "eu-west-1" };
const TOPIC_ARN = `arn:aws:sns:${PLACE.region}:${PLACE.accountId}:cloudtrail-fanout`;
const DIRECT: NotificationRule = {
  kind: "Queue",
  id: SENTINEL_RULE_ID,
  arn: queueArn(PLACE, SENTINEL_QUEUE),
  events: ["s3:ObjectCreated:*"],
  prefix: `AWSLogs/${PLACE.accountId}/CloudTrail/`,
  suffix: ".gz",
};
const BY_TOPIC: NotificationRule = { ...DIRECT, kind: "Topic", arn: TOPIC_ARN };
const FOREIGN: NotificationRule = {
  kind: "Queue",
  id: FOREIGN_RULE_ID,
  arn: queueArn(PLACE, FOREIGN_QUEUE),
  events: ["s3:ObjectCreated:*"],
  prefix: FOREIGN_PREFIX,
};
const PHASES = [
  { phase: "prepare", rules: [DIRECT, FOREIGN] },
  { phase: "fanout", rules: [BY_TOPIC, FOREIGN] },
  { phase: "rollback", rules: [DIRECT, FOREIGN] },
  { phase: "release", rules: [DIRECT, FOREIGN] },
];

describeWithTools("an apply that is killed again and again", (tools) => {
  let emulator: Emulator;
  let aws: AwsApi;
  let terraform: Terraform;
  let sentinel: Consumer;
  let writer: Writer;

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    aws = emulator.api(PLACE.region);
    terraform = new Terraform(tools, emulator);
    sentinel = new Consumer(
      aws,
      await aws.createQueue(SENTINEL_QUEUE, { Policy: JSON.stringify(scriptPolicy(PLACE)) }),
    );
    await aws.createQueue(FOREIGN_QUEUE);
    await aws.createBucket(BUCKET);
    await aws.putNotification(BUCKET, [DIRECT, FOREIGN]);
    writer = new Writer(aws, PLACE);
  });

  afterAll(async () => {
    await writer.stop();
    terraform.cleanUp();
    await emulator.stop();
  });

  /** Kills Terraform after the n-th change in AWS, which it then does not know of. */
  async function applyKilledAt(n: number): Promise<boolean> {
    let changes = 0;
    const isKilled = await terraform.applyUntilKilled((kill) => {
      emulator.watch(() => {
        changes += 1;
        if (changes === n) kill();
      });
    });
    terraform.restoreState();
    return isKilled;
  }

  /** The stack of a phase. The very first state has no backup: where the kill has cut it off, what is there is adopted. */
  async function stackOf(phase: string): Promise<Stack> {
    if (phase === "release") return fanoutStack(fanoutProps("release", PLACE));
    const isLost = (await terraform.stateList().catch(() => [])).length === 0;
    return variableStack({ ...fanoutProps("", PLACE), ...(isLost && phase !== "first" ? { adopt: {} } : {}) });
  }

  test.each(PHASES)("$phase converges, whatever AWS had done when it was killed", async ({ phase, rules }) => {
    if (phase === "release") {
      const before = new Date(Date.now() - 11 * 60_000).toISOString().replace(/\.\d+/, "");
      await aws.tagQueue(await aws.getQueueUrl("cloudtrail-fanout-defender"), "CloudTrailFanoutLastUse", before);
    }
    let kills = 0;
    for (let n = 1, isKilled = true; isKilled; n += 8) {
      await terraform.load(await stackOf(phase === "prepare" && n === 1 ? "first" : phase), { phase });
      isKilled = await applyKilledAt(n);
      kills += isKilled ? 1 : 0;
      const found = await aws.getNotification(BUCKET);
      expect(found).toContainEqual(FOREIGN);
      expect(found.filter(({ id }) => id === SENTINEL_RULE_ID)).toHaveLength(1);
    }
    expect(kills).toBeGreaterThan(0);
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
    expect([...(await aws.getNotification(BUCKET))].sort((a, b) => a.id.localeCompare(b.id))).toEqual(
      [...rules].sort((a, b) => a.id.localeCompare(b.id)),
    );
  });

  test("no object of ours is left, and Sentinel's queue got every file that was written at any time", async () => {
    await writer.stop();
    const got = new Set(await sentinel.keys());
    expect(writer.keys.length).toBeGreaterThan(40);
    expect(writer.keys.filter((key) => !got.has(key))).toEqual([]);
    await expect(aws.getTopicPolicy(TOPIC_ARN)).rejects.toThrow("NotFound");
  });
});
