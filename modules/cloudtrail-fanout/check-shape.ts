import { checkKeys, checkList, checkOneOf, checkSwitch, checkTags } from "./legacy-checks";
import type { Keys } from "./legacy-checks";
import type { FanoutAlarms } from "./fanout-alarms";
import type {
  CloudTrailFanoutProps,
  DefenderQueueProps,
  SentinelNotificationRule,
  SentinelQueueProps,
} from "./fanout-props";
import type { FanoutEncryption } from "./key-policies";
import type { LambdaRule, OtherNotificationRules, QueueRule, TopicRule } from "./notification-rules";
import type { TrailLayout } from "./trail-layout";

const PROPS: Keys<CloudTrailFanoutProps> = {
  phase: true,
  awsAccountId: true,
  awsRegion: true,
  partition: true,
  bucketName: true,
  trailLayout: true,
  suffix: true,
  events: true,
  sentinel: true,
  defender: true,
  otherRules: true,
  topicName: true,
  deadLetterQueues: true,
  encryption: true,
  alarms: true,
  tags: true,
  provider: true,
};
const TRAIL_LAYOUTS: { readonly [Kind in TrailLayout["kind"]]: Keys<Extract<TrailLayout, { kind: Kind }>> } = {
  account: { kind: true, accountId: true, trailPrefix: true },
  organization: { kind: true, organizationId: true, trailPrefix: true },
  controlTower: { kind: true, organizationId: true },
  landingZoneAccelerator: { kind: true, organizationId: true },
  custom: { kind: true, prefix: true },
};
const SENTINEL: Keys<SentinelQueueProps> = {
  queueName: true,
  roleArns: true,
  notificationRule: true,
  furtherStatements: true,
};
const DEFENDER: Keys<DefenderQueueProps> = {
  queueName: true,
  readerRoleArns: true,
  messageRetentionSeconds: true,
  visibilityTimeoutSeconds: true,
};
const ENCRYPTION: Keys<FanoutEncryption> = {
  topicKeyArn: true,
  queueKeyArn: true,
  sentinelQueueKeyArn: true,
  logKeyArn: true,
};
const ALARMS: Keys<FanoutAlarms> = { actionArns: true, oldestMessageSeconds: true };
const OTHER_RULES: Keys<OtherNotificationRules> = {
  queues: true,
  topics: true,
  lambdaFunctions: true,
  eventBridge: true,
};
const RULE = { id: true, events: true, prefix: true, suffix: true } as const;
const SENTINEL_RULE: Keys<SentinelNotificationRule> = { ...RULE, position: true };
const QUEUE_RULE: Keys<QueueRule> = { ...RULE, queueArn: true };
const TOPIC_RULE: Keys<TopicRule> = { ...RULE, topicArn: true };
const LAMBDA_RULE: Keys<LambdaRule> = { ...RULE, functionArn: true };

/**
 * Refuses what TypeScript would, for callers without it and for values behind a cast: a prop of another kind, or one that
 * does not exist. A misspelled option would otherwise count as one that was left out, and a topic stay unencrypted.
 * @throws InputError naming the prop
 */
export function checkShape(props: CloudTrailFanoutProps): void {
  checkKeys("props", props, PROPS);
  const { kind } = (props.trailLayout as TrailLayout | undefined) ?? {};
  checkOneOf("trailLayout.kind", kind, Object.keys(TRAIL_LAYOUTS));
  checkKeys("trailLayout", props.trailLayout, TRAIL_LAYOUTS[props.trailLayout.kind]);
  checkKeys("sentinel", props.sentinel, SENTINEL);
  checkList("sentinel.roleArns", props.sentinel.roleArns);
  checkList("sentinel.furtherStatements", props.sentinel.furtherStatements ?? []);
  checkRuleShape("sentinel.notificationRule", props.sentinel.notificationRule, SENTINEL_RULE);
  checkKeys("defender", props.defender, DEFENDER);
  checkList("defender.readerRoleArns", props.defender.readerRoleArns);
  checkKeys("encryption", props.encryption ?? {}, ENCRYPTION);
  if (props.alarms !== undefined) {
    checkKeys("alarms", props.alarms, ALARMS);
    checkList("alarms.actionArns", props.alarms.actionArns);
  }
  checkTags("tags", props.tags ?? {});
  checkOtherRulesShape(props.otherRules);
}

function checkOtherRulesShape(rules: OtherNotificationRules): void {
  checkKeys("otherRules", rules, OTHER_RULES);
  const kinds = [
    ["queues", QUEUE_RULE],
    ["topics", TOPIC_RULE],
    ["lambdaFunctions", LAMBDA_RULE],
  ] as const;
  for (const [kind, keys] of kinds) {
    checkList(`otherRules.${kind}`, rules[kind]);
    rules[kind].forEach((rule, index) => {
      checkRuleShape(`otherRules.${kind}[${index}]`, rule, keys);
    });
  }
  checkSwitch("otherRules.eventBridge", rules.eventBridge);
}

function checkRuleShape(
  prop: string,
  rule: { readonly events: readonly string[] },
  keys: Readonly<Record<string, true>>,
): void {
  checkKeys(prop, rule, keys);
  checkList(`${prop}.events`, rule.events);
}
