/** Names, accounts and region of everything that the fan-out uses. */
export interface FanoutNames {
  /** Partition of the account. */
  readonly partition: string;
  /** Region of bucket, topic and queues. */
  readonly region: string;
  /** The account that owns topic and queues. */
  readonly accountId: string;
  /** The account that owns the bucket. */
  readonly bucketAccountId: string;
  /** The bucket. */
  readonly bucketName: string;
  /** The topic. */
  readonly topicName: string;
  /** Sentinel's queue. */
  readonly sentinelQueueName: string;
  /** Defender's queue. */
  readonly defenderQueueName: string;
}

/** A value for each of the two subscriptions. */
export interface DeadLetterQueues {
  /** Of Sentinel's subscription. */
  readonly sentinel: string;
  /** Of Defender's subscription. */
  readonly defender: string;
}

/** ARNs of everything that the fan-out uses. */
export interface FanoutArns {
  /** The account that owns the bucket. */
  readonly bucketAccountId: string;
  /** The bucket. */
  readonly bucket: string;
  /** The topic. */
  readonly topic: string;
  /** Name of the topic. */
  readonly topicName: string;
  /** Sentinel's queue. */
  readonly sentinelQueue: string;
  /** Defender's queue. */
  readonly defenderQueue: string;
  /** The dead-letter queues. */
  readonly deadLetterQueues: DeadLetterQueues;
}

/** References to the declared values, for use in expressions. */
export type FanoutReferences = Readonly<
  Record<
    | "phase"
    | "accountId"
    | "region"
    | "bucketName"
    | "topicName"
    | "topicArn"
    | "topicStatementId"
    | "sentinelQueueName"
    | "sentinelQueueArn"
    | "defenderQueueName"
    | "sentinelDeadLetterQueueName"
    | "defenderDeadLetterQueueName",
    string
  >
>;

/** Names of the dead-letter queues. */
export function deadLetterQueueNames({ topicName }: FanoutNames): DeadLetterQueues {
  return { sentinel: `${topicName}-sentinel-dlq`, defender: `${topicName}-defender-dlq` };
}

/** Composes the ARNs. If they were read from the resources, they and every policy would be unknown in the plan. */
export function fanoutArns(names: FanoutNames): FanoutArns {
  const { partition, region, accountId, bucketAccountId } = names;
  const queue = (name: string) => `arn:${partition}:sqs:${region}:${accountId}:${name}`;
  const { sentinel, defender } = deadLetterQueueNames(names);
  return {
    bucketAccountId,
    bucket: `arn:${partition}:s3:::${names.bucketName}`,
    topic: `arn:${partition}:sns:${region}:${accountId}:${names.topicName}`,
    topicName: names.topicName,
    sentinelQueue: queue(names.sentinelQueueName),
    defenderQueue: queue(names.defenderQueueName),
    deadLetterQueues: { sentinel: queue(sentinel), defender: queue(defender) },
  };
}
