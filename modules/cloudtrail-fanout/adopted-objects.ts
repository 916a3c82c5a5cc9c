import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";
import { RemovedBlock } from "../terraform";

/**
 * Ids, below the fan-out, of the objects that it adopts. The bucket's notification has two: it is `DirectNotification`
 * while the bucket notifies Sentinel's queue, and `TopicNotification` while the bucket publishes to the topic. So the state
 * itself says which, and a plan can refuse what is safe with one of them only.
 */
export const ADOPTED = {
  queuePolicy: "SentinelQueuePolicy",
  directNotification: "DirectNotification",
  topicNotification: "TopicNotification",
} as const;

type AdoptedId = (typeof ADOPTED)[keyof typeof ADOPTED];

/** Takes the notification over from the id that it has in the other phases. */
export function moveFrom(scope: Construct, former: AdoptedId, notification: S3BucketNotification): void {
  const { friendlyUniqueId } = new TerraformElement(scope, former);
  notification.moveFromId(`${S3BucketNotification.tfResourceType}.${friendlyUniqueId}`);
}

/** Gives the object back as it is. */
export function giveBack(scope: Construct, id: AdoptedId): void {
  new RemovedBlock(scope, id, typeOf(id));
}

/**
 * Declares that this object is neither managed nor to be destroyed: where the state holds it, every plan fails with
 * "Instance cannot be destroyed". Terraform drops the protection of a resource together with its declaration, so the
 * protection needs a declaration that stays, with `count = 0`.
 */
export function refuseToDestroy(scope: Construct, id: AdoptedId): void {
  const absent = { count: 0, lifecycle: { preventDestroy: true } };
  // Terraform wants the arguments declared; it never uses them.
  if (id === ADOPTED.queuePolicy) {
    new SqsQueuePolicy(scope, id, { ...absent, queueUrl: "absent", policy: "{}" });
  } else {
    new S3BucketNotification(scope, id, { ...absent, bucket: "absent" });
  }
}

function typeOf(id: AdoptedId): string {
  return id === ADOPTED.queuePolicy ? SqsQueuePolicy.tfResourceType : S3BucketNotification.tfResourceType;
}
