import {
  allowTopic,
  deadLetterQueuePolicy,
  defenderQueuePolicy,
  topicPolicy,
} from "../../modules/cloudtrail-fanout/policies";
import { RELEASE } from "../../modules/cloudtrail-fanout/phase";
import { policyDocument } from "../../modules/iam";
import type { PolicyDocument } from "../../modules";
import type { NotificationRuleFacts } from "../aws/bucket-notification";
import type { QueueFacts } from "../aws/queues";
import type { SubscriptionFacts, TopicFacts } from "../aws/topics";
import { checkAlarms } from "./alarms";
import type { ExpectedFanout } from "./expected";
import type { FanoutFacts } from "./facts";
import { checked, notChecked, together, whenRead } from "./finding";
import type { CheckResult, Finding } from "./finding";
import { checkKeyPolicies } from "./key-policies";
import { statementDifference } from "./policies";
import { APPLY } from "./remedies";
import { tagFindings } from "./tags";

/** Hours over which events and failures are counted. CloudTrail delivers about every five minutes. */
export const LOOK_BACK_HOURS = 3;

/** A reader that is well takes each message within minutes: the alarms' default is the same. */
const OLDEST_SECONDS = 900;

const RUNBOOK = "docs/cloudtrail-fanout.md";

/** Whether events reach both readers, as the phase of the configuration says. */
export function checkFanout(expected: ExpectedFanout, facts: FanoutFacts): CheckResult {
  const { names, inputs } = expected;
  const topic = `topic ${names.topicName}`;
  const rules = whenRead(`bucket ${names.bucketName}`, facts.rules, (found) =>
    checked(`bucket ${names.bucketName}: notification of phase ${inputs.phase}`, ruleFindings(expected, found)),
  );
  return inputs.phase === RELEASE
    ? together([
        rules,
        whenRead(topic, facts.topic, (found) => checked(`${topic}: gone`, found === undefined ? [] : [left(topic)])),
      ])
    : together([
        rules,
        whenRead(topic, facts.topic, (found) =>
          together([
            checked(
              `${topic}: policy, key, tags, subscriptions, deliveries`,
              found === undefined
                ? [absent(topic)]
                : [...topicFindings(expected, found), ...subscriptionFindings(expected, found.subscriptions)],
            ),
            otherSubscriptions(expected, found?.subscriptions ?? []),
          ]),
        ),
        readerQueue(expected, facts, "sentinel"),
        readerQueue(expected, facts, "defender"),
        deadLetterQueue(expected, facts, "sentinel"),
        deadLetterQueue(expected, facts, "defender"),
        checkAlarms(expected, facts.alarms),
        checkKeyPolicies(expected, facts.keyPolicies),
      ]);
}

type Reader = "sentinel" | "defender";

const READERS = { sentinel: "Sentinel", defender: "Defender" } as const;

function ruleFindings({ arns, names, inputs }: ExpectedFanout, rules: readonly NotificationRuleFacts[]): Finding[] {
  const { phase, additionalKeys } = inputs;
  const isFanout = phase === "fanout";
  const subject = `bucket ${names.bucketName}`;
  const remedy = `${APPLY}, or correct phase; ${RUNBOOK}`;
  const has = (arn: string) => rules.some(({ destination }) => destination === arn);
  const found = `rules for: ${rules.map(({ destination }) => destination).join(", ") || "nothing"}`;
  const [right, wrong] = isFanout ? [arns.topic, arns.sentinelQueue] : [arns.sentinelQueue, arns.topic];
  const missing = isFanout
    ? additionalKeys.filter(
        ({ prefix, suffix }) =>
          !rules.some(
            (rule) => rule.destination === arns.topic && rule.prefix === prefix && (rule.suffix ?? "") === suffix,
          ),
      )
    : [];
  return [
    ...(has(right)
      ? []
      : [
          {
            subject,
            wrong: `no rule names ${right}, as phase ${phase} has it: ${isFanout ? "neither reader gets" : "Sentinel does not get"} an event`,
            expected: right,
            found,
            remedy,
          },
        ]),
    ...(has(wrong)
      ? [
          {
            subject,
            wrong: `a rule names ${wrong}, which phase ${phase} does not have${isFanout ? ": Sentinel gets these events twice" : ""}`,
            expected: right,
            found,
            remedy,
          },
        ]
      : []),
    ...missing.map(({ prefix, suffix }) => ({
      subject,
      wrong: "a rule of additionalKeys is missing: new objects under these keys are announced to nobody",
      expected: `a rule for ${arns.topic} with prefix "${prefix}", suffix "${suffix}"`,
      found: "no such rule",
      remedy,
    })),
  ];
}

function topicFindings({ arns, names, inputs }: ExpectedFanout, topic: TopicFacts): Finding[] {
  const subject = `topic ${names.topicName}`;
  return [
    ...ownPolicyFindings(subject, topicPolicy(arns), topic.policy, "publish to it"),
    ...keyFindings(subject, inputs.encryption.topicKeyArn, topic.keyArn),
    ...tagFindings(subject, inputs.tags ?? {}, topic.tags, APPLY),
    ...(topic.failedDeliveries > 0
      ? [
          {
            subject,
            wrong: `SNS could not deliver in the last ${LOOK_BACK_HOURS} hours`,
            expected: "0 failed deliveries",
            found: `${topic.failedDeliveries} failed deliveries`,
            remedy: `check policy and key of the queues; the messages are in the dead-letter queues; ${RUNBOOK}`,
          },
        ]
      : []),
  ];
}

function subscriptionFindings({ arns }: ExpectedFanout, subscriptions: readonly SubscriptionFacts[]): Finding[] {
  return (["sentinel", "defender"] as const).flatMap((reader) => {
    const queue = arns[`${reader}Queue`];
    const subject = `subscription of ${READERS[reader]}'s queue`;
    const subscription = subscriptions.find(({ endpoint }) => endpoint === queue);
    if (subscription === undefined) {
      return [{ ...absent(subject), wrong: `it does not exist: ${READERS[reader]} gets no event` }];
    }
    if (!subscription.arn.startsWith("arn:")) {
      return [
        {
          subject,
          wrong: "it is not confirmed: SNS delivers nothing",
          expected: "the ARN of the subscription",
          found: subscription.arn,
          remedy: `delete it, then apply with -replace; ${RUNBOOK}`,
        },
      ];
    }
    return [
      ...(subscription.rawMessageDelivery
        ? []
        : [
            {
              subject,
              wrong: "raw message delivery is off: the reader gets SNS's envelope and reads no event",
              expected: "RawMessageDelivery: true",
              found: "RawMessageDelivery: false",
              remedy: `${APPLY}, or: aws sns set-subscription-attributes --subscription-arn ${subscription.arn} --attribute-name RawMessageDelivery --attribute-value true`,
            },
          ]),
      ...(subscription.filterPolicy === undefined
        ? []
        : [
            {
              subject,
              wrong: `it has a filter policy, which nothing declares: ${READERS[reader]} gets only a part of the events`,
              expected: "no filter policy",
              found: subscription.filterPolicy,
              remedy: APPLY,
            },
          ]),
      ...(subscription.deadLetterQueueArn === arns.deadLetterQueues[reader]
        ? []
        : [
            {
              subject,
              wrong: "its undeliverable messages do not go to its dead-letter queue: they are lost",
              expected: arns.deadLetterQueues[reader],
              found: subscription.deadLetterQueueArn ?? "no dead-letter queue",
              remedy: APPLY,
            },
          ]),
    ];
  });
}

/** Somebody in the account may have a reader of their own. */
function otherSubscriptions({ arns }: ExpectedFanout, subscriptions: readonly SubscriptionFacts[]): CheckResult {
  return together(
    subscriptions
      .filter(({ endpoint }) => ![arns.sentinelQueue, arns.defenderQueue].includes(endpoint))
      .map(({ endpoint }) => notChecked(`subscription of ${endpoint}: neither Sentinel nor Defender reads there`)),
  );
}

function readerQueue(expected: ExpectedFanout, { queues }: FanoutFacts, reader: Reader): CheckResult {
  const { arns, names, inputs } = expected;
  const { encryption, defender, phase } = inputs;
  const name = names[`${reader}QueueName`];
  const subject = `queue ${name}`;
  const isInUse = reader === "sentinel" || phase === "fanout";
  const whose = (queue: QueueFacts): Finding[] =>
    reader === "sentinel"
      ? [
          // Sentinel's queue has more statements, of Sentinel's set-up.
          ...statementDifference(policyDocument([allowTopic(arns, arns.sentinelQueue)]), queue.policy).missing.map(
            (statement) => lacks(subject, statement),
          ),
          ...keyFindings(
            subject,
            encryption.sentinelQueueKeyArn,
            queue.keyArn,
            "correct encryption.sentinelQueueKeyArn",
          ),
        ]
      : [
          ...ownPolicyFindings(
            subject,
            defenderQueuePolicy(arns, defender.readerRoleArns),
            queue.policy,
            "send to it or read it",
          ),
          ...keyFindings(subject, encryption.queueKeyArn, queue.keyArn),
          ...timeFindings(subject, "retention", defender.messageRetentionSeconds, queue.retentionSeconds),
          ...timeFindings(
            subject,
            "visibility timeout",
            defender.visibilityTimeoutSeconds,
            queue.visibilityTimeoutSeconds,
          ),
          ...tagFindings(subject, inputs.tags ?? {}, queue.tags, APPLY),
        ];
  return whenRead(subject, queues.get(name) ?? { value: undefined }, (queue) =>
    checked(
      queue === undefined
        ? subject
        : `${subject}: policy, key, oldest message, events of the last ${LOOK_BACK_HOURS} hours (${queue.received})`,
      queue === undefined
        ? [absent(subject)]
        : [
            ...whose(queue),
            ...lateFindings(subject, READERS[reader], queue),
            ...(isInUse && queue.received === 0
              ? [
                  {
                    subject,
                    wrong: `no event came in the last ${LOOK_BACK_HOURS} hours, and CloudTrail delivers about every five minutes`,
                    expected: "at least 1 message sent to it",
                    found: "0 messages sent to it",
                    remedy: `check that the trail logs, then the bucket's rules and the topic; ${RUNBOOK}`,
                  },
                ]
              : []),
          ],
    ),
  );
}

function lateFindings(subject: string, reader: string, { oldestSeconds = 0, waiting }: QueueFacts): Finding[] {
  return oldestSeconds < OLDEST_SECONDS
    ? []
    : [
        {
          subject,
          wrong: `${reader} is late or cannot read`,
          expected: `no message that waits for ${OLDEST_SECONDS / 60} minutes`,
          found: `${waiting} messages wait, the oldest for ${Math.round(oldestSeconds / 60)} minutes`,
          remedy:
            "check the reader's role, its trust and the queue's policy and key; until the retention ends nothing is lost",
        },
      ];
}

function deadLetterQueue(
  { names, arns, inputs }: ExpectedFanout,
  { queues }: FanoutFacts,
  reader: Reader,
): CheckResult {
  const arn = arns.deadLetterQueues[reader];
  const name = arn.split(":").at(-1) ?? "";
  const subject = `dead-letter queue ${name}`;
  return whenRead(subject, queues.get(name) ?? { value: undefined }, (queue) =>
    checked(
      `${subject}: policy, key, tags, empty`,
      queue === undefined
        ? [absent(subject)]
        : [
            ...ownPolicyFindings(subject, deadLetterQueuePolicy(arns, arn), queue.policy, "send to it"),
            ...keyFindings(subject, inputs.encryption.queueKeyArn, queue.keyArn),
            ...tagFindings(subject, inputs.tags ?? {}, queue.tags, APPLY),
            ...(queue.waiting === 0
              ? []
              : [
                  {
                    subject,
                    wrong: `SNS could not deliver to ${READERS[reader]}'s queue ${names[`${reader}QueueName`]}`,
                    expected: "no message",
                    found: `${queue.waiting} undelivered`,
                    remedy: `remove the cause (policy or key of the queue), then move them: aws sqs start-message-move-task --source-arn ${arn} --destination-arn ${arns[`${reader}Queue`]}; ${RUNBOOK}`,
                  },
                ]),
          ],
    ),
  );
}

/** The policy of an object of the fan-out's own has these statements and no others. */
function ownPolicyFindings(subject: string, expected: PolicyDocument, actual: string, may: string): Finding[] {
  const { missing, additional } = statementDifference(expected, actual);
  return [
    ...missing.map((statement) => lacks(subject, statement)),
    ...additional.map((statement) => ({
      subject,
      wrong: `its policy has a statement that is not declared: somebody else may ${may}, or somebody may no longer`,
      expected: "not there",
      found: statement,
      remedy: APPLY,
    })),
  ];
}

function lacks(subject: string, statement: string): Finding {
  return { subject, wrong: "its policy lacks a statement", expected: statement, found: "not there", remedy: APPLY };
}

function keyFindings(
  subject: string,
  expected: string | undefined,
  found: string | undefined,
  remedy = APPLY,
): Finding[] {
  return expected === found
    ? []
    : [
        {
          subject,
          wrong: "another key encrypts it: services that may not use that key lose their messages",
          expected: expected ?? "no customer managed key",
          found: found ?? "no customer managed key",
          remedy,
        },
      ];
}

function timeFindings(subject: string, setting: string, expected: number | string, found: number): Finding[] {
  return String(expected) === String(found)
    ? []
    : [
        {
          subject,
          wrong: `its ${setting} is not what is declared`,
          expected: `${expected} seconds`,
          found: `${found} seconds`,
          remedy: APPLY,
        },
      ];
}

function left(subject: string): Finding {
  return {
    subject,
    wrong: "it is still there after the release",
    expected: "no topic of this name",
    found: "the topic",
    remedy: `apply the configuration of the release; ${RUNBOOK}`,
  };
}

function absent(subject: string): Finding {
  return {
    subject,
    wrong: "it does not exist",
    expected: subject,
    found: "nothing of this name in the account and region",
    remedy: "run terraform plan: it creates it again; apply",
  };
}
