import { expectedFanout } from "../../../cli/check/expected";
import type { AlarmFacts } from "../../../cli/aws/alarms";
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
    ({ subject, wrong, expected, found }) => `${subject}: ${wrong} [${expected} | ${found}]`,
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

test("Sentinel's queue without events is found before the cut-over, too", () => {
  const props = { ...PROPS, phase: "prepare" };
  const facts = deployedFanout(props);
  const sentinel = facts.queues.get("sentinel");
  const value = sentinel && "value" in sentinel && sentinel.value ? { ...sentinel.value, received: 0 } : undefined;
  expect(findings({ ...facts, queues: new Map([...facts.queues, ["sentinel", { value }] as const]) }, props)).toEqual([
    expect.stringMatching(/^queue sentinel: no event came/),
  ]);
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

describe("with keys, alarms, tags and additional keys", () => {
  const arn = (service: string, name: string) =>
    `arn:aws:${service}:${ACCOUNT.awsRegion}:${ACCOUNT.awsAccountId}:${name}`;
  const KEY = arn("kms", "key/11111111-2222-4333-8444-555555555555");
  const PAGER = arn("sns", "pager");
  const props: CloudTrailFanoutProps = {
    ...PROPS,
    tags: { owner: "security" },
    additionalKeys: [{ prefix: "AWSLogs/o-1/", suffix: ".gz" }],
    encryption: { topicKeyArn: KEY, queueKeyArn: KEY },
    alarms: { actionArns: [PAGER], oldestMessageSeconds: 600 },
  };
  const statement = (principal: object, action: unknown, condition?: object) => ({
    Effect: "Allow",
    Principal: principal,
    Action: action,
    Resource: "*",
    ...(condition ? { Condition: condition } : {}),
  });
  const keyPolicy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const WIDE = keyPolicy(
    statement({ Service: ["s3.amazonaws.com", "sns.amazonaws.com"] }, ["kms:Decrypt", "kms:GenerateDataKey*"]),
    statement({ AWS: `arn:aws:iam::${ACCOUNT.awsAccountId}:root` }, "kms:*"),
  );
  const deployed = deployedFanout(props);
  const healthy: FanoutFacts = {
    ...deployed,
    rules: {
      value: [
        ...("value" in deployed.rules ? deployed.rules.value : []),
        { id: "more", destination: arn("sns", "cloudtrail-fanout"), prefix: "AWSLogs/o-1/", suffix: ".gz" },
      ],
    },
    keyPolicies: new Map([[KEY, { value: WIDE }]]),
  };
  const found = (change: Partial<FanoutFacts>, given = props) => findings({ ...healthy, ...change }, given);
  const withKeyPolicy = (value: string | undefined) => found({ keyPolicies: new Map([[KEY, { value }]]) });
  const withAlarm = (change: Partial<AlarmFacts>) =>
    found({
      alarms: {
        value: ("value" in healthy.alarms ? healthy.alarms.value : []).map((alarm) =>
          alarm.name === "cloudtrail-fanout-sentinel-late" ? { ...alarm, ...change } : alarm,
        ),
      },
    });

  test("nothing is found as the stack deploys it", () => {
    expect(found({})).toEqual([]);
    const { checked } = checkFanout(expectedFanout(read(CLOUDTRAIL_FANOUT, props).value), healthy);
    expect(checked.filter((line) => line.startsWith("alarm "))).toHaveLength(4);
    expect(checked.filter((line) => line.startsWith("key "))).toHaveLength(2);
  });

  test("a rule of additionalKeys for another suffix is found", () => {
    const rules = ("value" in healthy.rules ? healthy.rules.value : []).map((rule) =>
      rule.id === "more" ? { ...rule, suffix: ".json" } : rule,
    );
    expect(found({ rules: { value: rules } })).toEqual([expect.stringMatching(/a rule of additionalKeys is missing/)]);
  });

  test("a rule of additionalKeys that is gone is found", () => {
    expect(found({ rules: deployed.rules })).toEqual([
      expect.stringMatching(/^bucket cloudtrail-logs: a rule of additionalKeys is missing.*AWSLogs\/o-1\//),
    ]);
  });

  test.each<[string, string]>([
    ["service S3", keyPolicy(statement({ Service: "sns.amazonaws.com" }, "kms:*"), statement({ AWS: "*" }, "kms:*"))],
    [
      "one of two actions",
      keyPolicy(
        statement({ Service: "s3.amazonaws.com" }, "kms:Decrypt"),
        statement({ Service: "sns.amazonaws.com" }, "kms:*"),
        statement({ AWS: "*" }, "kms:Decrypt"),
      ),
    ],
    [
      "requests of this bucket",
      keyPolicy(
        statement({ Service: "s3.amazonaws.com" }, "kms:*", { ArnLike: { "aws:SourceArn": "arn:aws:s3:::another" } }),
        statement({ Service: "sns.amazonaws.com" }, "kms:*"),
        statement({ AWS: "*" }, "kms:Decrypt"),
      ),
    ],
    [
      "requests without a condition that is not compared",
      keyPolicy(
        statement({ Service: "s3.amazonaws.com" }, "kms:*", { Bool: { "aws:SecureTransport": "true" } }),
        statement({ Service: "sns.amazonaws.com" }, "kms:*"),
        statement({ AWS: "*" }, "kms:Decrypt"),
      ),
    ],
  ])("a key policy that does not allow %s is found", (_what, policy) => {
    expect(withKeyPolicy(policy)).toEqual([
      expect.stringMatching(/^key .* \(encryption\.topicKeyArn\): its policy does not allow.*AllowS3ToUseTheKey/),
    ]);
  });

  test("a key policy that allows one of two readers is found", () => {
    const [reader = ""] = PROPS.defender.readerRoleArns;
    const readerRoleArns = [reader, reader.replace("Reader", "Second")];
    const given = { ...props, defender: { readerRoleArns }, encryption: { logKeyArn: KEY } };
    const policy = keyPolicy(statement({ AWS: reader }, "kms:Decrypt"));
    const facts = { ...deployedFanout(given), rules: healthy.rules, keyPolicies: new Map([[KEY, { value: policy }]]) };
    expect(findings(facts, given)).toEqual([
      expect.stringMatching(/\(encryption\.logKeyArn\): its policy does not allow.*AllowReadersToDecrypt/),
    ]);
  });

  test("a key policy that does not allow the readers is found", () => {
    const services = { Service: ["s3.amazonaws.com", "sns.amazonaws.com"] };
    expect(withKeyPolicy(keyPolicy(statement(services, "kms:*")))).toEqual([
      expect.stringMatching(/\(encryption\.queueKeyArn\): its policy does not allow.*AllowReadersToDecrypt/),
    ]);
  });

  test("a key policy as the construct prints it, or with patterns, is enough", () => {
    const bucket = { ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:cloudtrail-*" } };
    const source = { StringEquals: { "aws:sourceaccount": ACCOUNT.awsAccountId } };
    const topic = { ArnEquals: { "aws:SourceArn": arn("sns", "cloudtrail-fanout") } };
    expect(
      withKeyPolicy(
        keyPolicy(
          statement({ Service: "s3.amazonaws.com" }, ["kms:GenerateDataKey", "KMS:Decrypt"], { ...bucket, ...source }),
          statement({ Service: "sns.amazonaws.com" }, ["kms:GenerateDataKey*", "kms:Decrypt"], topic),
          statement({ AWS: PROPS.defender.readerRoleArns }, "kms:Decrypt"),
        ),
      ),
    ).toEqual([]);
  });

  test("a key that is gone is found", () => {
    expect(withKeyPolicy(undefined)).toEqual([
      expect.stringMatching(/topicKeyArn\): it does not exist/),
      expect.stringMatching(/queueKeyArn\): it does not exist/),
    ]);
  });

  test("a key of another account is not looked at, and that is said", () => {
    const foreign = KEY.replace(ACCOUNT.awsAccountId, "999988887777");
    const given = { ...props, encryption: { ...props.encryption, logKeyArn: foreign } };
    const { unchecked, findings: all } = checkFanout(expectedFanout(read(CLOUDTRAIL_FANOUT, given).value), healthy);
    expect(all).toEqual([]);
    expect(unchecked).toEqual([expect.stringMatching(/999988887777.*logKeyArn.*KMS shows its policy only there/)]);
  });

  test("queues and a topic under another key are found", () => {
    const plain = deployedFanout({ ...props, encryption: {} });
    expect(found({ topic: plain.topic, queues: plain.queues })).toEqual([
      expect.stringMatching(/^topic cloudtrail-fanout: another key encrypts it.*\| no customer managed key\]/),
      expect.stringMatching(/^queue cloudtrail-fanout-defender: another key/),
      expect.stringMatching(/^dead-letter queue cloudtrail-fanout-sentinel-dlq: another key/),
      expect.stringMatching(/^dead-letter queue cloudtrail-fanout-defender-dlq: another key/),
    ]);
  });

  test("tags that are gone are found, but not those of Sentinel's queue", () => {
    const untagged = deployedFanout({ ...props, tags: {} });
    expect(found({ topic: untagged.topic, queues: untagged.queues })).toEqual([
      expect.stringMatching(/^topic cloudtrail-fanout: its tag owner/),
      expect.stringMatching(/^queue cloudtrail-fanout-defender: its tag owner/),
      expect.stringMatching(/^dead-letter queue cloudtrail-fanout-sentinel-dlq: its tag owner/),
      expect.stringMatching(/^dead-letter queue cloudtrail-fanout-defender-dlq: its tag owner/),
    ]);
  });

  test("alarms that are gone are found", () => {
    expect(found({ alarms: { value: [] } })).toHaveLength(4);
  });

  test.each<[string, Partial<AlarmFacts>]>([
    ["metric", { metricName: "NumberOfMessagesSent" }],
    ["metric", { queueName: "other" }],
    ["threshold", { threshold: 86_400 }],
    ["action", { actionArns: [] }],
    ["switch for actions", { actionsEnabled: false }],
  ])("an alarm with another %s is found", (setting, change) => {
    expect(withAlarm(change)).toEqual([
      expect.stringMatching(
        new RegExp(`^alarm cloudtrail-fanout-sentinel-late: its ${setting} is not what is declared`),
      ),
    ]);
  });

  test("an alarm that fires is found, with CloudWatch's reason", () => {
    expect(withAlarm({ state: "ALARM", reason: "Threshold Crossed: 1200" })).toEqual([
      expect.stringMatching(/^alarm cloudtrail-fanout-sentinel-late: it fires \[OK \| Threshold Crossed: 1200\]/),
    ]);
  });

  test("alarms that could not be read are found", () => {
    expect(found({ alarms: { unread: "AccessDenied: cloudwatch:DescribeAlarms" } })).toEqual([
      expect.stringMatching(/^alarms: it could not be read/),
    ]);
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
      expect.stringMatching(/topic cloudtrail-fanout: its policy lacks a statement \[.*AllowS3ToPublish/),
      expect.stringMatching(/topic cloudtrail-fanout: its policy lacks a statement \[.*DenyWithoutTls/),
    ]);
  });

  test("deliveries that failed", () => {
    expect(findings(withTopic({ failedDeliveries: 7 }))).toEqual([
      expect.stringMatching(/could not deliver.*7 failed/),
    ]);
  });

  test("a queue whose policy lost the topic's statement", () => {
    expect(findings(withQueue("sentinel", { policy: '{"Statement":[]}' }))).toEqual([
      expect.stringMatching(/queue sentinel: its policy lacks a statement \[.*AllowTopic/),
    ]);
  });

  test("a topic and a queue that somebody else may use", () => {
    const anybody = '{"Effect":"Allow","Principal":{"AWS":"999988887777"},"Action":"*","Resource":"*"}';
    const open = (policy: string) => policy.replace('"Statement":[', `"Statement":[${anybody},`);
    const topic = "value" in HEALTHY.topic ? HEALTHY.topic.value : undefined;
    expect(findings(withTopic({ policy: open(topic?.policy ?? "") }))).toEqual([
      expect.stringMatching(/^topic cloudtrail-fanout: its policy has a statement that is not declared.*999988887777/),
    ]);
    for (const [name, subject] of [
      ["cloudtrail-fanout-defender", "queue"],
      ["cloudtrail-fanout-sentinel-dlq", "dead-letter queue"],
    ] as const) {
      const queue = HEALTHY.queues.get(name);
      const policy = queue && "value" in queue ? (queue.value?.policy ?? "") : "";
      expect(findings(withQueue(name, { policy: open(policy) }))).toEqual([
        expect.stringMatching(new RegExp(`^${subject} ${name}: its policy has a statement that is not declared`)),
      ]);
      expect(findings(withQueue(name, { policy: '{"Statement":[]}' })).length).toBeGreaterThan(0);
    }
  });

  test("nothing in further statements of Sentinel's queue, which are Sentinel's", () => {
    const queue = HEALTHY.queues.get("sentinel");
    const policy = queue && "value" in queue ? (queue.value?.policy ?? "") : "";
    const theirs = '{"Effect":"Allow","Principal":{"AWS":"197857026523"},"Action":"sqs:*","Resource":"*"}';
    expect(
      findings(withQueue("sentinel", { policy: policy.replace('"Statement":[', `"Statement":[${theirs},`) })),
    ).toEqual([]);
  });

  test("a queue that keeps messages for another time, or hides them for another", () => {
    expect(findings(withQueue("cloudtrail-fanout-defender", { retentionSeconds: 60 }))).toEqual([
      expect.stringMatching(/its retention is not what is declared \[1209600 seconds \| 60 seconds\]/),
    ]);
    expect(findings(withQueue("cloudtrail-fanout-defender", { visibilityTimeoutSeconds: 0 }))).toEqual([
      expect.stringMatching(/its visibility timeout is not what is declared \[30 seconds \| 0 seconds\]/),
    ]);
  });

  test("a filter that somebody gave a subscription", () => {
    const filterPolicy = '{"store":["x"]}';
    const facts = withSubscriptions((one) => [isSentinels(one) ? { ...one, filterPolicy } : one]);
    expect(findings(facts)).toEqual([expect.stringMatching(/Sentinel's queue: it has a filter policy.*store/)]);
  });

  test("nothing in the subscription of somebody else, but says that it is there", () => {
    const facts = withSubscriptions((one) => (isSentinels(one) ? [one, { ...one, endpoint: "arn:elsewhere" }] : [one]));
    const { findings: all, unchecked } = checkFanout(expectedFanout(read(CLOUDTRAIL_FANOUT, PROPS).value), facts);
    expect(all).toEqual([]);
    expect(unchecked).toEqual(["subscription of arn:elsewhere: neither Sentinel nor Defender reads there"]);
  });

  test("what could not be read", () => {
    const unread = "AccessDenied: sns:GetTopicAttributes";
    expect(
      findings({ ...HEALTHY, rules: { unread }, topic: { unread }, queues: new Map([["sentinel", { unread }]]) }),
    ).toEqual([
      expect.stringMatching(/^bucket cloudtrail-logs: it could not be read/),
      expect.stringMatching(/^topic cloudtrail-fanout: it could not be read/),
      expect.stringMatching(/^queue sentinel: it could not be read/),
      expect.stringMatching(/^queue cloudtrail-fanout-defender: it does not exist/),
      expect.stringMatching(/^dead-letter queue cloudtrail-fanout-sentinel-dlq: it does not exist/),
      expect.stringMatching(/^dead-letter queue cloudtrail-fanout-defender-dlq: it does not exist/),
    ]);
  });

  test("a reader that is late", () => {
    const facts = withQueue("cloudtrail-fanout-defender", { waiting: 312, oldestSeconds: 5400 });
    expect(findings(facts)).toEqual([
      expect.stringMatching(/Defender is late or cannot read \[.* \| 312 messages wait, the oldest for 90 minutes\]/),
    ]);
  });

  test("a queue that no event reaches", () => {
    expect(findings(withQueue("sentinel", { received: 0 }))).toEqual([
      expect.stringMatching(/queue sentinel: no event came in the last 3 hours/),
    ]);
  });

  test("a message in a dead-letter queue", () => {
    expect(findings(withQueue("cloudtrail-fanout-sentinel-dlq", { waiting: 1 }))).toEqual([
      expect.stringMatching(/SNS could not deliver to Sentinel's queue sentinel \[no message \| 1 undelivered\]/),
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
