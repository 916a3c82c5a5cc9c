import { allowTopic, defenderQueuePolicy, topicPolicy } from "../../modules/cloudtrail-fanout/policies";
import { RELEASE } from "../../modules/cloudtrail-fanout/phase";
import { policyDocument } from "../../modules/iam";
import type { NotificationRuleFacts } from "../aws/bucket-notification";
import type { QueueFacts } from "../aws/queues";
import type { SubscriptionFacts, TopicFacts } from "../aws/topics";
import type { ExpectedFanout } from "./expected";
import type { FanoutFacts } from "./facts";
import { checked, together, whenRead } from "./finding";
import type { CheckResult, Finding } from "./finding";
import { missingStatements } from "./policies";

/** Hours over which events and failures are counted. CloudTrail delivers about every five minutes. */
export const LOOK_BACK_HOURS = 3;

/** A reader that is well takes each message within minutes: the alarms' default is the same. */
const OLDEST_SECONDS = 900;

const APPLY = "run terraform plan: it shows the difference; apply it";
const RUNBOOK = "docs/cloudtrail-fanout.md";

/** Whether events reach both readers, as the phase of the configuration says. */
export function checkFanout(expected: ExpectedFanout, facts: FanoutFacts): CheckResult {
  const { names, phase } = expected;
  const topic = `topic ${names.topicName}`;
  const rules = whenRead(`bucket ${names.bucketName}`, facts.rules, (found) =>
    checked(`bucket ${names.bucketName}: notification of phase ${phase}`, ruleFindings(expected, found)),
  );
  return phase === RELEASE
    ? together([
        rules,
        whenRead(topic, facts.topic, (found) => checked(`${topic}: gone`, found === undefined ? [] : [left(topic)])),
      ])
    : together([
        rules,
        whenRead(topic, facts.topic, (found) =>
          checked(
            `${topic}: policy, subscriptions, deliveries`,
            found === undefined
              ? [absent(topic)]
              : [...topicFindings(expected, found), ...subscriptionFindings(expected, found.subscriptions)],
          ),
        ),
        readerQueue(expected, facts, "sentinel"),
        readerQueue(expected, facts, "defender"),
        deadLetterQueue(expected, facts, "sentinel"),
        deadLetterQueue(expected, facts, "defender"),
      ]);
}

type Reader = "sentinel" | "defender";

const READERS = { sentinel: "Sentinel", defender: "Defender" } as const;

function ruleFindings({ arns, names, phase }: ExpectedFanout, rules: readonly NotificationRuleFacts[]): Finding[] {
  const subject = `bucket ${names.bucketName}`;
  const has = (arn: string) => rules.some(({ destination }) => destination === arn);
  const found = `rules for: ${rules.map(({ destination }) => destination).join(", ") || "nothing"}`;
  const [right, wrong] = phase === "fanout" ? [arns.topic, arns.sentinelQueue] : [arns.sentinelQueue, arns.topic];
  return [
    ...(has(right)
      ? []
      : [
          {
            subject,
            wrong: `no rule names ${right}, as phase ${phase} has it: ${phase === "fanout" ? "neither reader gets" : "Sentinel does not get"} an event`,
            found,
            remedy: `${APPLY}, or correct phase; ${RUNBOOK}`,
          },
        ]),
    ...(has(wrong)
      ? [
          {
            subject,
            wrong: `a rule names ${wrong}, which phase ${phase} does not have${phase === "fanout" ? ": Sentinel gets these events twice" : ""}`,
            found,
            remedy: `${APPLY}, or correct phase; ${RUNBOOK}`,
          },
        ]
      : []),
  ];
}

function topicFindings({ arns, names }: ExpectedFanout, topic: TopicFacts): Finding[] {
  const subject = `topic ${names.topicName}`;
  const publish = policyDocument(topicPolicy(arns).Statement.filter(({ Effect }) => Effect === "Allow"));
  return [
    ...missingStatements(publish, topic.policy).map((statement) => ({
      subject,
      wrong: "its policy does not let the bucket publish",
      found: `missing: ${statement}`,
      remedy: APPLY,
    })),
    ...(topic.failedDeliveries > 0
      ? [
          {
            subject,
            wrong: `SNS could not deliver in the last ${LOOK_BACK_HOURS} hours`,
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
          found: subscription.arn,
          remedy: `delete it, then apply with -replace; ${RUNBOOK}`,
        },
      ];
    }
    const deadLetterQueue = arns.deadLetterQueues[reader];
    return [
      ...(subscription.rawMessageDelivery
        ? []
        : [
            {
              subject,
              wrong: "raw message delivery is off: the reader gets SNS's envelope and reads no event",
              found: "RawMessageDelivery: false",
              remedy: `${APPLY}, or: aws sns set-subscription-attributes --subscription-arn ${subscription.arn} --attribute-name RawMessageDelivery --attribute-value true`,
            },
          ]),
      ...(subscription.deadLetterQueueArn === deadLetterQueue
        ? []
        : [
            {
              subject,
              wrong: `undeliverable messages do not go to ${deadLetterQueue}: they are lost`,
              found: subscription.deadLetterQueueArn ?? "no dead-letter queue",
              remedy: APPLY,
            },
          ]),
    ];
  });
}

function readerQueue(expected: ExpectedFanout, { queues }: FanoutFacts, reader: Reader): CheckResult {
  const { arns, names, phase, readerRoleArns } = expected;
  const name = names[`${reader}QueueName`];
  const subject = `queue ${name}`;
  const needed =
    reader === "sentinel"
      ? policyDocument([allowTopic(arns, arns.sentinelQueue)])
      : policyDocument(defenderQueuePolicy(arns, readerRoleArns).Statement.filter(({ Effect }) => Effect === "Allow"));
  const isInUse = reader === "sentinel" || phase === "fanout";
  return whenRead(subject, queues.get(name) ?? { value: undefined }, (queue) =>
    checked(
      `${subject}: policy, oldest message, events of the last ${LOOK_BACK_HOURS} hours`,
      queue === undefined
        ? [absent(subject)]
        : [
            ...missingStatements(needed, queue.policy).map((statement) => ({
              subject,
              wrong: "its policy lacks a statement of the fan-out",
              found: `missing: ${statement}`,
              remedy: APPLY,
            })),
            ...lateFindings(subject, READERS[reader], queue),
            ...(isInUse && queue.received === 0
              ? [
                  {
                    subject,
                    wrong: `no event came in the last ${LOOK_BACK_HOURS} hours, and CloudTrail delivers about every five minutes`,
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
          found: `${waiting} messages wait, the oldest for ${Math.round(oldestSeconds / 60)} minutes`,
          remedy:
            "check the reader's role, its trust and the queue's policy and key; until the retention ends nothing is lost",
        },
      ];
}

function deadLetterQueue({ names, arns }: ExpectedFanout, { queues }: FanoutFacts, reader: Reader): CheckResult {
  const name = arns.deadLetterQueues[reader].split(":").at(-1) ?? "";
  const subject = `dead-letter queue ${name}`;
  return whenRead(subject, queues.get(name) ?? { value: undefined }, (queue) =>
    checked(
      `${subject}: empty`,
      queue === undefined
        ? [absent(subject)]
        : queue.waiting === 0
          ? []
          : [
              {
                subject,
                wrong: `SNS could not deliver to ${READERS[reader]}'s queue ${names[`${reader}QueueName`]}`,
                found: `${queue.waiting} undelivered`,
                remedy: `remove the cause (policy or key of the queue), then move them: aws sqs start-message-move-task; ${RUNBOOK}`,
              },
            ],
    ),
  );
}

function left(subject: string): Finding {
  return {
    subject,
    wrong: "it is still there after the release",
    found: "the topic",
    remedy: `apply the configuration of the release; ${RUNBOOK}`,
  };
}

function absent(subject: string): Finding {
  return {
    subject,
    wrong: "it does not exist",
    found: "nothing of this name in the account and region",
    remedy: APPLY,
  };
}
