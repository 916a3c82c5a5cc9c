import { text, type Attributes } from "../protocol/values";
import { statements } from "./policy";
import { awsError, type ResourceBehaviour } from "./resource-behaviour";
import type { AccountSpace } from "./space";

const QUEUE = "aws_sqs_queue";
const QUEUE_POLICY = "aws_sqs_queue_policy";

/** Queues of one account and the messages in them. */
export class Sqs {
  constructor(private readonly account: AccountSpace) {}

  /** A queue that is already there, with the policy it has. */
  createQueue(props: { name: string; policy?: object; region?: string }): Attributes {
    const queue = this.account.seed(QUEUE, { name: props.name }, props.region);
    if (props.policy) {
      this.account.seed(
        QUEUE_POLICY,
        { queue_url: queue.url ?? null, policy: JSON.stringify(props.policy) },
        props.region,
      );
    }
    return queue;
  }

  queue(name: string): Attributes | undefined {
    return this.account.objects.all(QUEUE).find(({ attributes }) => attributes.name === name)?.attributes;
  }

  /** The queues of a Region. */
  queues(region: string): Attributes[] {
    return this.account.objects
      .all(QUEUE)
      .map(({ attributes }) => attributes)
      .filter((attributes) => attributes.region === region);
  }

  policyOf(queueUrl: string): string {
    return policyAt(this.account, queueUrl);
  }

  /** Bodies of the messages that wait in the queue. */
  messages(name: string): readonly string[] {
    return this.account.messages.get(text(this.queue(name)?.arn)) ?? [];
  }
}

/** The policy of the queue with this ARN; empty if there is none. */
export function queuePolicyOf(account: AccountSpace, arn: string): string {
  const queue = account.objects.all(QUEUE).find(({ attributes }) => attributes.arn === arn);
  return queue === undefined ? "" : policyAt(account, queue.id);
}

function policyAt(account: AccountSpace, url: string): string {
  return text(account.objects.get(QUEUE_POLICY, url)?.attributes.policy);
}

/** Puts a message into the queue with this ARN. */
export function deliver(account: AccountSpace, arn: string, body: string): void {
  account.messages.set(arn, [...(account.messages.get(arn) ?? []), body]);
}

/** What SQS gives a queue that is created without these attributes (SQS API reference, CreateQueue). */
const DEFAULTS: Attributes = {
  delay_seconds: 0,
  max_message_size: 262_144,
  message_retention_seconds: 345_600,
  receive_wait_time_seconds: 0,
  visibility_timeout_seconds: 30,
};

/**
 * CreateQueue returns a queue that exists where every attribute of the call has the queue's value, and leaves it as it is;
 * it does not compare tags. Else it refuses (SQS API reference, CreateQueue, QueueNameExists).
 */
const queue: ResourceBehaviour = {
  operations: { create: "CreateQueue", update: "SetQueueAttributes", delete: "DeleteQueue" },
  requiresReplace: ["name", "name_prefix", "fifo_queue"],
  // The tags of the call may not be those of the queue that it returns, which Terraform takes from an older SDK only.
  legacyTypes: true,
  id: ({ name }, { account, region }) => `https://sqs.${region}.${account.cloud.urlSuffix}/${account.id}/${text(name)}`,
  computed: ({ id, name }, { account, region }) => ({
    url: id ?? null,
    arn: account.arn("sqs", text(name), region),
    sqs_managed_sse_enabled: true,
    kms_data_key_reuse_period_seconds: 300,
    ...account.objects.get(QUEUE, text(id))?.attributes,
  }),
  live: ({ id }, { account }) => ({ policy: policyAt(account, text(id)) }),
  check(attributes, target, prior) {
    const existing = target.account.objects.get(QUEUE, queue.id(attributes, target))?.attributes;
    if (prior !== null || existing === undefined) {
      return;
    }
    const different = [...Object.keys(DEFAULTS), "kms_master_key_id"].find(
      (name) => (attributes[name] ?? null) !== null && attributes[name] !== (existing[name] ?? DEFAULTS[name] ?? null),
    );
    if (different !== undefined) {
      throw awsError(
        `creating SQS Queue (${text(attributes.name)})`,
        "SQS",
        "CreateQueue",
        400,
        "QueueAlreadyExists",
        `A queue already exists with the same name and a different value for attribute ${different}`,
      );
    }
  },
};

const queuePolicy: ResourceBehaviour = {
  operations: { create: "SetQueueAttributes", delete: "SetQueueAttributes" },
  requiresReplace: ["queue_url"],
  id: ({ queue_url: url }) => text(url),
  computed: ({ id }) => ({ queue_url: id ?? null }),
  check({ queue_url: url, policy }, { account }) {
    const refuse = (code: string, message: string) =>
      awsError(`setting SQS Queue Policy (${text(url)})`, "SQS", "SetQueueAttributes", 400, code, message);
    if (account.objects.get(QUEUE, text(url)) === undefined) {
      throw refuse("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.");
    }
    if (statements(text(policy)) === undefined) {
      throw refuse("InvalidAttributeValue", "Invalid value for the parameter Policy.");
    }
  },
};

export const sqsBehaviours: Record<string, ResourceBehaviour> = { [QUEUE]: queue, [QUEUE_POLICY]: queuePolicy };
