import { DataAwsS3Bucket } from "@cdktf/provider-aws/lib/data-aws-s3-bucket";
import { DataAwsSqsQueue } from "@cdktf/provider-aws/lib/data-aws-sqs-queue";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { AccountGuard, expression } from "../terraform";
import { AdoptedObjects } from "./adopted-objects";
import { checkFanout } from "./check-fanout";
import { checkShape } from "./check-shape";
import { FanoutQueueAlarms } from "./fanout-alarms";
import { fanoutArns } from "./fanout-arns";
import type { DeadLetterQueues, FanoutArns, FanoutNames } from "./fanout-arns";
import {
  deadLetterQueuePolicy,
  defenderQueuePolicy,
  policyText,
  sentinelQueuePolicy,
  topicPolicy,
} from "./fanout-policies";
import type { CloudTrailFanoutProps } from "./fanout-props";
import { keyPolicyStatements } from "./key-policies";
import type { KeyPolicyStatements } from "./key-policies";
import { directNotification, topicNotification } from "./notification-blocks";
import type { TopicRule } from "./notification-rules";
import { keyPrefix } from "./trail-layout";
import { Witness } from "./witness";

/** The longest that SQS keeps a message: 14 days (SQS quotas, "Message retention"). */
const LONGEST_RETENTION_SECONDS = 1_209_600;

/** What SQS does unless told otherwise (CreateQueue, VisibilityTimeout). */
const VISIBILITY_TIMEOUT_SECONDS = 30;

/**
 * Lets Defender for Cloud read the CloudTrail events that Sentinel reads: the bucket notifies a topic in place of
 * Sentinel's queue, and the topic serves that queue and a new one. Sentinel's queue policy and the bucket's notification
 * are adopted by import and changed in place, in the phases that {@link FanoutPhase} describes.
 *
 * Leaving is `rollback`, `release`, destroy in phase `prepare`, each an apply of its own, and each refused before the one
 * before it has ended:
 *
 * - `release` before phase `rollback` is applied to its end, and `prepare` once `fanout` has begun: an error that names the
 *   phases to use, also after an apply that failed or was killed
 * - destroying before the release is applied: "Instance cannot be destroyed". After it as well in every phase but `prepare`:
 *   topic, queues and subscriptions are protected in the others, against another name too
 * - taking the construct out of the code, or giving it another id, before the release is applied: "Provider configuration
 *   not present"
 *
 * Fails at synth for a bad literal, and at plan for a bad Terraform value, for credentials of another account, and for a
 * bucket or a queue elsewhere; nothing is changed then.
 */
export class CloudTrailFanout extends Construct {
  /** ARN of the bucket: the portal asks for it. */
  public readonly bucketArn: string;
  /** ARN of the topic. */
  public readonly topicArn: string;
  /** ARN of Defender's queue: the portal asks for it. */
  public readonly defenderQueueArn: string;
  /** URL of Defender's queue. */
  public readonly defenderQueueUrl: string;
  /** ARNs of the dead-letter queues, by subscription. */
  public readonly deadLetterQueueArns: DeadLetterQueues;
  /** Start of the keys that the topic hears of. */
  public readonly keyPrefix: string;
  /** What the owners of the given keys must add to their policies, before phase `prepare`. */
  public readonly keyPolicyStatements: KeyPolicyStatements;

  private readonly props: CloudTrailFanoutProps;
  private readonly names: FanoutNames;
  private readonly arns: FanoutArns;
  private readonly provider: { provider?: AwsProvider };
  private readonly tags: { tags?: Record<string, string> };
  /** Of everything that events pass through: only phase `prepare`, which the witness stops while they do, may destroy it. */
  private readonly protection: { lifecycle?: { preventDestroy: true } };

  public constructor(scope: Construct, id: string, props: CloudTrailFanoutProps) {
    super(scope, id);
    checkShape(props);
    this.props = props;
    this.names = fanoutNames(props);
    this.arns = fanoutArns(this.names);
    this.provider = props.provider ? { provider: props.provider } : {};
    this.tags = props.tags ? { tags: { ...props.tags } } : {};
    this.protection = props.phase === "prepare" ? {} : { lifecycle: { preventDestroy: true } };
    this.keyPrefix = keyPrefix(props.trailLayout, props.awsAccountId);
    const topicRule = this.topicRule();
    const checks = checkFanout(props, this.names, topicRule);
    const { accountId, partition } = this.names;
    AccountGuard.of(
      this,
      { awsAccountId: accountId, partition, awsProvider: props.provider },
      { inputs: props, preconditions: checks.preconditions, rulePreconditions: [] },
    );
    const bucket = this.findBucket();
    const sentinelQueue = this.findSentinelQueue();

    const topic = this.createTopic();
    const deadLetterQueues = this.createDeadLetterQueues();
    const defenderQueue = this.createDefenderQueue();
    const adopted = new AdoptedObjects(this, "Adopted", props.provider);
    const ready = [topic, defenderQueue.policy, ...deadLetterQueues];
    if (props.phase === "release") {
      adopted.release();
      this.subscribe(ready);
      this.witness();
    } else {
      const sentinelPolicy = adopted.queuePolicy({
        queueUrl: sentinelQueue.url,
        policy: policyText(
          sentinelQueuePolicy(this.arns, props.sentinel.roleArns, props.sentinel.furtherStatements ?? []),
        ),
      });
      const subscriptions = this.subscribe([...ready, sentinelPolicy]);
      this.notify(adopted, topicRule, [bucket, topic, sentinelPolicy, ...subscriptions]);
    }
    this.watch();

    this.bucketArn = this.arns.bucket;
    this.topicArn = this.arns.topic;
    this.defenderQueueArn = this.arns.defenderQueue;
    this.defenderQueueUrl = defenderQueue.url;
    this.deadLetterQueueArns = this.arns.deadLetterQueues;
    this.keyPolicyStatements = keyPolicyStatements(props.encryption ?? {}, this.arns, {
      sentinelRoleArns: props.sentinel.roleArns,
      defenderRoleArns: props.defender.readerRoleArns,
    });
  }

  /** The rule that takes the place of Sentinel's. */
  private topicRule(): TopicRule {
    const { events = "s3:ObjectCreated:*", sentinel } = this.props;
    const suffix = this.props.suffix ?? sentinel.notificationRule.suffix;
    return {
      id: this.names.topicName,
      topicArn: this.arns.topic,
      events: [events],
      ...(this.keyPrefix === "" ? {} : { prefix: this.keyPrefix }),
      ...(suffix === undefined ? {} : { suffix }),
    };
  }

  /**
   * S3 notifies only topics and queues in the bucket's region. The domain name tells it in every version of the provider;
   * attribute `region` became the provider's in version 6.
   */
  private findBucket(): DataAwsS3Bucket {
    const { region } = this.names;
    return new DataAwsS3Bucket(this, "Bucket", {
      bucket: this.names.bucketName,
      lifecycle: {
        postcondition: [
          {
            condition: expression`strcontains(self.bucket_regional_domain_name, ${`.s3.${region}.`})`.toString(),
            errorMessage: `awsRegion: "${region}" is not allowed; the bucket is elsewhere (\${self.bucket_regional_domain_name}), and topic and queues must be in its region.`,
          },
        ],
      },
      ...this.provider,
    });
  }

  private findSentinelQueue(): DataAwsSqsQueue {
    return new DataAwsSqsQueue(this, "SentinelQueue", {
      name: this.names.sentinelQueueName,
      lifecycle: {
        postcondition: [
          {
            condition: expression`self.arn == ${this.arns.sentinelQueue}`.toString(),
            errorMessage: `sentinel.queueName: \${self.arn} is not allowed; expected ${this.arns.sentinelQueue}, in the account and region of the bucket.`,
          },
        ],
      },
      ...this.provider,
    });
  }

  /** @returns the topic's policy, after which S3 may publish */
  private createTopic(): SnsTopicPolicy {
    const { topicKeyArn } = this.props.encryption ?? {};
    const topic = new SnsTopic(this, "Topic", {
      name: this.names.topicName,
      ...(topicKeyArn === undefined ? {} : { kmsMasterKeyId: topicKeyArn }),
      ...this.protection,
      ...this.tags,
      ...this.provider,
    });
    return new SnsTopicPolicy(this, "TopicPolicy", {
      arn: this.arns.topic,
      policy: policyText(topicPolicy(this.arns)),
      dependsOn: [topic],
      ...this.provider,
    });
  }

  private createDefenderQueue(): { policy: SqsQueuePolicy; url: string } {
    const { defender } = this.props;
    const queue = this.createQueue("DefenderQueue", this.names.defenderQueueName, {
      messageRetentionSeconds: defender.messageRetentionSeconds ?? LONGEST_RETENTION_SECONDS,
      visibilityTimeoutSeconds: defender.visibilityTimeoutSeconds ?? VISIBILITY_TIMEOUT_SECONDS,
    });
    const policy = new SqsQueuePolicy(this, "DefenderQueuePolicy", {
      queueUrl: queue.url,
      policy: policyText(defenderQueuePolicy(this.arns, defender.readerRoleArns)),
      ...this.provider,
    });
    return { policy, url: queue.url };
  }

  /** @returns the queues' policies, after which SNS may send */
  private createDeadLetterQueues(): SqsQueuePolicy[] {
    const { sentinel, defender } = this.names.deadLetterQueueNames;
    const { deadLetterQueues: arns } = this.arns;
    const queues =
      sentinel === defender
        ? [{ id: "DeadLetterQueue", name: sentinel, arn: arns.sentinel }]
        : [
            { id: "SentinelDeadLetterQueue", name: sentinel, arn: arns.sentinel },
            { id: "DefenderDeadLetterQueue", name: defender, arn: arns.defender },
          ];
    return queues.map(({ id, name, arn }) => {
      const queue = this.createQueue(id, name, { messageRetentionSeconds: LONGEST_RETENTION_SECONDS });
      return new SqsQueuePolicy(this, `${id}Policy`, {
        queueUrl: queue.url,
        policy: policyText(deadLetterQueuePolicy(this.arns, arn)),
        ...this.provider,
      });
    });
  }

  private createQueue(
    id: string,
    name: string,
    times: { messageRetentionSeconds: number; visibilityTimeoutSeconds?: number },
  ): SqsQueue {
    const { queueKeyArn } = this.props.encryption ?? {};
    return new SqsQueue(this, id, {
      name,
      ...times,
      ...(queueKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: queueKeyArn }),
      ...this.protection,
      ...this.tags,
      ...this.provider,
    });
  }

  private subscribe(dependsOn: ITerraformDependable[]): SnsTopicSubscription[] {
    const subscription = (id: string, queueArn: string, deadLetterQueueArn: string) =>
      new SnsTopicSubscription(this, id, {
        topicArn: this.arns.topic,
        protocol: "sqs",
        endpoint: queueArn,
        // Both readers expect what S3 would send to a queue, not what SNS would wrap around it.
        rawMessageDelivery: true,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn }),
        dependsOn,
        ...this.protection,
        ...this.provider,
      });
    const { sentinelQueue, defenderQueue, deadLetterQueues } = this.arns;
    return [
      subscription("SentinelSubscription", sentinelQueue, deadLetterQueues.sentinel),
      subscription("DefenderSubscription", defenderQueue, deadLetterQueues.defender),
    ];
  }

  /** One object, one call for the switch: S3 replaces the whole configuration, so no event falls between two rules. */
  private notify(adopted: AdoptedObjects, topicRule: TopicRule, dependsOn: ITerraformDependable[]): void {
    const { phase, otherRules, sentinel } = this.props;
    const bucket = this.names.bucketName;
    if (phase === "fanout") {
      const blocks = topicNotification(otherRules, topicRule);
      adopted.notification({ bucket, ...blocks, dependsOn: [...dependsOn, this.witness()] });
      return;
    }
    const sentinelRule = { ...sentinel.notificationRule, queueArn: this.arns.sentinelQueue };
    const blocks = directNotification(otherRules, sentinelRule, sentinelRule.position);
    const notification = adopted.notification({ bucket, ...blocks, dependsOn });
    this.witness(phase === "rollback" ? [notification] : undefined);
  }

  private witness(after?: ITerraformDependable[]): Witness {
    return new Witness(this, "Witness", this.props.phase, after);
  }

  private watch(): void {
    const { alarms } = this.props;
    if (!alarms) {
      return;
    }
    const { sentinel, defender } = this.names.deadLetterQueueNames;
    new FanoutQueueAlarms(this, "Alarms", {
      ...alarms,
      queueNames: { sentinel: this.names.sentinelQueueName, defender: this.names.defenderQueueName },
      deadLetterQueueNames: sentinel === defender ? { shared: sentinel } : { sentinel, defender },
      ...this.tags,
      ...this.provider,
    });
  }
}

function fanoutNames(props: CloudTrailFanoutProps): FanoutNames {
  const topicName = props.topicName ?? "CloudTrail-SNS";
  const shared = props.deadLetterQueues === "shared";
  return {
    partition: props.partition ?? "aws",
    region: props.awsRegion,
    accountId: props.awsAccountId,
    bucketName: props.bucketName,
    topicName,
    sentinelQueueName: props.sentinel.queueName,
    defenderQueueName: props.defender.queueName ?? "DefenderForCloud-SQS",
    deadLetterQueueNames: {
      sentinel: shared ? `${topicName}-dlq` : `${topicName}-sentinel-dlq`,
      defender: shared ? `${topicName}-dlq` : `${topicName}-defender-dlq`,
    },
  };
}
