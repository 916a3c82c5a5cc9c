export { CloudTrailFanout } from "./cloudtrail-fanout";
export type { DeadLetterQueues } from "./fanout-arns";
export type { FanoutAlarms } from "./fanout-alarms";
export { FANOUT_PHASES, fanoutPhase } from "./fanout-phase";
export type { FanoutPhase } from "./fanout-phase";
export type {
  CloudTrailFanoutProps,
  DefenderQueueProps,
  SentinelNotificationRule,
  SentinelQueueProps,
} from "./fanout-props";
export { RULE_ID, STANDARD_QUEUE_NAME } from "./formats";
export type { FanoutEncryption, KeyPolicyStatements } from "./key-policies";
export type { LambdaRule, NotificationRule, OtherNotificationRules, QueueRule, TopicRule } from "./notification-rules";
export type {
  AccountTrail,
  ControlTowerTrail,
  CustomLayout,
  LandingZoneAcceleratorTrail,
  OrganizationTrail,
  TrailLayout,
} from "./trail-layout";
