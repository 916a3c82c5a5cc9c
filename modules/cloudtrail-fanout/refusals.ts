import type { FoundPolicy } from "./adopted-objects";
import type { FanoutReferences } from "./arns";
import type { BucketRules } from "./bucket-rules";
import { LAST_USE_TAG, STATE_TAG } from "./queues";
import type { ExistingQueues } from "./queues";

/** S3 may use the way through the topic for up to five minutes after a change; this is twice as long. */
const MINUTES_AFTER_ROLLBACK = 10;

/** What a refusal looks at: AWS as it is. Every text is an expression. */
export interface Reality {
  /** What is declared. */
  readonly is: FanoutReferences;
  /** The bucket's rules. */
  readonly rules: BucketRules;
  /** The queues that exist under the fan-out's names. */
  readonly queues: ExistingQueues;
  /** What this state writes into its tags. */
  readonly state: string;
}

/** When the bucket last published to the topic, as the tag says. */
export function lastUse({ queues, is }: Reality): string {
  return queues.tag(is.defenderQueueName, LAST_USE_TAG, "never");
}

/** A text that is empty where nothing is refused, as an expression. */
export type Refusal = string;

/**
 * What is refused in phases prepare, fanout and rollback.
 * @param policy - the policy of Sentinel's queue
 * @param isAdopting - whether queues that are not of this state may be taken over
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
      `phase: \\"prepare\\" is not allowed; bucket \${${is.bucketName}} publishes to topic \${${is.topicName}}, and prepare would cut Defender off. Use fanout to keep it so, or rollback to go back.`,
    ),
    refuse(
      `${is.phase} == "fanout" && !(${rules.publishToTopic} || ${isPrepared})`,
      `phase: \\"fanout\\" is not allowed; phase prepare has not been applied to its end: apply it first. Policies that are written and used in one apply may come too late for the first events.`,
    ),
    refuse(
      `length(${rules.conflicts}) > 0`,
      `additionalKeys: not allowed beside what the bucket's rules \${join(", ", ${rules.conflicts})} match: S3 refuses two rules for the same events and keys. Tell them apart by prefix or suffix.`,
    ),
    refuse(
      `!(${policy.hasOthers})`,
      `sentinel.queueName: \\"\${${is.sentinelQueueName}}\\" is not allowed; the queue's policy lets neither S3 send nor Sentinel read. Let the set-up of Sentinel's connector write it first.`,
    ),
  ];
  const isNotOurs = refuse(
    `length(${strangers}) > 0`,
    `Queues exist that this state did not make: \${join(", ", ${strangers})} (their tag ${STATE_TAG} is not \${${state}}). Choose another topicName or defender.queueName; where they are yours, because a state is lost or they were made by hand, take them over with prop adopt.`,
  );
  return isAdopting ? refusals : [...refusals, isNotOurs];
}

/** What is refused in phase release: nothing may flow through the topic any more, and topic and queues must be this state's. */
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
      `${refused}; something else than phase rollback took bucket \${${is.bucketName}} off topic \${${is.topicName}}, nobody knows when: apply phase rollback first.`,
    ),
    refuse(
      `${minutesLeft} > 0`,
      `${refused}; the roll-back began at \${${last}}, and S3 may use topic \${${is.topicName}} for some minutes after it: try again in \${${minutesLeft}} minutes.`,
    ),
    refuse(
      `contains(${queues.notOf(state)}, ${is.defenderQueueName})`,
      `${refused}; this state did not make queue \${${is.defenderQueueName}} (its tag ${STATE_TAG} is not \${${state}}): release from the state that made it, or take it over with prop adopt first.`,
    ),
  ];
}

/** @param message - as it stands in an expression, quotes escaped */
function refuse(condition: string, message: string): Refusal {
  return `\${${condition} ? "${message}" : ""}`;
}
