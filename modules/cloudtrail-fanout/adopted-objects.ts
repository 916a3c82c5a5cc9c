import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import type { S3BucketNotificationConfig } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import type { SqsQueuePolicyConfig } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { Construct } from "constructs";
import { ImportBlock, RemovedBlock, DeletionLockProvider, reserveAddress } from "../terraform";

/** Ids of the adopted objects. */
const QUEUE_POLICY = "SentinelQueuePolicy";
const NOTIFICATION = "Notification";

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
    this.provider = new DeletionLockProvider(this, "Provider", provider);
  }

  /** Takes over the policy of a queue. */
  public queuePolicy(config: Omit<SqsQueuePolicyConfig, "provider" | "lifecycle">): SqsQueuePolicy {
    const policy = new SqsQueuePolicy(this, QUEUE_POLICY, { ...config, ...preventDestroy, provider: this.provider });
    new ImportBlock(policy, config.queueUrl);
    return policy;
  }

  /** Takes over the notification configuration of a bucket. */
  public notification(config: Omit<S3BucketNotificationConfig, "provider" | "lifecycle">): S3BucketNotification {
    const notification = new S3BucketNotification(this, NOTIFICATION, {
      ...config,
      ...preventDestroy,
      provider: this.provider,
    });
    new ImportBlock(notification, config.bucket);
    return notification;
  }

  /** Gives both objects back as they are. */
  public release(): void {
    const released = [
      reserveAddress(this, SqsQueuePolicy.tfResourceType, QUEUE_POLICY),
      reserveAddress(this, S3BucketNotification.tfResourceType, NOTIFICATION),
    ];
    released.forEach((address, index) => new RemovedBlock(this, `Released${index}`, address));
  }
}
