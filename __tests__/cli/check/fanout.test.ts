import { expectedFanout } from "../../../cli/check/expected";
import type { QueueFacts } from "../../../cli/aws/queues";
import type { SubscriptionFacts, TopicFacts } from "../../../cli/aws/topics";
import type { FanoutFacts } from "../../../cli/check/facts";
import { checkFanout } from "../../../cli/check/fanout";
import type { CloudTrailFanoutProps } from "../../../modules";
import { CLOUDTRAIL_FANOUT } from "../../../modules/cloudtrail-fanout";
import { read } from "../../../modules/inputs";
import { ACCOUNT } from "../../support/synth";
import { deployedFanout } from "./deployed";

const PROPS: CloudTrailFanoutProps = {
  awsAccountId: ACCOUNT.awsAccountId,
  awsRegion: ACCOUNT.awsRegion,
  phase: "fanout",
  bucketName: "cloudtrail-logs",
  sentinel: { queueName: "sentinel" },
  defender: { readerRoleArns: [`arn:aws:iam::${ACCOUNT.awsAccountId}:role/Reader`] },
};
const HEALTHY = deployedFanout(PROPS);

function findings(facts: FanoutFacts, props: CloudTrailFanoutProps = PROPS): string[] {
  return checkFanout(expectedFanout(read(CLOUDTRAIL_FANOUT, props).value), facts).findings.map(
    ({ subject, wrong, found }) => `${subject}: ${wrong} [${found}]`,
  );
}

function withTopic(change: Partial<TopicFacts>): FanoutFacts {
  const topic = "value" in HEALTHY.topic ? HEALTHY.topic.value : undefined;
  return { ...HEALTHY, topic: { value: topic && { ...topic, ...change } } };
}

function withSubscriptions(change: (subscription: SubscriptionFacts) => SubscriptionFacts[]): FanoutFacts {
  const topic = "value" in HEALTHY.topic ? HEALTHY.topic.value : undefined;
  return withTopic({ subscriptions: (topic?.subscriptions ?? []).flatMap(change) });
}

function withQueue(name: string, change: Partial<QueueFacts> | undefined): FanoutFacts {
  const queue = HEALTHY.queues.get(name);
  const value = queue && "value" in queue && change ? queue.value && { ...queue.value, ...change } : undefined;
  return { ...HEALTHY, queues: new Map([...HEALTHY.queues, [name, { value }]]) };
}

const isSentinels = ({ endpoint }: SubscriptionFacts) => endpoint.endsWith(":sentinel");

describe("a fan-out as the stack deploys it", () => {
  test.each(["prepare", "fanout", "rollback"])("has no findings in phase %s", (phase) => {
    const props = { ...PROPS, phase };
    expect(findings(deployedFanout(props), props)).toEqual([]);
  });

  test("may wait idle for events before the cut-over", () => {
    const facts = deployedFanout({ ...PROPS, phase: "prepare" });
    const defender = facts.queues.get("cloudtrail-fanout-defender");
    const value = defender && "value" in defender && defender.value ? { ...defender.value, received: 0 } : undefined;
    const queues = new Map([...facts.queues, ["cloudtrail-fanout-defender", { value }] as const]);
    expect(findings({ ...facts, queues }, { ...PROPS, phase: "prepare" })).toEqual([]);
  });
});

describe("after the release", () => {
  const props = { ...PROPS, phase: "release" };
  const prepared = deployedFanout({ ...PROPS, phase: "prepare" });

  test("nothing is found where the topic is gone and Sentinel's queue has its rule", () => {
    expect(findings({ ...prepared, topic: { value: undefined } }, props)).toEqual([]);
  });

  test("a topic that is still there is found", () => {
    expect(findings(prepared, props)).toEqual([expect.stringMatching(/it is still there after the release/)]);
  });
});

describe("finds", () => {
  test("a bucket that publishes to nothing", () => {
    expect(findings({ ...HEALTHY, rules: { value: [] } })).toEqual([
      expect.stringMatching(/^bucket cloudtrail-logs: no rule names arn:aws:sns.*neither reader gets an event/),
    ]);
  });

  test("a rule for Sentinel's queue that somebody added beside the topic's", () => {
    const rules = "value" in HEALTHY.rules ? HEALTHY.rules.value : [];
    const destination = `arn:aws:sqs:${ACCOUNT.awsRegion}:${ACCOUNT.awsAccountId}:sentinel`;
    expect(findings({ ...HEALTHY, rules: { value: [...rules, { id: "again", destination }] } })).toEqual([
      expect.stringMatching(/Sentinel gets these events twice/),
    ]);
  });

  test("a bucket that is still in another phase", () => {
    expect(findings(HEALTHY, { ...PROPS, phase: "rollback" })).toEqual([
      expect.stringMatching(/no rule names arn:aws:sqs.*Sentinel does not get an event/),
      expect.stringMatching(/a rule names arn:aws:sns.*which phase rollback does not have/),
    ]);
  });

  test("a subscription that nobody has confirmed", () => {
    const facts = withSubscriptions((one) => [isSentinels(one) ? { ...one, arn: "PendingConfirmation" } : one]);
    expect(findings(facts)).toEqual([
      expect.stringMatching(/Sentinel's queue: it is not confirmed.*PendingConfirmation/),
    ]);
  });

  test("a subscription that is gone", () => {
    expect(findings(withSubscriptions((one) => (isSentinels(one) ? [] : [one])))).toEqual([
      expect.stringMatching(/subscription of Sentinel's queue: it does not exist/),
    ]);
  });

  test("raw message delivery that is off", () => {
    const facts = withSubscriptions((one) => [isSentinels(one) ? { ...one, rawMessageDelivery: false } : one]);
    expect(findings(facts)).toEqual([expect.stringMatching(/Sentinel's queue: raw message delivery is off/)]);
  });

  test("a subscription without its dead-letter queue", () => {
    const facts = withSubscriptions(({ arn, endpoint }) => [{ arn, endpoint, rawMessageDelivery: true }]);
    expect(findings(facts)).toHaveLength(2);
    expect(findings(facts)[0]).toMatch(/undeliverable messages do not go to .*-sentinel-dlq.*no dead-letter queue/);
  });

  test("a topic that the bucket may not publish to", () => {
    expect(findings(withTopic({ policy: '{"Version":"2012-10-17","Statement":[]}' }))).toEqual([
      expect.stringMatching(/topic cloudtrail-fanout: its policy does not let the bucket publish/),
    ]);
  });

  test("deliveries that failed", () => {
    expect(findings(withTopic({ failedDeliveries: 7 }))).toEqual([
      expect.stringMatching(/could not deliver.*7 failed/),
    ]);
  });

  test("a queue whose policy lost the topic's statement", () => {
    expect(findings(withQueue("sentinel", { policy: '{"Statement":[]}' }))).toEqual([
      expect.stringMatching(/queue sentinel: its policy lacks a statement of the fan-out/),
    ]);
  });

  test("a reader that is late", () => {
    const facts = withQueue("cloudtrail-fanout-defender", { waiting: 312, oldestSeconds: 5400 });
    expect(findings(facts)).toEqual([
      expect.stringMatching(/Defender is late or cannot read \[312 messages wait, the oldest for 90 minutes\]/),
    ]);
  });

  test("a queue that no event reaches", () => {
    expect(findings(withQueue("sentinel", { received: 0 }))).toEqual([
      expect.stringMatching(/queue sentinel: no event came in the last 3 hours/),
    ]);
  });

  test("a message in a dead-letter queue", () => {
    expect(findings(withQueue("cloudtrail-fanout-sentinel-dlq", { waiting: 1 }))).toEqual([
      expect.stringMatching(/SNS could not deliver to Sentinel's queue sentinel \[1 undelivered\]/),
    ]);
  });

  test("a queue that is gone", () => {
    expect(findings(withQueue("cloudtrail-fanout-defender", undefined))).toEqual([
      expect.stringMatching(/queue cloudtrail-fanout-defender: it does not exist/),
    ]);
  });

  test("a topic that is gone", () => {
    expect(findings({ ...HEALTHY, topic: { value: undefined } })).toEqual([
      expect.stringMatching(/topic cloudtrail-fanout: it does not exist/),
    ]);
  });
});
