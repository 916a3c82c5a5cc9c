import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { DataAwsSqsQueues } from "@cdktf/provider-aws/lib/data-aws-sqs-queues";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { SqsQueueConfig } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { TerraformLocal } from "cdktf";
import type { ITerraformDependable, Precondition } from "cdktf";
import type { Construct } from "constructs";
import { InputError } from "../inputs";
import type { CloudTrailResourceSet } from "../inputs";
import {
  AccountGuard,
  addressOf,
  checkInputs,
  DeletionLockProvider,
  DependableConstruct,
  ImportBlock,
  localValues,
  OncePerStack,
  TerraformData,
} from "../terraform";
import { AdoptedObjects } from "./adopted-objects";
import { fanoutAlarms, FanoutQueueAlarms } from "./alarms";
import { deadLetterQueueNames, fanoutArns } from "./arns";
import type { DeadLetterQueues, FanoutArns, FanoutNames } from "./arns";
import { BucketRules } from "./bucket-rules";
import { keyPolicyStatements } from "./key-policies";
import type { KeyPolicyStatements } from "./key-policies";
import { RELEASE } from "./phase";
import { deadLetterQueuePolicy, defenderQueuePolicy, policyText, topicPolicy, topicStatementId } from "./policies";
import { ExistingQueues, LAST_USE_TAG, STATE_TAG } from "./queues";
import { lastUse, phaseRefusals, releaseRefusals } from "./refusals";
import type { Reality, Refusal } from "./refusals";
import { checkFanout, CLOUDTRAIL_FANOUT, fanoutNames } from "./props";
import type { CloudTrailFanoutProps, FanoutInputs } from "./props";

/** Maximum retention of SQS: 14 days (SQS quotas, "Message retention"). */
const LONGEST_RETENTION_SECONDS = 1_209_600;

/** The buckets whose notification a stack manages. */
const buckets = new OncePerStack();

/**
 * Lets Defender for Cloud read the CloudTrail events that Sentinel reads: the bucket notifies a topic in place of Sentinel's
 * queue, and the topic serves that queue and a new one. The bucket's notification and the policy of Sentinel's queue belong to
 * others. They are read first, changed in place, and never destroyed: each rule for Sentinel's queue is changed to name the topic,
 * each other rule stays unchanged, and the policy gets one additional statement.
 *
 * The phases are those of {@link FanoutPhase}, and finally `release`. The objects in AWS decide what is allowed, not the state. The
 * plan stops, and nothing is changed:
 *
 * - for `prepare` or `release` while the bucket publishes to the topic, for `fanout` before `prepare` was applied completely, and
 *   for `release` less than ten minutes after `rollback`
 * - if no rule of the bucket names Sentinel's queue or the topic, in the account and region of the credentials
 * - if queues of these names exist that this state did not create; SNS refuses such a topic at the first write
 * - for a destroy in any phase ("Instance cannot be destroyed"): apply the release first, then destroy in phase `prepare`
 * - if the construct is removed from the code, or has another id, before the release ("Provider configuration not present")
 *
 * Needs hashicorp/aws 6.52 or later: `requireProviders(stack, "awsForFanout")`. Fails at synth for a malformed literal and for a second
 * fan-out of the same bucket in a stack, and at plan for a malformed Terraform value.
 * @example
 * new CloudTrailFanout(stack, "Fanout", {
 *   phase: "prepare",
 *   awsAccountId: "111122223333",
 *   awsRegion: "eu-central-1",
 *   bucketName: "cloudtrail-logs",
 *   sentinel: { queueName: "MicrosoftSentinelCloudTrailSqs" },
 *   defender: { readerRoleArns: [] },
 * });
 */
export class CloudTrailFanout extends DependableConstruct {
  /** ARN of the bucket. */
  public readonly bucketArn: string;
  /** ARN of the topic. */
  public readonly topicArn: string;
  /** ARN of Defender's queue. */
  public readonly defenderQueueArn: string;
  /** What the connector needs to ingest CloudTrail, from API version 2026-08-01-preview on. */
  public readonly cloudTrailResourceSet: CloudTrailResourceSet;
  /** ARNs of the dead-letter queues, by subscription. */
  public readonly deadLetterQueueArns: DeadLetterQueues;
  /** What the owners of the given keys must add to their policies, before phase `prepare`. */
  public readonly keyPolicyStatements: KeyPolicyStatements;
  public readonly resources: readonly ITerraformDependable[];

  private readonly inputs: FanoutInputs;
  private readonly names: FanoutNames;
  private readonly arns: FanoutArns;
  private readonly lock: DeletionLockProvider;
  private readonly state: TerraformData;
  private readonly reality: Reality;

  public constructor(scope: Construct, id: string, props: CloudTrailFanoutProps) {
    super(scope, id);
    const checked = checkInputs(CLOUDTRAIL_FANOUT, props, checkFanout);
    this.inputs = checked.inputs;
    this.refuseSecondOfBucket();
    this.names = fanoutNames(this.inputs);
    this.arns = fanoutArns(this.names);
    AccountGuard.of(this, this.inputs, checked);
    this.lock = new DeletionLockProvider(this, "Lock", this.inputs.awsAccountId, this.inputs.awsProvider);
    const isRelease = this.inputs.phase === RELEASE;
    this.state = new TerraformData(this, "Not_destroyed_in_phase_release", {
      // Known at plan and unique to this state: stacks and workspaces may be planned in the same second.
      input: `\${terraform.workspace}/${this.node.path.replaceAll(/[^\w/-]/g, "-")} \${plantimestamp()}`,
      // A destroy ignores `removed` blocks and would destroy the objects of others, too. This stops it.
      lifecycle: { ignoreChanges: ["input"], preventDestroy: isRelease },
    });
    this.reality = this.look();
    const adopted = new AdoptedObjects(this, "Adopted", this.lock);
    if (isRelease) {
      this.release(adopted);
    }
    this.resources = isRelease ? [] : this.share(adopted);

    const { encryption, defender } = this.inputs;
    this.bucketArn = this.arns.bucket;
    this.topicArn = this.arns.topic;
    this.defenderQueueArn = this.arns.defenderQueue;
    this.cloudTrailResourceSet = {
      resourceRegion: this.names.region,
      s3BucketArn: this.bucketArn,
      sqsQueueArn: this.defenderQueueArn,
      ...(encryption.logKeyArn === undefined ? {} : { kmsKeyArn: encryption.logKeyArn }),
    };
    this.deadLetterQueueArns = this.arns.deadLetterQueues;
    this.keyPolicyStatements = keyPolicyStatements(encryption, this.arns, defender.readerRoleArns);
  }

  /** A bucket has one notification configuration: two resources of it would overwrite each other. */
  private refuseSecondOfBucket(): void {
    const { bucketName } = this.inputs;
    const other = buckets.other(this, bucketName);
    if (other) {
      throw InputError.of(
        "bucketName",
        bucketName,
        `${other.node.path} writes the notification of this bucket already, and the second write would undo the first: leave one of the two out, or, for another queue of Sentinel's, give it a stack of its own and apply one after the other`,
      );
    }
  }

  /** Reads the existing objects. */
  private look(): Reality {
    const { accountId, region, bucketName, topicName, sentinelQueueName, defenderQueueName } = this.names;
    const { sentinel, defender } = deadLetterQueueNames(this.names);
    const { additionalKeys, awsProvider: provider, phase } = this.inputs;
    const is = localValues(this, "Is", {
      phase,
      accountId,
      region,
      bucketName,
      topicName,
      topicArn: this.arns.topic,
      topicStatementId: topicStatementId(topicName),
      sentinelQueueName,
      sentinelQueueArn: this.arns.sentinelQueue,
      defenderQueueName,
      sentinelDeadLetterQueueName: sentinel,
      defenderDeadLetterQueueName: defender,
    });
    const own = [is.defenderQueueName, is.sentinelDeadLetterQueueName, is.defenderDeadLetterQueueName];
    return {
      is,
      rules: new BucketRules(this, "BucketRules", is, bucketName, additionalKeys, provider),
      queues: new ExistingQueues(this, "Queues", own, provider),
      state: `${addressOf(this.state)}.input`,
    };
  }

  /** Stops the plan if the provider is in another region, or if the precondition fails. */
  private checkRegion(precondition: Precondition[] = []): void {
    const { region } = this.reality.is;
    const isHere: Precondition = {
      condition: `\${self.id == ${region}}`,
      errorMessage: `awsRegion: "\${${region}}" is not allowed; the AWS provider is in region \${self.id}.`,
    };
    new DataAwsRegion(this, "Region", {
      lifecycle: { precondition, postcondition: [isHere] },
      provider: this.inputs.awsProvider,
    });
  }

  /** Declares no topic and no queues, so that an apply destroys them. The lock refuses a destroy, which ignores preconditions. */
  private release(adopted: AdoptedObjects): void {
    const { messages, condition } = this.refusals(releaseRefusals(this.reality));
    this.checkRegion([condition]);
    this.lock.region = `\${length(${messages}) == 0 ? ${this.reality.is.region} : tobool(join(" ", ${messages}))}`;
    adopted.release();
  }

  /** @returns the messages of all refusals, as an expression, and the condition that there are none */
  private refusals(refusals: readonly Refusal[]): { messages: string; condition: Precondition } {
    const local = new TerraformLocal(this, "Refusals", [...refusals]);
    const messages = `compact(local.${local.friendlyUniqueId})`;
    const condition = { condition: `\${length(${messages}) == 0}`, errorMessage: `\${join("\\n", ${messages})}` };
    return { messages, condition };
  }

  /**
   * Declares topic and queues, and switches the bucket.
   * @returns what both readers need
   */
  private share(adopted: AdoptedObjects): readonly ITerraformDependable[] {
    this.checkRegion();
    const topic = this.createTopic();
    const topicPolicy = this.createTopicPolicy(topic);
    const defenderPolicy = this.createDefenderQueue(topic);
    const deadLetterPolicies = [
      this.createDeadLetterQueue("sentinel", topic),
      this.createDeadLetterQueue("defender", topic),
    ];
    const { is, rules } = this.reality;
    const policy = adopted.queuePolicy(this.findSentinelQueue(), this.arns, is.topicStatementId, [topic]);
    const ready = [topicPolicy, defenderPolicy, ...deadLetterPolicies, policy.extended];
    const subscriptions = this.subscribe(ready);
    const { condition } = this.refusals(phaseRefusals(this.reality, policy, this.inputs.adopt !== undefined));
    const shared = [...ready, ...subscriptions];
    adopted.notification(this.names.bucketName, rules.blocks(), { precondition: [condition] }, shared);
    this.watch();
    return shared;
  }

  /** @returns URL of Sentinel's queue */
  private findSentinelQueue(): string {
    const { is, rules } = this.reality;
    const config = { queueNamePrefix: this.names.sentinelQueueName, provider: this.inputs.awsProvider };
    const queues = new DataAwsSqsQueues(this, "SentinelQueue", config);
    const urls = (source: string) =>
      `[for url in ${source}.queue_urls : url if endswith(url, "/\${${is.sentinelQueueName}}")]`;
    queues.lifecycle = {
      postcondition: [
        {
          condition: `\${length(${urls("self")}) == 1}`,
          errorMessage: `sentinel.queueName: "\${${is.sentinelQueueName}}" is not allowed; account \${${is.accountId}} has no such queue in region \${${is.region}}. The bucket's rules name: \${${rules.destinations}}. Use credentials of the account that owns Sentinel's queue: only that account can change its policy.`,
        },
      ],
    };
    return `\${one(${urls(addressOf(queues))})}`;
  }

  private createTopic(): SnsTopic {
    const { adopt, encryption } = this.inputs;
    const topic = new SnsTopic(this, "Topic", {
      name: this.names.topicName,
      kmsMasterKeyId: encryption.topicKeyArn,
      tags: this.tags(),
      ...this.own(),
    });
    if (adopt) {
      new ImportBlock(topic, this.arns.topic);
    }
    return topic;
  }

  /** Allows S3 to publish. */
  private createTopicPolicy(topic: SnsTopic): SnsTopicPolicy {
    return new SnsTopicPolicy(this, "TopicPolicy", {
      arn: this.arns.topic,
      policy: policyText(topicPolicy(this.arns)),
      ...this.own([topic]),
    });
  }

  private createDefenderQueue(topic: SnsTopic): SqsQueuePolicy {
    const { defender } = this.inputs;
    const { is, rules } = this.reality;
    const last = lastUse(this.reality);
    // Written before the bucket is switched, either way.
    const isRolledBack = `${is.phase} == "rollback" && (${rules.publishToTopic} || ${last} == "now")`;
    const queue = this.createQueue("DefenderQueue", this.names.defenderQueueName, is.defenderQueueName, topic, {
      messageRetentionSeconds: defender.messageRetentionSeconds,
      visibilityTimeoutSeconds: defender.visibilityTimeoutSeconds,
      tags: this.tags({
        [LAST_USE_TAG]: `\${${is.phase} == "fanout" ? "now" : ${isRolledBack} ? timestamp() : ${last}}`,
      }),
    });
    return new SqsQueuePolicy(this, "DefenderQueuePolicy", {
      queueUrl: queue.url,
      policy: policyText(defenderQueuePolicy(this.arns, defender.readerRoleArns)),
      ...this.own(),
    });
  }

  private createDeadLetterQueue(reader: "sentinel" | "defender", topic: SnsTopic): SqsQueuePolicy {
    const id = reader === "sentinel" ? "SentinelDeadLetterQueue" : "DefenderDeadLetterQueue";
    const name = deadLetterQueueNames(this.names)[reader];
    const queue = this.createQueue(id, name, this.reality.is[`${reader}DeadLetterQueueName`], topic, {
      messageRetentionSeconds: LONGEST_RETENTION_SECONDS,
      tags: this.tags(),
    });
    return new SqsQueuePolicy(this, `${id}Policy`, {
      queueUrl: queue.url,
      policy: policyText(deadLetterQueuePolicy(this.arns, this.arns.deadLetterQueues[reader])),
      ...this.own(),
    });
  }

  /** Created after the topic: if the topic belongs to someone else, SNS refuses it before anything else is changed. */
  private createQueue(
    id: string,
    name: string,
    reference: string,
    topic: SnsTopic,
    config: Partial<SqsQueueConfig>,
  ): SqsQueue {
    const {
      adopt,
      encryption: { queueKeyArn },
    } = this.inputs;
    const queue = new SqsQueue(this, id, {
      name,
      ...(queueKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: queueKeyArn }),
      ...config,
      ...this.own([topic]),
    });
    if (adopt) {
      new ImportBlock(queue, "${each.value}", `\${toset(${this.reality.queues.urls(reference)})}`);
    }
    return queue;
  }

  private subscribe(dependsOn: ITerraformDependable[]): SnsTopicSubscription[] {
    const { sentinelQueue, defenderQueue, deadLetterQueues } = this.arns;
    const { adopt } = this.inputs;
    const subscription = (id: string, endpoint: string, deadLetterTargetArn: string, existing?: string) => {
      const created = new SnsTopicSubscription(this, id, {
        topicArn: this.arns.topic,
        protocol: "sqs",
        endpoint,
        // Both readers expect the message as S3 sends it to a queue, without the envelope of SNS.
        rawMessageDelivery: true,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn }),
        ...this.own(dependsOn),
      });
      if (existing !== undefined) {
        new ImportBlock(created, existing);
      }
      return created;
    };
    return [
      subscription("SentinelSubscription", sentinelQueue, deadLetterQueues.sentinel, adopt?.sentinelSubscriptionArn),
      subscription("DefenderSubscription", defenderQueue, deadLetterQueues.defender, adopt?.defenderSubscriptionArn),
    ];
  }

  private watch(): void {
    const { alarms, tags, awsProvider: provider } = this.inputs;
    if (alarms) {
      new FanoutQueueAlarms(this, "Alarms", {
        alarms: fanoutAlarms(this.names, alarms),
        actionArns: alarms.actionArns,
        tags,
        provider,
      });
    }
  }

  /** Arguments of every object that events pass through: only the release destroys it. */
  private own(dependsOn: ITerraformDependable[] = []) {
    return { provider: this.lock, dependsOn, lifecycle: { preventDestroy: true } };
  }

  private tags(more: Record<string, string> = {}): Record<string, string> {
    return { ...this.inputs.tags, [STATE_TAG]: `\${${this.reality.state}}`, ...more };
  }
}
