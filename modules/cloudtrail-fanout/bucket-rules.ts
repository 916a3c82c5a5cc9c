import { TerraformDataSource, TerraformLocal } from "cdktf";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { addressOf } from "../terraform";
import type { FanoutReferences } from "./arns";
import type { AdditionalKeys } from "./props";

/**
 * The notification rules that the bucket has now: data source `aws_s3_bucket_notification` of hashicorp/aws 6.52 and later.
 * The generated bindings are older and have no class for it.
 */
class DataAwsS3BucketNotification extends TerraformDataSource {
  public constructor(
    scope: Construct,
    id: string,
    private readonly bucket: string,
    provider: TerraformProvider | undefined,
  ) {
    super(scope, id, { terraformResourceType: "aws_s3_bucket_notification", ...(provider ? { provider } : {}) });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { bucket: this.bucket };
  }
}

/** Kinds of rules, by their block, with the attribute that names the destination. */
const KINDS = { queue: "queue_arn", topic: "topic_arn", lambda_function: "lambda_function_arn" } as const;

/**
 * The bucket's rules as Terraform expressions: the existing rules, and the rules of a phase. Rules of others are carried over
 * unchanged, in S3's order, so a rule that someone adds later also stays.
 */
export class BucketRules {
  /** Whether a rule names the topic. */
  public readonly publishToTopic: string;
  /** Whether a rule names Sentinel's queue. */
  public readonly notifySentinel: string;
  /** The destinations of all rules, as one string. */
  public readonly destinations: string;
  /** Ids of the rules that overlap with the additional ones in events and keys, so that S3 would refuse both together. */
  public readonly conflicts: string;
  /** Ids of Sentinel's rules that look like additional ones: `rollback` would delete them. */
  public readonly misnamed: string;

  private readonly found: string;
  private readonly additional: string;
  /** Whether `rule`, one for the topic, is an additional one. A rule for the topic with another id was Sentinel's. */
  private readonly isAdditional: string;

  public constructor(
    scope: Construct,
    id: string,
    private readonly is: FanoutReferences,
    bucketName: string,
    additionalKeys: readonly Required<AdditionalKeys>[],
    provider: TerraformProvider | undefined,
  ) {
    this.found = addressOf(new DataAwsS3BucketNotification(scope, id, bucketName, provider));
    this.publishToTopic = `contains(${this.found}.topic[*].topic_arn, ${is.topicArn})`;
    this.notifySentinel = `contains(${this.found}.queue[*].queue_arn, ${is.sentinelQueueArn})`;
    const arns = Object.entries(KINDS).map(([kind, arn]) => `${this.found}.${kind}[*].${arn}`);
    this.destinations = `join(", ", concat(${arns.join(", ")}))`;
    const rules = additionalKeys.map(({ prefix, suffix }, index) => ({
      id: `\${${is.topicName}}-additional-${index}`,
      events: ["s3:ObjectCreated:*"],
      filter_prefix: prefix,
      filter_suffix: suffix,
      topic_arn: `\${${is.topicArn}}`,
    }));
    this.additional = `local.${new TerraformLocal(scope, "AdditionalRules", rules).friendlyUniqueId}`;
    const either = (test: string, filter: string) =>
      `(${test}(rule.${filter}, added.${filter}) || ${test}(added.${filter}, rule.${filter}))`;
    const isSameEvent = `anytrue([for event in rule.events : startswith(event, "s3:ObjectCreated:")])`;
    const isSame = `${isSameEvent} && ${either("startswith", "filter_prefix")} && ${either("endswith", "filter_suffix")}`;
    const all = `concat(${Object.keys(KINDS)
      .map((kind) => `${this.found}.${kind}`)
      .join(", ")})`;
    this.isAdditional = `startswith(rule.id, "\${${is.topicName}}-additional-")`;
    this.misnamed = `[for rule in ${this.found}.queue : rule.id if rule.queue_arn == ${is.sentinelQueueArn} && ${this.isAdditional}]`;
    const isOurs = `try(rule.topic_arn, "") == ${is.topicArn} && ${this.isAdditional}`;
    const others = `concat([for rule in ${all} : rule if !(${isOurs})], ${this.additional})`;
    const isRefused = `rule != added && (rule.id == added.id || ${isSame})`;
    const conflicting = `[for rule in ${others} : rule.id if ${isRefused}]`;
    this.conflicts = `distinct(flatten([for added in ${this.additional} : ${conflicting}]))`;
  }

  /**
   * Arguments of `aws_s3_bucket_notification`. In phase `fanout` the rules for Sentinel's queue name the topic; in any other phase
   * the rules for the topic name Sentinel's queue. Id, events, prefix and suffix stay. The additional rules exist only in phase
   * `fanout`.
   */
  public blocks(): Record<string, unknown> {
    const { additional, found, is, isAdditional } = this;
    const isFanout = `${is.phase} == "fanout"`;
    const isSentinels = `rule.queue_arn == ${is.sentinelQueueArn}`;
    const isOurs = `rule.topic_arn == ${is.topicArn}`;
    const moved = `merge(rule, { queue_arn = ${is.sentinelQueueArn}, topic_arn = ${is.topicArn} })`;
    const queues = [
      `[for rule in ${found}.topic : ${moved} if ${isOurs} && !${isAdditional} && !(${isFanout})]`,
      `[for rule in ${found}.queue : rule if !(${isSentinels} && ${isFanout})]`,
    ];
    const topics = [
      `[for rule in ${found}.topic : rule if !(${isOurs}) || ${isFanout} && !${isAdditional}]`,
      `[for rule in ${found}.queue : ${moved} if ${isSentinels} && ${isFanout}]`,
      `[for rule in ${additional} : rule if ${isFanout}]`,
    ];
    return {
      eventbridge: `\${${found}.eventbridge}`,
      dynamic: {
        queue: dynamicBlock("queue", `concat(${queues.join(", ")})`),
        topic: dynamicBlock("topic", `concat(${topics.join(", ")})`),
        lambda_function: dynamicBlock("lambda_function", `${found}.lambda_function`),
      },
    };
  }
}

function dynamicBlock(kind: keyof typeof KINDS, rules: string): object {
  const value = (name: string) => `${kind}.value.${name}`;
  const filter = (name: string) => `\${${value(name)} == "" ? null : ${value(name)}}`;
  return {
    for_each: `\${${rules}}`,
    content: {
      id: `\${${value("id")}}`,
      events: `\${${value("events")}}`,
      filter_prefix: filter("filter_prefix"),
      filter_suffix: filter("filter_suffix"),
      [KINDS[kind]]: `\${${value(KINDS[kind])}}`,
    },
  };
}
