import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Partition, PolicyStatement } from "../iam";
import type { FanoutAlarms } from "./fanout-alarms";
import type { FanoutPhase } from "./fanout-phase";
import type { FanoutEncryption } from "./key-policies";
import type { NotificationRule, OtherNotificationRules } from "./notification-rules";
import type { TrailLayout } from "./trail-layout";

/** Which new objects the bucket tells of. */
export const FANOUT_EVENTS = ["s3:ObjectCreated:*", "s3:ObjectCreated:Put"] as const;

/** How many dead-letter queues there are. */
export const DEAD_LETTER_QUEUES = ["perSubscription", "shared"] as const;

/** Sentinel's side, as the set-up of its AWS S3 connector left it. */
export interface SentinelQueueProps {
  /** Name of Sentinel's queue: standard, in the account and region of the bucket. */
  readonly queueName: string;
  /**
   * ARNs of the roles with which Sentinel reads, at least one. Their right to read stands in the queue's policy alone:
   * a policy without them cuts Sentinel off. In the bucket's partition, each once.
   */
  readonly roleArns: readonly string[];
  /** The rule by which the bucket notifies the queue today. */
  readonly notificationRule: SentinelNotificationRule;
  /**
   * Further statements of the queue's policy, those that others rely on. The queue's policy is written as a whole. Each
   * names its principals and its resource. An `Allow` may not name everyone, and for a service it needs `aws:SourceArn` or
   * `aws:SourceAccount`; a `Deny` without a condition may not reach S3, the topic or Sentinel.
   * @default none
   */
  readonly furtherStatements?: readonly PolicyStatement[];
}

/** Sentinel's rule, declared exactly as S3 returns it. */
export interface SentinelNotificationRule extends NotificationRule {
  /**
   * Its place among the bucket's rules for queues, counted from 0. S3 keeps the order, and another one shows as a change.
   * @default 0
   */
  readonly position?: number;
}

/** Defender's side. */
export interface DefenderQueueProps {
  /**
   * Name of the queue to create: 1 to 80 letters, digits, hyphens or underscores.
   * @default "DefenderForCloud-SQS", as on Microsoft's page
   */
  readonly queueName?: string;
  /**
   * ARNs of the roles with which Defender reads. Microsoft publishes neither their names nor their trust: take them from
   * the template that the portal generates. `[]` where none is known yet, or where the roles are in this account and
   * have their rights by their own policies. A role must exist before it is named here. In the bucket's partition, each once.
   */
  readonly readerRoleArns: readonly string[];
  /**
   * Seconds for which the queue keeps a message that nobody reads: 60 to 1,209,600.
   * @default 1209600 (14 days, the most that SQS allows)
   */
  readonly messageRetentionSeconds?: number;
  /**
   * Seconds for which a message stays hidden from others while one reader works on it: 0 to 43,200.
   * @default 30, as in SQS
   */
  readonly visibilityTimeoutSeconds?: number;
}

/**
 * Makes room for a second reader beside Sentinel. Everything is in one account and one region, those of the bucket. Every
 * value takes a literal or a Terraform value, unless it says otherwise; lists are written out, entry by entry.
 */
export interface CloudTrailFanoutProps {
  /** What this apply brings about: `prepare`, `fanout`, `rollback` or `release`; literal. */
  readonly phase: FanoutPhase;
  /** The account that owns the bucket, 12 digits. The plan stops where the AWS credentials belong to another one. */
  readonly awsAccountId: string;
  /** Region of the bucket, of Sentinel's queue and of the AWS provider. The plan stops where one of them is elsewhere. */
  readonly awsRegion: string;
  /**
   * Partition of the account: `aws`, `aws-us-gov` or `aws-cn`; literal.
   * @default "aws"
   */
  readonly partition?: Partition;
  /** The bucket into which CloudTrail writes. */
  readonly bucketName: string;
  /** Where in the bucket it writes. No narrower than Sentinel's rule: what Sentinel gets today it must get through the topic. */
  readonly trailLayout: TrailLayout;
  /**
   * End of the keys that the topic hears of.
   * @default the suffix of Sentinel's rule
   */
  readonly suffix?: string;
  /**
   * Events that the topic hears of, `s3:ObjectCreated:*` or `s3:ObjectCreated:Put`; literal. The latter stands on
   * Microsoft's page, but misses objects that are copied, replicated or uploaded in parts: Sentinel's own rule has the
   * former.
   * @default "s3:ObjectCreated:*"
   */
  readonly events?: (typeof FANOUT_EVENTS)[number];
  /** Sentinel's queue, its readers and its rule. */
  readonly sentinel: SentinelQueueProps;
  /** Defender's queue and its readers. */
  readonly defender: DefenderQueueProps;
  /** Every other rule of the bucket. */
  readonly otherRules: OtherNotificationRules;
  /**
   * Name of the topic to create: 1 to 64 letters, digits, hyphens or underscores. The names of the dead-letter queues begin with it.
   * @default "CloudTrail-SNS", as on Microsoft's page
   */
  readonly topicName?: string;
  /**
   * Whether what SNS cannot deliver goes into a queue for each subscription, which shows at once who did not get it, or
   * into a shared one: `perSubscription` or `shared`; literal. Another choice later deletes the queues of the former one,
   * in every phase, and the undelivered events in them: empty them first.
   * @default "perSubscription"
   */
  readonly deadLetterQueues?: (typeof DEAD_LETTER_QUEUES)[number];
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
  readonly provider?: AwsProvider;
}
