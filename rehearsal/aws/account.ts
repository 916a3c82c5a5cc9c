import { text, withoutUnknown, type Attributes } from "../protocol/values";
import { ALWAYS, type World } from "../world";
import type { AwsCloud } from "./cloud";
import { Iam } from "./iam";
import type { AwsRule, Target } from "./rule";
import { ruleFor } from "./rules";
import { S3 } from "./s3";
import { Sqs } from "./sqs";
import { ObjectStore } from "./store";

/** One AWS account: its objects, and what can be done with them outside Terraform. */
export class AwsAccount {
  readonly objects = new ObjectStore();
  readonly iam: Iam;
  readonly s3: S3;
  readonly sqs: Sqs;

  constructor(
    readonly cloud: AwsCloud,
    readonly id: string,
  ) {
    this.iam = new Iam(this);
    this.s3 = new S3(this);
    this.sqs = new Sqs(this);
  }

  get partition(): string {
    return this.cloud.partition;
  }

  get world(): World {
    return this.cloud.world;
  }

  arn(service: string, resource: string, region = ""): string {
    return `arn:${this.partition}:${service}:${region}:${this.id}:${resource}`;
  }

  /** An object that was there before, made by somebody else: the same rules apply, nothing is logged. */
  given(type: string, attributes: Attributes, region = this.cloud.region): Attributes {
    return this.store(ruleFor(type), type, attributes, region, ALWAYS);
  }

  create(type: string, planned: Attributes, region: string): Attributes {
    const rule = ruleFor(type);
    const created = this.store(rule, type, planned, region, this.world.now);
    this.world.record(this.id, rule.operations.create, text(created.id));
    return created;
  }

  /** The object as it is now, or null when there is none. */
  read(type: string, id: string): Attributes | null {
    const object = this.objects.get(type, id);
    if (object === undefined) {
      return null;
    }
    const target = { account: this, region: regionOf(object.attributes, this.cloud.region) };
    return { ...object.attributes, ...ruleFor(type).live?.(object.attributes, target) };
  }

  update(type: string, id: string, prior: Attributes, planned: Attributes): Attributes {
    const rule = ruleFor(type);
    const target = { account: this, region: regionOf(planned, this.cloud.region) };
    rule.check?.(planned, target, prior);
    const live = this.objects.get(type, id)?.attributes ?? prior;
    const known = withoutUnknown(planned);
    this.objects.put(type, id, { ...live, ...(rule.update?.(live, prior, known) ?? known) }, this.world.now);
    this.world.record(this.id, rule.operations.update ?? rule.operations.create, id);
    return known;
  }

  delete(type: string, id: string): void {
    const object = this.objects.get(type, id);
    if (object === undefined) {
      return;
    }
    const rule = ruleFor(type);
    rule.checkDelete?.(object.attributes, {
      account: this,
      region: regionOf(object.attributes, this.cloud.region),
    });
    this.objects.delete(type, id);
    this.world.record(this.id, rule.operations.delete, id);
  }

  private store(rule: AwsRule, type: string, given: Attributes, region: string, since: number): Attributes {
    const target: Target = { account: this, region };
    const attributes = { ...named(withoutUnknown(given)) };
    rule.check?.(attributes, target, null);
    const id = rule.id(attributes, target);
    const complete = { ...attributes, id, region, ...rule.computed?.({ ...attributes, id }, target) };
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
