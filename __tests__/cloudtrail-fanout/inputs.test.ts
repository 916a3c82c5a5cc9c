import type { NotificationRule, PolicyStatement, SentinelQueueProps } from "../../modules";
import { fanoutPhase } from "../../modules";
import { fanoutProps, fanoutStack, PLACE } from "./fanout-stack";
import { FOREIGN_QUEUE, queueArn, SENTINEL_QUEUE } from "./sentinel-account";

const PREPARE = fanoutProps("prepare");
const KEY = `arn:aws:kms:${PLACE.region}:${PLACE.accountId}:key/11111111-2222-3333-4444-555555555555`;

/** Props of the wrong kind, as JavaScript or a cast may pass them. */
function synth(props: Record<string, unknown>): void {
  fanoutStack({ ...PREPARE, ...props });
}

function withSentinel(sentinel: Partial<SentinelQueueProps>): () => void {
  return () => {
    synth({ sentinel: { ...PREPARE.sentinel, ...sentinel } });
  };
}

function withSentinelRule(rule: object): () => void {
  return withSentinel({ notificationRule: { ...PREPARE.sentinel.notificationRule, ...rule } });
}

function withQueueRule(rule: Partial<NotificationRule> & { queueArn?: string }): () => void {
  const [foreign] = PREPARE.otherRules.queues;
  return () => {
    synth({ otherRules: { ...PREPARE.otherRules, queues: [{ ...foreign, ...rule }] } });
  };
}

const given = (props: Record<string, unknown>) => () => {
  synth(props);
};

describe("inputs", () => {
  test("a complete set is accepted", () => {
    expect(given({})).not.toThrow();
  });

  describe("props of another kind, as JavaScript may pass them", () => {
    const other = PREPARE.otherRules;

    test.each<[string, Record<string, unknown>]>([
      ["props.topicname", { topicname: "T" }],
      ["encryption.topicKey", { encryption: { topicKey: KEY } }],
      ["trailLayout.organizationId", { trailLayout: { kind: "account", organizationId: "o-a1b2c3d4e5" } }],
      ["alarms.actions", { alarms: { actionArns: [], actions: [] } }],
      ["defender.queue", { defender: { readerRoleArns: [], queue: "q" } }],
      ["sentinel.roles", { sentinel: { ...PREPARE.sentinel, roles: [] } }],
      ["otherRules.lambdas", { otherRules: { ...other, lambdas: [] } }],
      [
        "otherRules.queues[0].filterPrefix",
        { otherRules: { ...other, queues: [{ ...other.queues[0], filterPrefix: "" }] } },
      ],
    ])("fails for %s, which does not exist", (prop, props) => {
      const owner = prop.slice(0, prop.lastIndexOf("."));
      expect(given(props)).toThrow(`${prop}: `);
      expect(given(props)).toThrow(`${owner} has: `);
    });

    test.each<[string, Record<string, unknown>, string]>([
      [
        "otherRules",
        { otherRules: undefined },
        "expected an object with: queues, topics, lambdaFunctions, eventBridge",
      ],
      ["otherRules.topics", { otherRules: { ...other, topics: undefined } }, "expected a list, written out"],
      ["otherRules.queues[0]", { otherRules: { ...other, queues: ["q"] } }, "expected an object with: id, events"],
      ["otherRules.eventBridge", { otherRules: { ...other, eventBridge: undefined } }, "allowed: true, false"],
      ["sentinel", { sentinel: undefined }, "expected an object with: queueName"],
      ["sentinel.roleArns", { sentinel: { ...PREPARE.sentinel, roleArns: "arn" } }, "expected a list"],
      [
        "sentinel.notificationRule",
        { sentinel: { ...PREPARE.sentinel, notificationRule: undefined } },
        "expected an object",
      ],
      ["defender", { defender: undefined }, "expected an object with: queueName, readerRoleArns"],
      ["defender.readerRoleArns", { defender: {} }, "expected a list, written out"],
      ["trailLayout.kind", { trailLayout: undefined }, 'allowed: "account", "organization",'],
      ["encryption", { encryption: KEY }, "expected an object with: topicKeyArn"],
      ["alarms.actionArns", { alarms: {} }, "expected a list, written out"],
      ["tags", { tags: "soc" }, "expected a map of strings, written out"],
      ["tags", { tags: { owner: 5 } }, "expected a map of strings, written out"],
    ])("fails for %s", (prop, props, message) => {
      expect(given(props)).toThrow(
        new RegExp(`^${prop.replaceAll(/[[\]]/g, "\\$&")}: .* is not allowed; ${message.replaceAll(/[[\]]/g, "\\$&")}`),
      );
    });

    test("fails for a rule without an id", () => {
      expect(withQueueRule({ id: undefined })).toThrow("otherRules.queues[0].id: undefined");
    });
  });

  describe("phase", () => {
    test("fails for an unknown one", () => {
      expect(given({ phase: "off" })).toThrow(
        'phase: "off" is not allowed; allowed: "prepare", "fanout", "rollback", "release"',
      );
    });

    test("fails for an unknown one in the environment, naming the variable", () => {
      expect(() => fanoutPhase("FANOUT_PHASE", "Fanout")).toThrow('FANOUT_PHASE: "Fanout" is not allowed; allowed:');
    });
  });

  describe("events", () => {
    test("fails for a rule without any", () => {
      expect(withSentinelRule({ events: [] })).toThrow(
        "sentinel.notificationRule.events: [] is not allowed; a rule names at least one event type",
      );
    });

    test("fails for something that is no event type of S3", () => {
      expect(withQueueRule({ events: ["ObjectCreated:*"] })).toThrow(
        'otherRules.queues[0].events: "ObjectCreated:*" is not allowed; allowed: "s3:ObjectCreated:*", "s3:ObjectCreated:Put"',
      );
    });

    test.each(["s3:ObjectCreated:Foo", "s3:ObjectCreate:*", "s3:ObjectCreated", "s3:*", "s3:TestEvent"])(
      "fails for %s, which S3 does not know in a rule",
      (event) => {
        expect(withQueueRule({ events: [event], prefix: "AWSLogs/" })).toThrow(`events: "${event}" is not allowed`);
      },
    );

    test.each([
      "s3:ObjectAcl:Put",
      "s3:LifecycleTransition",
      "s3:Replication:OperationNotTracked",
      "s3:ReducedRedundancyLostObject",
    ])("accepts %s", (event) => {
      expect(withQueueRule({ events: [event] })).not.toThrow();
    });

    test("fails for an event of Sentinel's that the topic would not hear of", () => {
      expect(withSentinelRule({ events: ["s3:ObjectCreated:*", "s3:ObjectRestore:Completed"] })).toThrow(
        'sentinel.notificationRule.events: "s3:ObjectRestore:Completed" is not allowed; the topic hears of new objects alone',
      );
    });
  });

  describe("the suffix of the topic's rule", () => {
    test("fails with a wildcard, under its own name", () => {
      expect(given({ suffix: "*.gz" })).toThrow('suffix: "*.gz" is not allowed; expected the end of the object keys');
    });
  });

  describe("names", () => {
    test("fails for a FIFO topic", () => {
      expect(given({ topicName: "trail.fifo" })).toThrow(
        /topicName: "trail\.fifo" is not allowed; .* a FIFO topic \(\.fifo\) cannot take S3 events/,
      );
    });

    test("fails for a FIFO queue of Sentinel", () => {
      expect(withSentinel({ queueName: "trail.fifo" })).toThrow(/sentinel\.queueName: "trail\.fifo" .* FIFO queue/);
    });

    test("fails for a FIFO queue of Defender", () => {
      expect(given({ defender: { readerRoleArns: [], queueName: "trail.fifo" } })).toThrow(
        /defender\.queueName: "trail\.fifo" .* FIFO queue/,
      );
    });

    test("fails for the same queue twice", () => {
      expect(given({ defender: { readerRoleArns: [], queueName: SENTINEL_QUEUE } })).toThrow(
        `defender.queueName: "${SENTINEL_QUEUE}" is not allowed; it is Sentinel's queue; each reader needs a queue of its own`,
      );
    });

    test("fails for a queue with the name of a dead-letter queue", () => {
      expect(given({ defender: { readerRoleArns: [], queueName: "CloudTrail-SNS-sentinel-dlq" } })).toThrow(
        /defender\.queueName: "CloudTrail-SNS-sentinel-dlq" .* name of a dead-letter queue/,
      );
    });

    test("fails for what is no bucket", () => {
      expect(given({ bucketName: "arn:aws:s3:::logs" })).toThrow(/bucketName: "arn:aws:s3:::logs" is not allowed/);
    });

    test("fails for what is no account", () => {
      expect(given({ awsAccountId: "1234" })).toThrow(/awsAccountId: "1234" is not allowed; expected .* 12 digits/);
    });

    test("fails for what is no region", () => {
      expect(given({ awsRegion: "Frankfurt" })).toThrow(/awsRegion: "Frankfurt" is not allowed/);
    });

    test("fails for an unknown partition", () => {
      expect(given({ partition: "azure" })).toThrow(/partition: "azure" is not allowed; allowed: "aws"/);
    });
  });

  describe("readers", () => {
    test("fails without a role of Sentinel, which the policy would cut off", () => {
      expect(withSentinel({ roleArns: [] })).toThrow(/sentinel\.roleArns: \[\] is not allowed; .* cuts Sentinel off/);
    });

    test("fails for a role of Sentinel that is everyone", () => {
      expect(withSentinel({ roleArns: ["*"] })).toThrow('sentinel.roleArns: "*" is not allowed; expected the ARN');
    });

    test("fails for a reader of Defender that is no role", () => {
      expect(given({ defender: { readerRoleArns: ["arn:aws:iam::111122223333:root"] } })).toThrow(
        /defender\.readerRoleArns: "arn:aws:iam::111122223333:root" is not allowed; expected the ARN of an IAM role/,
      );
    });

    test("fails for a role of Sentinel in another partition", () => {
      const elsewhere = "arn:aws-cn:iam::111122223333:role/OIDC_MicrosoftSentinelRole";
      expect(withSentinel({ roleArns: [elsewhere] })).toThrow(
        `sentinel.roleArns: "${elsewhere}" is not allowed; the role must be in the partition, aws`,
      );
    });

    test("fails for a reader of Defender in another partition", () => {
      expect(given({ defender: { readerRoleArns: ["arn:aws-us-gov:iam::111122223333:role/Reader"] } })).toThrow(
        /defender\.readerRoleArns: "arn:aws-us-gov:.*" is not allowed; the role must be in the partition, aws/,
      );
    });

    test("fails for a role that is given twice", () => {
      const [role] = PREPARE.sentinel.roleArns;
      expect(withSentinel({ roleArns: [role ?? "", role ?? ""] })).toThrow(
        `sentinel.roleArns: "${role}" is not allowed; give each role once`,
      );
    });
  });

  describe("further statements of Sentinel's queue", () => {
    const Resource = [queueArn(PLACE, SENTINEL_QUEUE)];
    const auditor = { AWS: ["arn:aws:iam::111122223333:role/Audit"] };
    const sns = { Service: ["sns.amazonaws.com"] };
    const confused = { Effect: "Allow", Principal: sns, Action: ["sqs:SendMessage"], Resource } as const;

    test.each<[string, PolicyStatement]>([
      ["that let a role in", { Effect: "Allow", Principal: auditor, Action: ["sqs:GetQueueAttributes"], Resource }],
      [
        "that let a service in for somebody",
        {
          Effect: "Allow",
          Principal: sns,
          Action: ["sqs:SendMessage"],
          Resource,
          Condition: { ArnLike: { "AWS:SourceArn": ["arn:aws:sns:eu-central-1:111122223333:other"] } },
        },
      ],
      [
        "that deny everyone under a condition",
        {
          Effect: "Deny",
          Principal: "*",
          Action: ["sqs:*"],
          Resource,
          Condition: { Bool: { "aws:SecureTransport": ["false"] } },
        },
      ],
      [
        "that deny everyone what neither reader does",
        { Effect: "Deny", Principal: "*", Action: ["sqs:DeleteQueue", "sqs:PurgeQueue"], Resource },
      ],
      ["that deny somebody else", { Effect: "Deny", Principal: auditor, Action: ["sqs:*"], Resource }],
    ])("are accepted %s", (_, statement) => {
      expect(withSentinel({ furtherStatements: [statement] })).not.toThrow();
    });

    test("fails for one that names no resource", () => {
      const nowhere = { Effect: "Allow", Principal: auditor, Action: ["sqs:GetQueueUrl"] } as const;
      expect(withSentinel({ furtherStatements: [nowhere] })).toThrow(
        "sentinel.furtherStatements[0].Resource: undefined is not allowed; name the ARN of the queue",
      );
    });

    test("fails for a service that may act for anybody", () => {
      const Condition = { Bool: { "aws:SecureTransport": ["true"] } };
      for (const statement of [confused, { ...confused, Condition }]) {
        expect(withSentinel({ furtherStatements: [statement] })).toThrow(
          /furtherStatements\[0\]\.Condition: .* a service acts for anybody .* aws:SourceArn, aws:SourceAccount/,
        );
      }
    });

    test.each<[string, PolicyStatement["Principal"], string]>([
      ["everyone", "*", "sqs:*"],
      ["everyone, in a list", { AWS: ["*"] }, "SQS:Receive*"],
      ["Sentinel's role", { AWS: [...PREPARE.sentinel.roleArns] }, "sqs:DeleteMessage"],
      ["everyone, the topic among them", "*", "sqs:SendMessag?"],
    ])("fails for a denial without a condition that keeps out %s", (_, Principal, action) => {
      const denial = { Effect: "Deny", Principal, Action: ["sqs:PurgeQueue", action], Resource } as const;
      expect(withSentinel({ furtherStatements: [denial] })).toThrow(
        /furtherStatements\[0\]\.Action: .* without a condition it cuts Sentinel off/,
      );
    });

    test("fails for a further statement that lets everyone in", () => {
      const open = { Effect: "Allow", Principal: { AWS: ["*"] }, Action: ["sqs:SendMessage"], Resource } as const;
      expect(withSentinel({ furtherStatements: [open] })).toThrow(
        /sentinel\.furtherStatements\[0\]\.Principal: .* an Allow for everyone lets anybody in/,
      );
    });

    test("fails for a further statement that repeats one of the policy", () => {
      const again = { ...confused, Sid: "AllowCloudTrailSnsToSendMessage" } as const;
      expect(withSentinel({ furtherStatements: [again] })).toThrow(
        /furtherStatements\[0\]\.Sid: "AllowCloudTrailSnsToSendMessage" is not allowed; the policy has this statement/,
      );
    });

    test("fails for a further statement without a principal", () => {
      const nobody = { Effect: "Allow", Action: ["sqs:SendMessage"] } as const;
      expect(withSentinel({ furtherStatements: [nobody] })).toThrow(/furtherStatements\[0\]\.Principal: undefined/);
    });
  });

  describe("keys of the trail", () => {
    test("fails for a layout that Sentinel's prefix does not belong to", () => {
      expect(given({ trailLayout: { kind: "organization", organizationId: "o-a1b2c3d4e5" } })).toThrow(
        `sentinel.notificationRule.prefix: "AWSLogs/${PLACE.accountId}/CloudTrail/" is not allowed; the topic would hear only of keys that start with "AWSLogs/o-a1b2c3d4e5/" (trailLayout organization)`,
      );
    });

    test("fails for a prefix that is narrower than Sentinel's", () => {
      expect(withSentinelRule({ prefix: "AWSLogs/" })).toThrow(/and Sentinel would lose the others/);
    });

    test("fails for a suffix that is narrower than Sentinel's", () => {
      expect(given({ suffix: ".json.gz" })).toThrow(
        'suffix: ".json.gz" is not allowed; Sentinel\'s rule has the suffix ".gz"',
      );
    });

    test("fails for an unknown layout", () => {
      expect(given({ trailLayout: { kind: "lake" } })).toThrow(/trailLayout\.kind: "lake" is not allowed; allowed:/);
    });

    test("fails for what is no organization", () => {
      expect(given({ trailLayout: { kind: "controlTower", organizationId: "111122223333" } })).toThrow(
        /trailLayout\.organizationId: "111122223333" is not allowed; .* "o-a1b2c3d4e5"/,
      );
    });

    test("fails for what is no account of the trail", () => {
      expect(given({ trailLayout: { kind: "account", accountId: "o-a1b2c3d4e5" } })).toThrow(
        /trailLayout\.accountId: "o-a1b2c3d4e5" is not allowed/,
      );
    });

    test("fails for a trail prefix with a slash at its end", () => {
      expect(given({ trailLayout: { kind: "account", trailPrefix: "logs/" } })).toThrow(
        /trailLayout\.trailPrefix: "logs\/" is not allowed; .* without slashes/,
      );
    });

    test("fails for a trail prefix that repeats what CloudTrail adds", () => {
      expect(given({ trailLayout: { kind: "account", trailPrefix: "logs/AWSLogs" } })).toThrow(
        /trailLayout\.trailPrefix: "logs\/AWSLogs" is not allowed; leave "AWSLogs" and what follows it out/,
      );
    });

    test("fails for a wildcard, which S3 would take literally", () => {
      expect(given({ trailLayout: { kind: "custom", prefix: "AWSLogs/*/CloudTrail/" } })).toThrow(
        /trailLayout\.prefix: "AWSLogs\/\*\/CloudTrail\/" is not allowed; .* without wildcards/,
      );
    });

    test("fails for a slash at the start", () => {
      expect(given({ trailLayout: { kind: "custom", prefix: "/AWSLogs/" } })).toThrow(/without a slash at its start/);
    });

    test("fails for an event other than the two", () => {
      expect(given({ events: "s3:ObjectRemoved:*" })).toThrow(/events: "s3:ObjectRemoved:\*" is not allowed; allowed:/);
    });
  });

  describe("other rules", () => {
    test("fails for one that overlaps with Sentinel's", () => {
      expect(withQueueRule({ prefix: "AWSLogs/" })).toThrow(
        /otherRules\.queues\[0\]\.prefix: "AWSLogs\/" is not allowed; it overlaps with sentinel\.notificationRule .* S3 refuses/,
      );
    });

    test("fails for one that overlaps only with the topic's, in every phase", () => {
      const wide = { trailLayout: { kind: "custom", prefix: "AWSLogs/" } };
      const rules = { ...PREPARE.otherRules, queues: [{ ...PREPARE.otherRules.queues[0], prefix: "AWSLogs/x/" }] };
      expect(given({ ...wide, otherRules: rules })).toThrow(/overlaps with trailLayout/);
    });

    test("fails for an overlap by event family and suffix", () => {
      expect(withQueueRule({ prefix: "", suffix: "z", events: ["s3:ObjectCreated:Copy"] })).toThrow(/it overlaps with/);
    });

    test.each([
      ["event", { prefix: "AWSLogs/", events: ["s3:ObjectRemoved:*"] }],
      ["prefix", { prefix: "AWSLogs/999999999999/" }],
      ["suffix", { prefix: "AWSLogs/", suffix: ".json" }],
    ])("accepts one that another %s tells apart", (_, rule) => {
      expect(withQueueRule(rule)).not.toThrow();
    });

    test("fails for an id that is there twice", () => {
      expect(withQueueRule({ id: PREPARE.sentinel.notificationRule.id })).toThrow(
        /otherRules\.queues\[0\]\.id: .* sentinel\.notificationRule has the same id/,
      );
    });

    test("fails for a queue in another region", () => {
      const far = queueArn({ ...PLACE, region: "us-east-1" }, FOREIGN_QUEUE);
      expect(withQueueRule({ queueArn: far })).toThrow(
        `otherRules.queues[0].queueArn: "${far}" is not allowed; S3 notifies only destinations in the bucket's region, eu-central-1`,
      );
    });

    test("fails for a topic in another region", () => {
      const topics = [{ id: "t", topicArn: "arn:aws:sns:us-east-1:111122223333:t", events: ["s3:ObjectRemoved:*"] }];
      expect(given({ otherRules: { ...PREPARE.otherRules, topics } })).toThrow(
        /otherRules\.topics\[0\]\.topicArn: .* region/,
      );
    });

    test("fails for a FIFO topic", () => {
      const topics = [{ id: "t", topicArn: "arn:aws:sns:eu-central-1:111122223333:t.fifo", events: [] }];
      expect(given({ otherRules: { ...PREPARE.otherRules, topics } })).toThrow(/expected the ARN of a standard topic/);
    });

    test("fails for what is no function", () => {
      const lambdaFunctions = [{ id: "f", functionArn: "index-logs", events: ["s3:ObjectRemoved:*"] }];
      expect(given({ otherRules: { ...PREPARE.otherRules, lambdaFunctions } })).toThrow(
        /otherRules\.lambdaFunctions\[0\]\.functionArn: "index-logs" is not allowed; expected the ARN of a Lambda function/,
      );
    });

    test("fails for a place of Sentinel's rule beyond the last", () => {
      expect(withSentinelRule({ position: 2 })).toThrow(
        "sentinel.notificationRule.position: 2 is not allowed; expected a place among the rules for queues, 0 to 1",
      );
    });
  });

  describe("encryption", () => {
    test.each(["topicKeyArn", "queueKeyArn", "sentinelQueueKeyArn", "logKeyArn"])(
      "accepts a customer key as %s",
      (key) => {
        expect(given({ encryption: { [key]: KEY } })).not.toThrow();
      },
    );

    test.each([
      ["topicKeyArn", "alias/aws/sns"],
      ["queueKeyArn", "alias/aws/sqs"],
      ["queueKeyArn", "arn:aws:kms:eu-central-1:111122223333:alias/aws/sqs"],
    ])("fails for the key of AWS as %s: %s", (key, arn) => {
      expect(given({ encryption: { [key]: arn } })).toThrow(
        new RegExp(`encryption\\.${key}: "${arn}" is not allowed; .* alias/aws/sns and alias/aws/sqs, cannot work`),
      );
    });

    test("fails for a key in another region", () => {
      expect(given({ encryption: { topicKeyArn: KEY.replace(PLACE.region, "us-east-1") } })).toThrow(
        /encryption\.topicKeyArn: .* the key must be in the region of bucket, topic and queues, eu-central-1/,
      );
    });
  });

  describe("numbers and choices", () => {
    test("fails for a retention that SQS does not have", () => {
      expect(given({ defender: { readerRoleArns: [], messageRetentionSeconds: 1_209_601 } })).toThrow(
        "defender.messageRetentionSeconds: 1209601 is not allowed; expected whole seconds from 60 to 1209600",
      );
    });

    test("fails for a visibility timeout that SQS does not have", () => {
      expect(given({ defender: { readerRoleArns: [], visibilityTimeoutSeconds: -1 } })).toThrow(
        /defender\.visibilityTimeoutSeconds: -1 .* from 0 to 43200/,
      );
    });

    test("fails for an alarm that no age can pass", () => {
      expect(given({ alarms: { actionArns: [], oldestMessageSeconds: 0.5 } })).toThrow(
        /alarms\.oldestMessageSeconds: 0\.5/,
      );
    });

    test("fails for an alarm action that is no ARN", () => {
      expect(given({ alarms: { actionArns: ["on-call"] } })).toThrow(/alarms\.actionArns: "on-call" is not allowed/);
    });

    test("fails for another number of dead-letter queues", () => {
      expect(given({ deadLetterQueues: "none" })).toThrow(/deadLetterQueues: "none" .* "perSubscription", "shared"/);
    });
  });
});
