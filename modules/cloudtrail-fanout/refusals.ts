import type { FoundPolicy } from "./adopted-objects";
import type { FanoutReferences } from "./arns";
import type { BucketRules } from "./bucket-rules";
import { LAST_USE_TAG, STATE_TAG } from "./queues";
import type { ExistingQueues } from "./queues";

/** S3 may still publish to the topic for up to five minutes after a change; this is twice as long. */
const MINUTES_AFTER_ROLLBACK = 10;

/** The existing objects in AWS, which decide what is refused. Every string is an expression. */
export interface Reality {
  /** The declared values. */
  readonly is: FanoutReferences;
  /** The bucket's rules. */
  readonly rules: BucketRules;
  /** The queues that exist under the fan-out's names. */
  readonly queues: ExistingQueues;
  /** The value that identifies this state in tags. */
  readonly state: string;
}

/** When the bucket last published to the topic, as the tag says. */
export function lastUse({ queues, is }: Reality): string {
  return queues.tag(is.defenderQueueName, LAST_USE_TAG, "never");
}

/** A message, or an empty string if nothing is refused; as an expression. */
export type Refusal = string;

/**
 * The refusals of phases prepare, fanout and rollback.
 * @param policy - the policy of Sentinel's queue
 * @param isAdopting - whether queues of other states may be adopted
 */
export function phaseRefusals(reality: Reality, policy: FoundPolicy, isAdopting: boolean): Refusal[] {
  const { is, queues, rules, state } = reality;
  const strangers = queues.notOf(state);
  const isPrepared = `(${policy.allowsTopic} && length(${queues.urls(is.defenderQueueName)}) > 0)`;
  const refusals = [
    refuse(
      `!(${rules.publishToTopic} || ${rules.notifySentinel})`,
      `sentinel.queueName: \\"\${${is.sentinelQueueName}}\\" is not allowed; no notification rule of bucket \${${is.bucketName}} names \${${is.sentinelQueueArn}}. Its rules name: \${${rules.destinations}}. Give the queue that Sentinel reads, and the account and region that hold it and the bucket.`,
    ),
    refuse(
      `${is.phase} == "prepare" && ${rules.publishToTopic}`,
      `phase: \\"prepare\\" is not allowed; bucket \${${is.bucketName}} publishes to topic \${${is.topicName}}, and prepare would cut Defender off. Use fanout to keep publishing to the topic, or rollback to return to Sentinel's queue.`,
    ),
    refuse(
      `${is.phase} == "fanout" && !(${rules.publishToTopic} || ${isPrepared})`,
      `phase: \\"fanout\\" is not allowed; phase prepare has not been applied completely: apply it first. Policies that are created and used in the same apply may take effect too late for the first events.`,
    ),
    refuse(
      `${is.phase} != "rollback" && length(${rules.misnamed}) > 0`,
      `sentinel.queueName: \\"\${${is.sentinelQueueName}}\\" is not allowed; rules of bucket \${${is.bucketName}} notify Sentinel's queue and have ids that this fan-out gives to additional keys, and rollback would delete them: \${join(", ", ${rules.misnamed})}. Give these rules other ids.`,
    ),
    refuse(
      `length(${rules.conflicts}) > 0`,
      `additionalKeys: not allowed; they overlap with the bucket's rules \${join(", ", ${rules.conflicts})}: S3 refuses two rules for the same events and keys. Use another prefix or suffix.`,
    ),
    refuse(
      `${is.phase} != "rollback" && length(${policy.denials}) > 0`,
      `sentinel.queueName: \\"\${${is.sentinelQueueName}}\\" is not allowed; statements of its policy may deny topic \${${is.topicName}} to send: \${join(", ", ${policy.denials})}. Limit each to requests with aws:PrincipalIsAWSService false or aws:SecureTransport false, or to principals that are not SNS.`,
    ),
    refuse(
      `!(${policy.hasOthers})`,
      `sentinel.queueName: \\"\${${is.sentinelQueueName}}\\" is not allowed; the queue's policy allows neither S3 to send nor Sentinel to read. Run the setup of Sentinel's connector first, which writes it.`,
    ),
  ];
  const isNotOurs = refuse(
    `length(${strangers}) > 0`,
    `Queues exist that this state did not create: \${join(", ", ${strangers})} (their tag ${STATE_TAG} is not \${${state}}). Choose another topicName or defender.queueName. If they are yours, because a state was lost or they were created by hand, adopt them with the prop adopt.`,
  );
  return isAdopting ? refusals : [...refusals, isNotOurs];
}

/** The refusals of phase release: the bucket must no longer use the topic, and this state must have created topic and queues. */
export function releaseRefusals(reality: Reality): Refusal[] {
  const { is, queues, rules, state } = reality;
  const last = lastUse(reality);
  const minutesLeft = `try(length([for minute in range(1, ${MINUTES_AFTER_ROLLBACK + 1}) : minute if timecmp(timeadd(${last}, format("%dm", minute)), plantimestamp()) > 0]), 0)`;
  const refused = 'phase: \\"release\\" is not allowed';
  return [
    refuse(
      rules.publishToTopic,
      `${refused}; bucket \${${is.bucketName}} publishes to topic \${${is.topicName}}: apply phase rollback first.`,
    ),
    refuse(
      `!(${rules.publishToTopic} || ${last} == "never" || can(timeadd(${last}, "0s")))`,
      `${refused}; bucket \${${is.bucketName}} stopped publishing to topic \${${is.topicName}} without phase rollback, at an unknown time: apply phase rollback first.`,
    ),
    refuse(
      `${minutesLeft} > 0`,
      `${refused}; the roll-back began at \${${last}}, and S3 may use topic \${${is.topicName}} for some minutes after it: try again in \${${minutesLeft}} minutes.`,
    ),
    refuse(
      `contains(${queues.notOf(state)}, ${is.defenderQueueName})`,
      `${refused}; this state did not create queue \${${is.defenderQueueName}} (its tag ${STATE_TAG} is not \${${state}}): release from the state that created it, or adopt it with the prop adopt first.`,
    ),
  ];
}

/** @param message - with escaped quotes, for use inside an expression */
function refuse(condition: string, message: string): Refusal {
  return `\${${condition} ? "${message}" : ""}`;
}
