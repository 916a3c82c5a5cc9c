import { oneFault } from "./legacy-checks";
import { Token } from "cdktf";
import { AWS_ACCOUNT_ID, AWS_REGION, BUCKET_NAME, ROLE_ARN } from "../inputs";
import { checkDistinct, checkInteger, checkOneOf } from "./legacy-checks";
import { PARTITIONS } from "../iam";
import { endsWith, equal, not, startsWith } from "../terraform";
import { InputChecks } from "./legacy-checks";
import { fanoutArns } from "./fanout-arns";
import type { FanoutNames } from "./fanout-arns";
import { FANOUT_PHASES } from "./fanout-phase";
import { sentinelQueuePolicy } from "./fanout-policies";
import { DEAD_LETTER_QUEUES, FANOUT_EVENTS } from "./fanout-props";
import type { CloudTrailFanoutProps } from "./fanout-props";
import { ALARM_ACTION_ARN, KEY_SUFFIX, KMS_KEY_ARN, STANDARD_QUEUE_NAME, STANDARD_TOPIC_NAME } from "./formats";
import { checkFurtherStatements } from "./further-statements";
import { checkConflicts, checkOtherRules, checkRule, namedRules } from "./notification-rules";
import type { NotificationRule } from "./notification-rules";
import { checkTrailLayout } from "./trail-layout";

/**
 * Refuses what AWS would refuse, and what would cost Sentinel an event.
 * @param topicRule - the rule that takes the place of Sentinel's
 * @returns the checks that only Terraform can make, at plan
 * @throws InputError naming the prop, the value and what is allowed
 */
export function checkFanout(
  props: CloudTrailFanoutProps,
  names: FanoutNames,
  topicRule: NotificationRule,
): InputChecks {
  const checks = new InputChecks();
  checkOneOf("phase", props.phase, FANOUT_PHASES);
  checkOneOf("partition", names.partition, PARTITIONS);
  checkOneOf("events", props.events ?? FANOUT_EVENTS[0], FANOUT_EVENTS);
  checkOneOf("deadLetterQueues", props.deadLetterQueues ?? DEAD_LETTER_QUEUES[0], DEAD_LETTER_QUEUES);
  checks.format("awsAccountId", props.awsAccountId, AWS_ACCOUNT_ID);
  checks.format("awsRegion", props.awsRegion, AWS_REGION);
  checks.format("bucketName", props.bucketName, BUCKET_NAME);
  checkNames(names, checks);
  checkReaders(props, names.partition, checks);
  checkTrailLayout(props.trailLayout, checks);
  checkRules(props, names, topicRule, checks);
  const { roleArns, furtherStatements = [] } = props.sentinel;
  const own = sentinelQueuePolicy(fanoutArns(names), roleArns, []).Statement;
  checkFurtherStatements("sentinel.furtherStatements", furtherStatements, own, roleArns);
  checkNumbers(props);
  checkEncryption(props, names, checks);
  for (const arn of props.alarms?.actionArns ?? []) {
    checks.format("alarms.actionArns", arn, ALARM_ACTION_ARN);
  }
  return checks;
}

function checkNames(names: FanoutNames, checks: InputChecks): void {
  checks.format("topicName", names.topicName, STANDARD_TOPIC_NAME);
  checks.format("sentinel.queueName", names.sentinelQueueName, STANDARD_QUEUE_NAME);
  checks.format("defender.queueName", names.defenderQueueName, STANDARD_QUEUE_NAME);
  const readQueues = [
    ["sentinel.queueName", names.sentinelQueueName],
    ["defender.queueName", names.defenderQueueName],
  ] as const;
  const [[, sentinel], [prop, defender]] = readQueues;
  const own = "each reader needs a queue of its own: a message that one reader deletes is gone for the other";
  checks.holds(not(equal(defender, sentinel)), prop, defender, `it is Sentinel's queue; ${own}`);
  for (const deadLetterQueue of [names.deadLetterQueueNames.sentinel, names.deadLetterQueueNames.defender]) {
    for (const [queueProp, name] of readQueues) {
      checks.holds(
        not(equal(name, deadLetterQueue)),
        queueProp,
        name,
        "it is the name of a dead-letter queue; rename it",
      );
    }
  }
}

function checkReaders({ sentinel, defender }: CloudTrailFanoutProps, partition: string, checks: InputChecks): void {
  if (sentinel.roleArns.length === 0) {
    throw oneFault(
      "sentinel.roleArns",
      sentinel.roleArns,
      "give the ARN of each role with which Sentinel reads: its right to read stands in the queue's policy alone, and a policy without it cuts Sentinel off",
    );
  }
  checkRoles("sentinel.roleArns", sentinel.roleArns, partition, checks);
  checkRoles("defender.readerRoleArns", defender.readerRoleArns, partition, checks);
}

function checkRoles(prop: string, arns: readonly string[], partition: string, checks: InputChecks): void {
  for (const arn of arns) {
    checks.format(prop, arn, ROLE_ARN);
    checks.holds(startsWith(arn, `arn:${partition}:`), prop, arn, `the role must be in the partition, ${partition}`);
  }
  checkDistinct(prop, arns, "give each role once");
}

function checkRules(
  props: CloudTrailFanoutProps,
  names: FanoutNames,
  topicRule: NotificationRule,
  checks: InputChecks,
): void {
  const { position = 0, ...sentinelRule } = props.sentinel.notificationRule;
  const { queues } = props.otherRules;
  if (!Number.isInteger(position) || position < 0 || position > queues.length) {
    throw oneFault(
      "sentinel.notificationRule.position",
      position,
      `expected a place among the rules for queues, 0 to ${queues.length}`,
    );
  }
  const sentinelProp = "sentinel.notificationRule";
  checkRule(sentinelProp, sentinelRule, checks);
  const { prefix = "", suffix = "" } = topicRule;
  checks.format("suffix", suffix, KEY_SUFFIX);
  // All other ObjectCreated events are covered, or left out on purpose by `events`.
  const unheard = sentinelRule.events.find((event) => !event.startsWith("s3:ObjectCreated:"));
  if (unheard !== undefined) {
    throw oneFault(
      `${sentinelProp}.events`,
      unheard,
      "the topic hears of new objects alone, and Sentinel would lose these events: give them a rule of their own in otherRules",
    );
  }
  checks.holds(
    startsWith(sentinelRule.prefix ?? "", prefix),
    `${sentinelProp}.prefix`,
    sentinelRule.prefix ?? "",
    `the topic would hear only of keys that start with "${prefix}" (trailLayout ${props.trailLayout.kind}), and Sentinel would lose the others: choose the layout that Sentinel's prefix belongs to, or layout custom with a prefix that includes it`,
  );
  checks.holds(
    endsWith(sentinelRule.suffix ?? "", suffix),
    "suffix",
    suffix,
    `Sentinel's rule has the suffix "${sentinelRule.suffix ?? ""}", and a narrower one would cost Sentinel events: leave it out, or give an end of that suffix`,
  );
  checkOtherRules(props.otherRules, names, checks);
  // Checked in every phase: phase prepare must find what phase fanout would fail on.
  const others = namedRules(props.otherRules);
  checkConflicts([{ prop: sentinelProp, rule: sentinelRule }, ...others], checks);
  checkConflicts([{ prop: "trailLayout", rule: topicRule }, ...others], checks);
}

function checkNumbers({ defender, alarms }: CloudTrailFanoutProps): void {
  for (const [prop, value, least, most] of [
    ["defender.messageRetentionSeconds", defender.messageRetentionSeconds, 60, 1_209_600],
    ["defender.visibilityTimeoutSeconds", defender.visibilityTimeoutSeconds, 0, 43_200],
    ["alarms.oldestMessageSeconds", alarms?.oldestMessageSeconds, 60, 1_209_600],
  ] as const) {
    // A Terraform value is checked by the AWS provider.
    if (value !== undefined && !Token.isUnresolved(value)) {
      checkInteger(prop, value, least, most, "seconds");
    }
  }
}

function checkEncryption({ encryption = {} }: CloudTrailFanoutProps, names: FanoutNames, checks: InputChecks): void {
  for (const [key, arn] of Object.entries(encryption) as [string, string | undefined][]) {
    if (arn === undefined) {
      continue;
    }
    const prop = `encryption.${key}`;
    checks.format(prop, arn, KMS_KEY_ARN);
    const isNear = startsWith(arn, `arn:${names.partition}:kms:${names.region}:`);
    checks.holds(isNear, prop, arn, `the key must be in the region of bucket, topic and queues, ${names.region}`);
  }
}
