import { fanoutArns } from "../../modules/cloudtrail-fanout/arns";
import {
  allowTopic,
  deadLetterQueuePolicy,
  defenderQueuePolicy,
  policyText,
  topicPolicy,
} from "../../modules/cloudtrail-fanout/policies";
import { keyPolicyStatements } from "../../modules/cloudtrail-fanout/key-policies";
import { policyDocument } from "../../modules/iam";
import type { PolicyDocument, PolicyStatement } from "../../modules/iam";
import { evaluate } from "../support/policy-evaluator";
import type { Caller, Context } from "../support/policy-evaluator";
import { PLACE } from "./fanout-stack";
import { BUCKET, defenderRoleArn, scriptPolicy, SENTINEL_QUEUE, sentinelRoleArn } from "./sentinel-account";

const arns = fanoutArns({
  partition: "aws",
  ...PLACE,
  bucketName: BUCKET,
  bucketAccountId: PLACE.accountId,
  topicName: "trail",
  sentinelQueueName: SENTINEL_QUEUE,
  defenderQueueName: "trail-defender",
});
/** Sentinel's policy as the set-up script writes it, with the topic's statement. */
const sentinelPolicy = policyDocument([
  ...(scriptPolicy(PLACE).Statement as unknown as PolicyStatement[]),
  allowTopic(arns, arns.sentinelQueue),
]);
const SENTINEL = sentinelRoleArn(PLACE);
const DEFENDER = defenderRoleArn(PLACE);
const STRANGER = `arn:aws:iam::${PLACE.accountId}:role/Stranger`;
const OTHER_ACCOUNT = "444455556666";
const OTHER_TOPIC = arns.topic.replace(/trail$/, "other");
const SAME_TOPIC_ELSEWHERE = arns.topic.replace(PLACE.accountId, OTHER_ACCOUNT);

const s3: Caller = { service: "s3.amazonaws.com" };
const sns: Caller = { service: "sns.amazonaws.com" };
const fromThisBucket = { "aws:SourceArn": arns.bucket, "aws:SourceAccount": PLACE.accountId };
const TLS = { "aws:SecureTransport": "true" };
const NO_TLS = { "aws:SecureTransport": "false" };

function decide(policy: PolicyDocument, action: string, resource: string, principal: Caller, context: Context = {}) {
  // As AWS gets it: the text, not the document.
  return evaluate(policyText(policy), { action, resource, principal, context: { ...TLS, ...context } }).decision;
}

const READ = ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes", "GetQueueUrl"];

describe("the topic's policy", () => {
  const publish = (principal: Caller, context: Context) =>
    decide(topicPolicy(arns), "sns:Publish", arns.topic, principal, context);

  test("lets this bucket of this account publish", () => {
    expect(publish(s3, fromThisBucket)).toBe("allowed");
  });

  test("does not let another bucket publish", () => {
    expect(publish(s3, { ...fromThisBucket, "aws:SourceArn": "arn:aws:s3:::another" })).toBe("implicitlyDenied");
  });

  test("does not let a bucket publish that has the name now, in another account", () => {
    expect(publish(s3, { ...fromThisBucket, "aws:SourceAccount": OTHER_ACCOUNT })).toBe("implicitlyDenied");
  });

  test("does not let S3 publish without saying for whom", () => {
    expect(publish(s3, {})).toBe("implicitlyDenied");
  });

  test("does not let another service publish", () => {
    expect(publish({ service: "events.amazonaws.com" }, fromThisBucket)).toBe("implicitlyDenied");
  });

  test("does not let a role publish", () => {
    expect(publish({ aws: STRANGER }, fromThisBucket)).toBe("implicitlyDenied");
  });

  test("allows no one to subscribe", () => {
    expect(decide(topicPolicy(arns), "sns:Subscribe", arns.topic, s3, fromThisBucket)).toBe("implicitlyDenied");
  });

  test.each<[string, Caller]>([
    ["S3", s3],
    ["a role", { aws: STRANGER }],
    ["an unsigned caller", { anonymous: true }],
  ])("lets %s do nothing without TLS", (_, principal) => {
    expect(publish(principal, { ...fromThisBucket, ...NO_TLS })).toBe("explicitlyDenied");
  });
});

describe.each([
  ["Defender's queue", defenderQueuePolicy(arns, [DEFENDER]), arns.defenderQueue],
  ["Sentinel's queue", sentinelPolicy, arns.sentinelQueue],
  ["a dead-letter queue", deadLetterQueuePolicy(arns, arns.deadLetterQueues.defender), arns.deadLetterQueues.defender],
])("the policy of %s", (_, policy, queue) => {
  const send = (principal: Caller, context: Context) => decide(policy, "sqs:SendMessage", queue, principal, context);

  test("lets this topic send", () => {
    expect(send(sns, { "aws:SourceArn": arns.topic })).toBe("allowed");
  });

  test.each([
    ["another topic", OTHER_TOPIC],
    ["a topic of the same name in another account", SAME_TOPIC_ELSEWHERE],
  ])("does not let %s send", (_name, topic) => {
    expect(send(sns, { "aws:SourceArn": topic })).toBe("implicitlyDenied");
  });

  test("does not let another service send for the topic", () => {
    expect(send({ service: "events.amazonaws.com" }, { "aws:SourceArn": arns.topic })).toBe("implicitlyDenied");
  });

  test("does not let the topic read", () => {
    expect(decide(policy, "sqs:ReceiveMessage", queue, sns, { "aws:SourceArn": arns.topic })).toBe("implicitlyDenied");
  });

  test.each(READ)("does not let a stranger do %s", (action) => {
    expect(decide(policy, `sqs:${action}`, queue, { aws: STRANGER })).toBe("implicitlyDenied");
  });
});

describe("the policy of Defender's queue", () => {
  const policy = defenderQueuePolicy(arns, [DEFENDER]);
  const decideFor = (principal: Caller, action: string, context: Context = {}) =>
    decide(policy, action, arns.defenderQueue, principal, context);

  test.each(READ)("lets its reader do %s", (action) => {
    expect(decideFor({ aws: DEFENDER }, `sqs:${action}`)).toBe("allowed");
  });

  test.each(["SendMessage", "PurgeQueue", "SetQueueAttributes", "DeleteQueue"])(
    "does not let its reader do %s",
    (action) => {
      expect(decideFor({ aws: DEFENDER }, `sqs:${action}`)).toBe("implicitlyDenied");
    },
  );

  test("does not let Sentinel's role read", () => {
    expect(decideFor({ aws: SENTINEL }, "sqs:ReceiveMessage")).toBe("implicitlyDenied");
  });

  test("does not allow S3 to send directly", () => {
    expect(decideFor(s3, "sqs:SendMessage", fromThisBucket)).toBe("implicitlyDenied");
  });

  test.each<[string, Caller, string]>([
    ["the topic", sns, "sqs:SendMessage"],
    ["its reader", { aws: DEFENDER }, "sqs:ReceiveMessage"],
    ["the account's root", { aws: `arn:aws:iam::${PLACE.accountId}:root` }, "sqs:GetQueueAttributes"],
  ])("lets %s do nothing without TLS", (_, principal, action) => {
    expect(decideFor(principal, action, { "aws:SourceArn": arns.topic, ...NO_TLS })).toBe("explicitlyDenied");
  });

  test("names no principal if no reader is known yet", () => {
    expect(defenderQueuePolicy(arns, []).Statement.map(({ Sid }) => Sid)).toEqual([
      "AllowTopic-trail",
      "DenyWithoutTls",
    ]);
  });
});

describe("the policy of a dead-letter queue", () => {
  test("allows no request without TLS", () => {
    const queue = arns.deadLetterQueues.sentinel;
    const policy = deadLetterQueuePolicy(arns, queue);
    const context = { "aws:SourceArn": arns.topic, ...NO_TLS };
    expect(decide(policy, "sqs:SendMessage", queue, sns, context)).toBe("explicitlyDenied");
  });
});

describe("the policy of Sentinel's queue", () => {
  const policy = sentinelPolicy;
  const decideFor = (principal: Caller, action: string, context: Context = {}) =>
    decide(policy, action, arns.sentinelQueue, principal, context);

  test("keeps every right that Sentinel's set-up gave to its role", () => {
    const before = scriptPolicy(PLACE).Statement[1]?.Action as string[];
    expect(before).toHaveLength(4);
    for (const action of before) {
      expect(decideFor({ aws: SENTINEL }, action)).toBe("allowed");
    }
  });

  test.each([PLACE.accountId, OTHER_ACCOUNT])(
    "keeps S3's right to send for this bucket where account %s owns it: the way back",
    (owner) => {
      expect(decideFor(s3, "sqs:SendMessage", { ...fromThisBucket, "aws:SourceAccount": owner })).toBe("allowed");
    },
  );

  test("does not let Defender's role read", () => {
    expect(decideFor({ aws: DEFENDER }, "sqs:ReceiveMessage")).toBe("implicitlyDenied");
  });
});

describe("a bucket of another account", () => {
  const central = { ...arns, bucketAccountId: OTHER_ACCOUNT };
  const publish = (context: Context) => decide(topicPolicy(central), "sns:Publish", central.topic, s3, context);

  test("may publish, and one of this account with its name may not", () => {
    expect(publish({ ...fromThisBucket, "aws:SourceAccount": OTHER_ACCOUNT })).toBe("allowed");
    expect(publish(fromThisBucket)).toBe("implicitlyDenied");
  });
});

describe("statements for customer managed keys", () => {
  const key = "arn:aws:kms:eu-central-1:111122223333:key/k";
  const statements = keyPolicyStatements(
    { topicKeyArn: key, queueKeyArn: key, sentinelQueueKeyArn: key, logKeyArn: key },
    arns,
    [DEFENDER],
  );
  const fromTopic = { "aws:SourceArn": arns.topic };
  const may = (use: keyof typeof statements, principal: Caller, action: string, context: Context = {}) =>
    decide(policyDocument(statements[use] ?? []), `kms:${action}`, key, principal, context) === "allowed";

  test.each(["GenerateDataKey", "Decrypt"])("of the topic let S3 do %s for this bucket only", (action) => {
    expect(may("topicKeyArn", s3, action, fromThisBucket)).toBe(true);
    expect(may("topicKeyArn", s3, action, { ...fromThisBucket, "aws:SourceAccount": OTHER_ACCOUNT })).toBe(false);
    expect(may("topicKeyArn", sns, action, fromTopic)).toBe(false);
  });

  test.each(["GenerateDataKey", "Decrypt"])("of the queues let SNS do %s for this topic only", (action) => {
    expect(may("queueKeyArn", sns, action, fromTopic)).toBe(true);
    expect(may("queueKeyArn", sns, action, { "aws:SourceArn": OTHER_TOPIC })).toBe(false);
    expect(may("queueKeyArn", s3, action, fromThisBucket)).toBe(false);
  });

  test("of the queues let only Defender's reader decrypt", () => {
    expect(may("queueKeyArn", { aws: DEFENDER }, "Decrypt")).toBe(true);
    expect(may("queueKeyArn", { aws: SENTINEL }, "Decrypt")).toBe(false);
  });

  test("of Sentinel's queue let the topic in; S3 and Sentinel use it already", () => {
    expect(may("sentinelQueueKeyArn", sns, "GenerateDataKey", fromTopic)).toBe(true);
    expect(statements.sentinelQueueKeyArn).toHaveLength(1);
  });

  test("of the log files allow Defender to decrypt and no one to encrypt; Sentinel already decrypts", () => {
    expect(may("logKeyArn", { aws: DEFENDER }, "Decrypt")).toBe(true);
    expect(may("logKeyArn", { aws: DEFENDER }, "GenerateDataKey")).toBe(false);
    expect(statements.logKeyArn).toHaveLength(1);
  });

  test("are given only for the keys there are", () => {
    expect(Object.keys(keyPolicyStatements({ logKeyArn: key }, arns, []))).toEqual(["logKeyArn"]);
  });
});

test("no Allow of any policy names everyone", () => {
  const policies = [
    topicPolicy(arns),
    defenderQueuePolicy(arns, [DEFENDER]),
    sentinelPolicy,
    deadLetterQueuePolicy(arns, arns.deadLetterQueues.sentinel),
  ];
  const allows = policies.flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === "Allow");
  expect(allows.length).toBeGreaterThan(6);
  for (const { Principal } of allows) {
    expect(JSON.stringify(Principal)).not.toContain("*");
  }
});
