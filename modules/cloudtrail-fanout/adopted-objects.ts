import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import type { S3BucketNotificationConfig } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import type { SqsQueuePolicyConfig } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { Construct } from "constructs";
import { ImportBlock, MovedBlock, RemovedBlock, TwinProvider, undeclaredAddress } from "../terraform";

/** What the bucket notifies of a new log file. */
export type Destination = "queue" | "topic";

/**
 * Ids of the adopted objects. The bucket's notification has two, one while the bucket notifies Sentinel's queue and one
 * while it publishes to the topic. So the state itself says which, and a plan can refuse what is safe with one of them only.
 */
const QUEUE_POLICY = "SentinelQueuePolicy";
const NOTIFICATION: Readonly<Record<Destination, string>> = { queue: "DirectNotification", topic: "TopicNotification" };

/** Of an object that must never be destroyed. */
const preventDestroy = { lifecycle: { preventDestroy: true } };

/**
 * The two objects that belong to others: the policy of Sentinel's queue and the notification configuration of the bucket.
 * They are imported, never created, because S3 and SQS overwrite without a word what they find; changed in place, never
 * destroyed; and given back as they are.
 *
 * They have a provider configuration of their own: where the whole construct disappears, Terraform stops at "Provider
 * configuration not present", while `prevent_destroy` would have gone with the construct.
 */
export class AdoptedObjects extends Construct {
  private readonly provider: AwsProvider;

  public constructor(scope: Construct, id: string, provider?: AwsProvider) {
    super(scope, id);
    this.provider = new TwinProvider(this, "Provider", provider);
  }

  /** Takes over the policy of a queue. */
  public queuePolicy(config: Omit<SqsQueuePolicyConfig, "provider" | "lifecycle">): SqsQueuePolicy {
    const policy = new SqsQueuePolicy(this, QUEUE_POLICY, { ...config, ...preventDestroy, provider: this.provider });
    new ImportBlock(policy, config.queueUrl);
    return policy;
  }

  /** Takes over the notification configuration of a bucket, from where it is in the other phases if need be. */
  public notification(
    destination: Destination,
    config: Omit<S3BucketNotificationConfig, "provider" | "lifecycle">,
  ): S3BucketNotification {
    const notification = new S3BucketNotification(this, NOTIFICATION[destination], {
      ...config,
      ...preventDestroy,
      provider: this.provider,
    });
    new ImportBlock(notification, config.bucket);
    const former = NOTIFICATION[destination === "queue" ? "topic" : "queue"];
    new MovedBlock(notification, undeclaredAddress(this, S3BucketNotification.tfResourceType, former));
    return notification;
  }

  /** Gives both objects back as they are. The plan fails where the bucket publishes to the topic. */
  public release(): void {
    const released = [
      undeclaredAddress(this, SqsQueuePolicy.tfResourceType, QUEUE_POLICY),
      undeclaredAddress(this, S3BucketNotification.tfResourceType, NOTIFICATION.queue),
    ];
    released.forEach((address, index) => new RemovedBlock(this, `Released${index}`, address));
    // Nothing, and not to be destroyed: where the state holds it after all, "Instance cannot be destroyed". Terraform
    // wants the bucket declared, and does not use it.
    new S3BucketNotification(this, NOTIFICATION.topic, {
      count: 0,
      bucket: "absent",
      ...preventDestroy,
      provider: this.provider,
    });
  }
}
