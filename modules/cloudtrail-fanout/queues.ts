import { DataAwsSqsQueue } from "@cdktf/provider-aws/lib/data-aws-sqs-queue";
import { DataAwsSqsQueues } from "@cdktf/provider-aws/lib/data-aws-sqs-queues";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { addressOf } from "../terraform";

/** Tag that identifies the state that created a topic or queue. */
export const STATE_TAG = "CloudTrailFanoutState";

/**
 * Tag of Defender's queue that says when the bucket last published to the topic: `never`, `now`, or the time of the roll-back.
 * It survives a lost or outdated state.
 */
export const LAST_USE_TAG = "CloudTrailFanoutLastUse";

/** The existing queues of some names. They are listed first, because the look-up of a missing queue fails. */
export class ExistingQueues extends Construct {
  private readonly found: string;

  /** @param names - the names, as expressions */
  public constructor(scope: Construct, id: string, names: readonly string[], provider: TerraformProvider | undefined) {
    super(scope, id);
    const listed = new DataAwsSqsQueues(this, "Listed", { queueNamePrefix: "${each.key}", provider });
    listed.addOverride("for_each", `\${toset([${names.join(", ")}])}`);
    const found = new DataAwsSqsQueue(this, "Found", { name: "${each.key}", provider });
    const exists = `anytrue([for url in list.queue_urls : endswith(url, "/\${name}")])`;
    found.addOverride("for_each", `\${toset([for name, list in ${addressOf(listed)} : name if ${exists}])}`);
    this.found = addressOf(found);
  }

  /** Names of the queues whose tag does not name the state. */
  public notOf(state: string): string {
    return `[for name, queue in ${this.found} : name if try(queue.tags["${STATE_TAG}"], "") != ${state}]`;
  }

  /** URLs of the queue with this name: one or none. */
  public urls(name: string): string {
    return `[for found, queue in ${this.found} : queue.url if found == ${name}]`;
  }

  /** Value of a tag of the queue with this name. */
  public tag(name: string, tag: string, otherwise: string): string {
    return `try(${this.found}[${name}].tags["${tag}"], "${otherwise}")`;
  }
}
