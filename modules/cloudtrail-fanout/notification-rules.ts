import { oneFault } from "./legacy-checks";
import { checkOneOf } from "./legacy-checks";
import type { Format } from "../inputs";
import { both, either, endsWith, equal, not, startsWith } from "../terraform";
import type { InputChecks } from "./legacy-checks";
import type { BooleanOrToken } from "../terraform";
import { ANY_KEY_PREFIX, FUNCTION_ARN, KEY_SUFFIX, QUEUE_ARN, RULE_ID, TOPIC_ARN } from "./formats";

/** Every event type that a rule can name (S3 API reference, QueueConfiguration, Event; read in November 2026). */
const EVENT_TYPES = [
  ...["*", "Put", "Post", "Copy", "CompleteMultipartUpload"].map((kind) => `s3:ObjectCreated:${kind}`),
  ...["*", "Delete", "DeleteMarkerCreated"].map((kind) => `s3:ObjectRemoved:${kind}`),
  ...["*", "Post", "Completed", "Delete"].map((kind) => `s3:ObjectRestore:${kind}`),
  ...["*", "Put", "Delete"].map((kind) => `s3:ObjectTagging:${kind}`),
  ...["*", "Put", "Delete"].map((kind) => `s3:ObjectAnnotation:${kind}`),
  "s3:ObjectAcl:Put",
  ...["*", "Delete", "DeleteMarkerCreated"].map((kind) => `s3:LifecycleExpiration:${kind}`),
  "s3:LifecycleTransition",
  "s3:IntelligentTiering",
  "s3:Replication:*",
  ...["FailedReplication", "MissedThreshold", "ReplicatedAfterThreshold", "NotTracked"].map(
    (kind) => `s3:Replication:Operation${kind}`,
  ),
  "s3:ReducedRedundancyLostObject",
];

/** A rule of the bucket's notification configuration, declared exactly as S3 returns it. */
export interface NotificationRule {
  /** Id of the rule, as `aws s3api get-bucket-notification-configuration` shows it. */
  readonly id: string;
  /** Event types, each one that S3 knows, for instance `s3:ObjectCreated:*`; literal. */
  readonly events: readonly string[];
  /**
   * Start of the keys, without wildcards.
   * @default every start
   */
  readonly prefix?: string;
  /**
   * End of the keys, without wildcards.
   * @default every end
   */
  readonly suffix?: string;
}

/** A rule that notifies a queue. */
export interface QueueRule extends NotificationRule {
  /** ARN of the standard queue. */
  readonly queueArn: string;
}

/** A rule that notifies a topic. */
export interface TopicRule extends NotificationRule {
  /** ARN of the standard topic. */
  readonly topicArn: string;
}

/** A rule that calls a Lambda function. */
export interface LambdaRule extends NotificationRule {
  /** ARN of the function. */
  readonly functionArn: string;
}

/**
 * All rules of the bucket but Sentinel's. Nothing has a default, because S3 knows one configuration per bucket: a rule
 * that is not declared here is removed. The plan of phase `prepare` shows it as a removal.
 */
export interface OtherNotificationRules {
  /** Rules for queues, in S3's order; none is `[]`. */
  readonly queues: readonly QueueRule[];
  /** Rules for topics, in S3's order; none is `[]`. */
  readonly topics: readonly TopicRule[];
  /** Rules for Lambda functions, in S3's order; none is `[]`. */
  readonly lambdaFunctions: readonly LambdaRule[];
  /** Whether the bucket sends its events to EventBridge. */
  readonly eventBridge: boolean;
}

/** A rule and where the caller wrote it. */
export interface NamedRule {
  /** The prop. */
  readonly prop: string;
  /** The rule. */
  readonly rule: NotificationRule;
}

/** Every declared rule but Sentinel's, with the prop that holds it. */
export function namedRules(rules: OtherNotificationRules): NamedRule[] {
  return (["queues", "topics", "lambdaFunctions"] as const).flatMap((kind) =>
    rules[kind].map((rule, index) => ({ prop: `otherRules.${kind}[${index}]`, rule })),
  );
}

/** Checks the form of each rule, and that its destination lies in the bucket's region, where S3 demands it. */
export function checkOtherRules(
  rules: OtherNotificationRules,
  bucket: { readonly partition: string; readonly region: string },
  checks: InputChecks,
): void {
  const checkTarget = (prop: string, arn: string, service: string, format: Format): void => {
    checks.format(prop, arn, format);
    const isNear = startsWith(arn, `arn:${bucket.partition}:${service}:${bucket.region}:`);
    checks.holds(isNear, prop, arn, `S3 notifies only destinations in the bucket's region, ${bucket.region}`);
  };
  rules.queues.forEach(({ queueArn }, index) => {
    checkTarget(`otherRules.queues[${index}].queueArn`, queueArn, "sqs", QUEUE_ARN);
  });
  rules.topics.forEach(({ topicArn }, index) => {
    checkTarget(`otherRules.topics[${index}].topicArn`, topicArn, "sns", TOPIC_ARN);
  });
  rules.lambdaFunctions.forEach(({ functionArn }, index) => {
    checkTarget(`otherRules.lambdaFunctions[${index}].functionArn`, functionArn, "lambda", FUNCTION_ARN);
  });
  for (const { prop, rule } of namedRules(rules)) {
    checkRule(prop, rule, checks);
  }
}

/** Checks the id, the events and the filter of a rule. */
export function checkRule(prop: string, rule: NotificationRule, checks: InputChecks): void {
  checks.format(`${prop}.id`, rule.id, RULE_ID);
  if (rule.events.length === 0) {
    throw oneFault(`${prop}.events`, rule.events, "a rule names at least one event type");
  }
  for (const event of rule.events) {
    checkOneOf(`${prop}.events`, event, EVENT_TYPES);
  }
  if (rule.prefix !== undefined) {
    checks.format(`${prop}.prefix`, rule.prefix, ANY_KEY_PREFIX);
  }
  if (rule.suffix !== undefined) {
    checks.format(`${prop}.suffix`, rule.suffix, KEY_SUFFIX);
  }
}

/**
 * Refuses two rules that S3 would refuse together ("Configuration is ambiguously defined"): same event, overlapping
 * prefixes and overlapping suffixes; and two rules with one id.
 */
export function checkConflicts(rules: readonly NamedRule[], checks: InputChecks): void {
  rules.forEach(({ prop, rule }, index) => {
    for (const other of rules.slice(0, index)) {
      const clash = `${other.prop} (events ${other.rule.events.join(", ")}, prefix "${other.rule.prefix ?? ""}", suffix "${other.rule.suffix ?? ""}")`;
      checks.holds(not(equal(rule.id, other.rule.id)), `${prop}.id`, rule.id, `${other.prop} has the same id`);
      checks.holds(
        not(overlap(rule, other.rule)),
        `${prop}.prefix`,
        rule.prefix ?? "",
        `it overlaps with ${clash}, and S3 refuses two rules for the same event and the same keys: tell them apart by event, prefix or suffix`,
      );
    }
  });
}

/** Whether S3 takes two rules for one: an object may match both. */
function overlap(a: NotificationRule, b: NotificationRule): BooleanOrToken {
  const sameEvent = a.events.some((one) =>
    b.events.some((other) => includesEvent(one, other) || includesEvent(other, one)),
  );
  const samePrefix = either(startsWith(a.prefix ?? "", b.prefix ?? ""), startsWith(b.prefix ?? "", a.prefix ?? ""));
  const sameSuffix = either(endsWith(a.suffix ?? "", b.suffix ?? ""), endsWith(b.suffix ?? "", a.suffix ?? ""));
  return both(sameEvent, both(samePrefix, sameSuffix));
}

/** `s3:ObjectCreated:*` includes `s3:ObjectCreated:Put`. */
function includesEvent(pattern: string, event: string): boolean {
  return pattern === event || (pattern.endsWith("*") && event.startsWith(pattern.slice(0, -1)));
}
