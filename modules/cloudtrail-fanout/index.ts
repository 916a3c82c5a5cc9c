export type { FanoutAlarms } from "./alarms";
export type { DeadLetterQueues } from "./arns";
export { CloudTrailFanout } from "./cloudtrail-fanout";
export {
  ALARM_ACTION_ARN,
  KEY_PREFIX,
  KEY_SUFFIX,
  KMS_KEY_ARN,
  STANDARD_QUEUE_NAME,
  STANDARD_TOPIC_NAME,
} from "./formats";
export type { FanoutEncryption, KeyPolicyStatements } from "./key-policies";
export { FANOUT_PHASE } from "./phase";
export type { FanoutPhase } from "./phase";
export { checkFanout, CLOUDTRAIL_FANOUT } from "./props";
export type {
  AdditionalKeys,
  AdoptedFanout,
  CloudTrailFanoutProps,
  DefenderQueueProps,
  FanoutInputs,
  SentinelQueueProps,
} from "./props";
