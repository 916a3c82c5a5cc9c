import type { TerraformProvider } from "cdktf";
import { PARTITION } from "../iam";
import type { Partition } from "../iam";
import {
  AWS_ACCOUNT_ID,
  AWS_REGION,
  AWS_TAGS,
  BUCKET_NAME,
  list,
  object,
  optional,
  ROLE_ARN,
  text,
  wholeNumber,
  withDefault,
} from "../inputs";
import type { Read, Schema } from "../inputs";
import { equal, not, provider, startsWith } from "../terraform";
import type { RuleChecks } from "../terraform";
import type { FanoutAlarms } from "./alarms";
import { deadLetterQueueNames, fanoutArns } from "./arns";
import type { FanoutNames } from "./arns";
import {
  ALARM_ACTION_ARN,
  KEY_PREFIX,
  KEY_SUFFIX,
  KMS_KEY_ARN,
  STANDARD_QUEUE_NAME,
  STANDARD_TOPIC_NAME,
  SUBSCRIPTION_ARN,
} from "./formats";
import type { FanoutEncryption } from "./key-policies";
import { FANOUT_PHASE, RELEASE } from "./phase";

/** Sentinel's side, as created by the setup of its AWS S3 connector. */
export interface SentinelQueueProps {
  /** Name of Sentinel's queue. It must be in the account and region of the credentials: only its owner can change its policy. */
  readonly queueName: string;
}

/** Defender's side. */
export interface DefenderQueueProps {
  /**
   * Name of the queue to create: 1 to 80 letters, digits, hyphens or underscores.
   * @default "<topicName>-defender"
   */
  readonly queueName?: string;
  /**
   * ARNs of the roles with which Defender reads. Microsoft publishes neither their names nor their trust: take them from
   * the template that the portal generates. `[]` if none is known yet, or if the roles are in this account and
   * have these permissions by their own policies. A role must exist before you list it. List each role only once.
   */
  readonly readerRoleArns: readonly string[];
  /**
   * Seconds for which the queue keeps an unread message: 60 to 1,209,600.
   * @default 1209600 (14 days, the maximum of SQS)
   */
  readonly messageRetentionSeconds?: number;
  /**
   * Seconds for which a message stays hidden from others while one reader works on it: 0 to 43,200.
   * @default 30, as in SQS
   */
  readonly visibilityTimeoutSeconds?: number;
}

/**
 * An existing topic and queues: created manually after Microsoft's page, or by a state that is lost. The topic and the queues of
 * these names are imported and changed to what is declared here. So are the subscriptions that you list. SNS finds unlisted
 * subscriptions by itself if they have the attributes that the fan-out sets, and otherwise refuses them ("Subscription already
 * exists with different attributes").
 */
export interface AdoptedFanout {
  /**
   * ARN of the subscription of Sentinel's queue, as `aws sns list-subscriptions-by-topic` shows it.
   * @default none is imported
   */
  readonly sentinelSubscriptionArn?: string;
  /**
   * ARN of the subscription of Defender's queue.
   * @default none is imported
   */
  readonly defenderSubscriptionArn?: string;
}

/** Object keys in a notification filter of S3: no wildcards. */
export interface AdditionalKeys {
  /** Prefix of the keys, for instance `AWSLogs/444455556666/CloudTrail/`. */
  readonly prefix: string;
  /**
   * Suffix of the keys.
   * @default any suffix
   */
  readonly suffix?: string;
}

/**
 * Inputs of {@link CloudTrailFanout}. The bucket's notification rules and the policy of Sentinel's queue are read from AWS. Every
 * value takes a literal or a Terraform value, unless it says otherwise; lists are literal lists.
 */
export interface CloudTrailFanoutProps {
  /**
   * What this apply does: `prepare`, `fanout` or `rollback`, see {@link FanoutPhase}. If it is a Terraform variable, one synthesized
   * configuration serves all three. Or the literal `release`, which is a separate configuration: it destroys topic and queues, and
   * releases the bucket's notification and the policy of Sentinel's queue unchanged.
   */
  readonly phase: string;
  /** The account that owns topic and queues, 12 digits. The plan stops if the AWS credentials belong to another account. */
  readonly awsAccountId: string;
  /** Region of the bucket, of Sentinel's queue and of the AWS provider. The plan stops if one of them is in another region. */
  readonly awsRegion: string;
  /**
   * Partition of the account: `aws`, `aws-us-gov` or `aws-cn`; literal.
   * @default "aws"
   */
  readonly partition?: Partition;
  /** The bucket to which CloudTrail delivers log files. */
  readonly bucketName: string;
  /**
   * The account that owns the bucket, 12 digits, if it is another account. The bucket policy must then allow the credentials to
   * read and write the notification (`s3:GetBucketNotification`, `s3:PutBucketNotification`). S3 refuses the switch if the
   * account is wrong.
   * @default awsAccountId
   */
  readonly bucketAccountId?: string;
  /** Sentinel's side. */
  readonly sentinel: SentinelQueueProps;
  /** Defender's side. */
  readonly defender: DefenderQueueProps;
  /**
   * Name of the topic: 1 to 64 letters, digits, hyphens or underscores. The dead-letter queues are named after it.
   * @default "cloudtrail-fanout"
   */
  readonly topicName?: string;
  /**
   * Additional object keys whose new objects are announced to the topic in phase `fanout`. Both readers get the events, and
   * Sentinel reads one path per queue: ask its team first. The plan stops if a rule of the bucket matches the same keys.
   * @default none: the topic gets the events that Sentinel's rules match
   */
  readonly additionalKeys?: readonly AdditionalKeys[];
  /**
   * Adopts an existing topic and queues of these names. Remove this prop after the apply: while it is set, objects that another
   * state created are not refused.
   * @default none: existing objects of other states are refused
   */
  readonly adopt?: AdoptedFanout;
  /**
   * Customer managed keys.
   * @default SSE-SQS for the queues, none for the topic
   */
  readonly encryption?: FanoutEncryption;
  /**
   * CloudWatch alarms on the age of the oldest message and on the dead-letter queues.
   * @default none
   */
  readonly alarms?: FanoutAlarms;
  /**
   * Tags of everything that is created.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * AWS provider, in the region of the bucket.
   * @default the stack's
   */
  readonly awsProvider?: TerraformProvider;
}

/** A phase; the release only as a literal, because it is a separate configuration. */
const PHASE: Schema<string> = {
  json: { anyOf: [{ const: RELEASE }, text(FANOUT_PHASE).json] },
  read: (value, at, report) => (value === RELEASE ? RELEASE : text(FANOUT_PHASE).read(value, at, report)),
};

const KEY = optional(text(KMS_KEY_ARN));

/** What a fan-out takes. */
export const CLOUDTRAIL_FANOUT = object<CloudTrailFanoutProps>()({
  phase: PHASE,
  awsAccountId: text(AWS_ACCOUNT_ID),
  awsRegion: text(AWS_REGION),
  partition: PARTITION,
  bucketName: text(BUCKET_NAME),
  bucketAccountId: optional(text(AWS_ACCOUNT_ID)),
  sentinel: object<SentinelQueueProps>()({ queueName: text(STANDARD_QUEUE_NAME) }),
  defender: object<DefenderQueueProps>()({
    queueName: optional(text(STANDARD_QUEUE_NAME)),
    readerRoleArns: list(text(ROLE_ARN), { distinct: "list each role only once" }),
    messageRetentionSeconds: withDefault(wholeNumber(60, 1_209_600, "seconds"), 1_209_600),
    visibilityTimeoutSeconds: withDefault(wholeNumber(0, 43_200, "seconds"), 30),
  }),
  topicName: withDefault(text(STANDARD_TOPIC_NAME), "cloudtrail-fanout"),
  additionalKeys: withDefault(
    list(object<AdditionalKeys>()({ prefix: text(KEY_PREFIX), suffix: withDefault(text(KEY_SUFFIX), "") })),
    [],
  ),
  adopt: optional(
    object<AdoptedFanout>()({
      sentinelSubscriptionArn: optional(text(SUBSCRIPTION_ARN)),
      defenderSubscriptionArn: optional(text(SUBSCRIPTION_ARN)),
    }),
  ),
  encryption: withDefault(
    object<FanoutEncryption>()({ topicKeyArn: KEY, queueKeyArn: KEY, sentinelQueueKeyArn: KEY, logKeyArn: KEY }),
    {},
  ),
  alarms: optional(
    object<FanoutAlarms>()({
      actionArns: list(text(ALARM_ACTION_ARN)),
      oldestMessageSeconds: withDefault(wholeNumber(60, 1_209_600, "seconds"), 900),
    }),
  ),
  tags: optional(AWS_TAGS),
  awsProvider: optional(provider("aws")),
});

/** The inputs, with every default filled in. */
export type FanoutInputs = Read<typeof CLOUDTRAIL_FANOUT>;

/** Reads the names from the inputs. */
export function fanoutNames(inputs: FanoutInputs): FanoutNames {
  const { awsAccountId, topicName } = inputs;
  return {
    partition: inputs.partition,
    region: inputs.awsRegion,
    accountId: awsAccountId,
    bucketAccountId: inputs.bucketAccountId ?? awsAccountId,
    bucketName: inputs.bucketName,
    topicName,
    sentinelQueueName: inputs.sentinel.queueName,
    defenderQueueName: inputs.defender.queueName ?? `${topicName}-defender`,
  };
}

/** Rules between the inputs. */
export function checkFanout(inputs: FanoutInputs, checks: RuleChecks): void {
  const names = fanoutNames(inputs);
  const { partition, region, sentinelQueueName, defenderQueueName } = names;
  const { sentinel, defender } = deadLetterQueueNames(names);
  const ownNeeded = "it is Sentinel's queue, and each reader needs a queue of its own";
  checks.holds(not(equal(defenderQueueName, sentinelQueueName)), "defender.queueName", defenderQueueName, ownNeeded);
  for (const deadLetterQueue of [sentinel, defender]) {
    const isTaken = `"${deadLetterQueue}" is the name of a dead-letter queue: choose another topicName`;
    checks.holds(not(equal(sentinelQueueName, deadLetterQueue)), "sentinel.queueName", sentinelQueueName, isTaken);
    checks.holds(not(equal(defenderQueueName, deadLetterQueue)), "defender.queueName", defenderQueueName, isTaken);
  }
  const starts = (prop: string, arn: string | undefined, start: string, allowed: string): void => {
    if (arn !== undefined) {
      checks.holds(startsWith(arn, start), prop, arn, allowed);
    }
  };
  inputs.defender.readerRoleArns.forEach((arn, index) => {
    starts(`defender.readerRoleArns[${index}]`, arn, `arn:${partition}:`, `the role must be in partition ${partition}`);
  });
  for (const key of ["topicKeyArn", "queueKeyArn", "sentinelQueueKeyArn", "logKeyArn"] as const) {
    const allowed = `the key must be in the region of topic and queues, ${region}`;
    starts(`encryption.${key}`, inputs.encryption[key], `arn:${partition}:kms:${region}:`, allowed);
  }
  const { topic } = fanoutArns(names);
  for (const key of ["sentinelSubscriptionArn", "defenderSubscriptionArn"] as const) {
    starts(`adopt.${key}`, inputs.adopt?.[key], `${topic}:`, `it must be a subscription of topic ${topic}`);
  }
}
