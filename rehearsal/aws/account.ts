import { text, withoutUnknown, type Attributes } from "../protocol/values";
import { ALWAYS, type SimulationClock } from "../simulation-clock";
import { Iam } from "./iam";
import type { ResourceBehaviour, Target } from "./resource-behaviour";
import { behaviourOf } from "./registry";
import { S3 } from "./s3";
import type { AccountSpace, CloudSpace } from "./space";
import { Sqs } from "./sqs";
import { ObjectStore } from "./store";

/** One AWS account: its objects, and what can be done with them outside Terraform. */
export class AwsAccount implements AccountSpace {
  readonly objects = new ObjectStore();
  readonly messages = new Map<string, readonly string[]>();
  readonly iam: Iam;
  readonly s3: S3;
  readonly sqs: Sqs;

  constructor(
    readonly cloud: CloudSpace,
    readonly id: string,
  ) {
    this.iam = new Iam(this);
    this.s3 = new S3(this);
    this.sqs = new Sqs(this);
  }

  get partition(): string {
    return this.cloud.partition;
  }

  get clock(): SimulationClock {
    return this.cloud.clock;
  }

  arn(service: string, resource: string, region = ""): string {
    return `arn:${this.partition}:${service}:${region}:${this.id}:${resource}`;
  }

  /** An existing object of someone else: the same behaviour applies, nothing is logged. */
  seed(type: string, attributes: Attributes, region = this.cloud.region): Attributes {
    return this.store(behaviourOf(type), type, attributes, region, ALWAYS);
  }

  create(type: string, planned: Attributes, region: string): Attributes {
    const behaviour = behaviourOf(type);
    behaviour.checkToday?.(planned, null);
    const created = this.store(behaviour, type, planned, region, this.clock.now);
    this.clock.record(this.id, behaviour.operations.create, text(created.id));
    return created;
  }

  /** The current object, or null if it does not exist. */
  read(type: string, id: string): Attributes | null {
    const object = this.objects.get(type, id);
    if (object === undefined) {
      return null;
    }
    const target = { account: this, region: regionOf(object.attributes, this.cloud.region) };
    return { ...object.attributes, ...behaviourOf(type).live?.(object.attributes, target) };
  }

  update(type: string, id: string, prior: Attributes, planned: Attributes): Attributes {
    const behaviour = behaviourOf(type);
    const target = { account: this, region: regionOf(planned, this.cloud.region) };
    behaviour.check?.(planned, target, prior);
    behaviour.checkToday?.(planned, prior);
    const live = this.objects.get(type, id)?.attributes ?? prior;
    const known = withoutUnknown(planned);
    this.objects.put(type, id, { ...live, ...(behaviour.update?.(live, prior, known) ?? known) }, this.clock.now);
    this.clock.record(this.id, behaviour.operations.update ?? behaviour.operations.create, id);
    return known;
  }

  delete(type: string, id: string): void {
    const object = this.objects.get(type, id);
    if (object === undefined) {
      return;
    }
    const behaviour = behaviourOf(type);
    behaviour.checkDelete?.(object.attributes, {
      account: this,
      region: regionOf(object.attributes, this.cloud.region),
    });
    this.objects.delete(type, id);
    this.clock.record(this.id, behaviour.operations.delete, id);
  }

  private store(
    behaviour: ResourceBehaviour,
    type: string,
    given: Attributes,
    region: string,
    since: number,
  ): Attributes {
    const target: Target = { account: this, region };
    const attributes = { ...named(withoutUnknown(given)) };
    behaviour.check?.(attributes, target, null);
    const id = behaviour.id(attributes, target);
    const complete = { ...attributes, id, region, ...behaviour.computed?.({ ...attributes, id }, target) };
    this.objects.put(type, id, complete, since);
    return complete;
  }
}

function regionOf(attributes: Attributes, otherwise: string): string {
  return typeof attributes.region === "string" ? attributes.region : otherwise;
}

/** A name that was left out is made from the prefix. */
function named(attributes: Attributes): Attributes {
  const prefix = attributes.name_prefix;
  return typeof prefix === "string" && typeof attributes.name !== "string"
    ? { ...attributes, name: `${prefix}20260101000000000000000001` }
    : attributes;
}
