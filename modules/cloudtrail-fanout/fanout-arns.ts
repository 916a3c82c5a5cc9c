/** Names and places of everything that the fan-out touches. */
export interface FanoutNames {
  /** Partition of the account. */
  readonly partition: string;
  /** Region of bucket, topic and queues. */
  readonly region: string;
  /** The account that owns them. */
  readonly accountId: string;
  /** The bucket. */
  readonly bucketName: string;
  /** The topic. */
  readonly topicName: string;
  /** Sentinel's queue. */
  readonly sentinelQueueName: string;
  /** Defender's queue. */
  readonly defenderQueueName: string;
  /** The queues for what SNS cannot deliver; twice the same name where they share one. */
  readonly deadLetterQueueNames: DeadLetterQueues;
}

/** A value for each of the two subscriptions. */
export interface DeadLetterQueues {
  /** Of Sentinel's subscription. */
  readonly sentinel: string;
  /** Of Defender's subscription. */
  readonly defender: string;
}

/** ARNs of everything that the fan-out touches. */
export interface FanoutArns {
  /** The account that owns them. */
  readonly accountId: string;
  /** The bucket. */
  readonly bucket: string;
  /** The topic. */
  readonly topic: string;
  /** Sentinel's queue. */
  readonly sentinelQueue: string;
  /** Defender's queue. */
  readonly defenderQueue: string;
  /** The dead-letter queues. */
  readonly deadLetterQueues: DeadLetterQueues;
}

/** Composes the ARNs: read from the resources they would be unknown in the plan, and every policy with them. */
export function fanoutArns(names: FanoutNames): FanoutArns {
  const { partition, region, accountId } = names;
  const queue = (name: string) => `arn:${partition}:sqs:${region}:${accountId}:${name}`;
  return {
    accountId,
    bucket: `arn:${partition}:s3:::${names.bucketName}`,
    topic: `arn:${partition}:sns:${region}:${accountId}:${names.topicName}`,
    sentinelQueue: queue(names.sentinelQueueName),
    defenderQueue: queue(names.defenderQueueName),
    deadLetterQueues: {
      sentinel: queue(names.deadLetterQueueNames.sentinel),
      defender: queue(names.deadLetterQueueNames.defender),
    },
  };
}
