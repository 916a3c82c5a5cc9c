import { sameValue, text, type Attributes } from "../../protocol/values";
import { stableUuid } from "../../provider/state";
import { CloudError } from "../../cloud-error";
import type { AwsAccount } from "../account";
import { callCustomResource, type CustomResourceEvent } from "./custom-resource";
import { generatedName, render, type DesiredObject } from "./resource-types";
import { creationOrder, resolve, type Scope, type Template, type TemplateResource } from "./template";

/** A resource that a stack has made. */
interface Made {
  readonly logicalId: string;
  readonly resource: TemplateResource;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly physicalId: unknown;
  readonly attributes: Attributes;
  /** Objects in the account, in the order in which they were made. */
  readonly objects: readonly { readonly type: string; readonly id: string; readonly attributes: Attributes }[];
}

/** A CloudFormation stack in one account: what it made, and how it is taken back. */
export class Stack {
  readonly id: string;
  private made: Made[] = [];
  /** Replaced objects, which stay until the clean-up. */
  private readonly replaced: Made[] = [];
  private requests = 0;

  constructor(
    private readonly account: AwsAccount,
    readonly name: string,
  ) {
    this.id = account.arn(
      "cloudformation",
      `stack/${name}/${stableUuid(`${account.id} ${name}`)}`,
      account.cloud.region,
    );
  }

  /** Creates everything; where something fails, deletes what was made and throws. */
  async create(template: Template, parameters: Attributes): Promise<void> {
    try {
      await this.apply(template, parameters);
    } catch (error) {
      await this.delete();
      throw error;
    }
  }

  /** Creates and changes what the template has, then deletes what it has no longer, and what was replaced. */
  async update(template: Template, parameters: Attributes): Promise<void> {
    this.refuseOtherTypes(template);
    await this.apply(template, parameters);
    const gone = this.made.filter(({ logicalId }) => !(logicalId in template.Resources));
    for (const made of [...inOrder(gone).reverse(), ...this.replaced.splice(0).reverse()]) {
      await this.remove(made);
    }
  }

  private refuseOtherTypes({ Resources: resources }: Template): void {
    const changed = this.made.filter(({ logicalId, resource }) => {
      const type = resources[logicalId]?.Type;
      return type !== undefined && type !== resource.Type;
    });
    if (changed.length > 0) {
      const ids = changed.map(({ logicalId }) => logicalId).join(", ");
      throw new CloudError(
        `ValidationError: Update of resource type is not permitted. The new template modifies resource type of the following resources: [${ids}]`,
      );
    }
  }

  async delete(): Promise<void> {
    for (const made of inOrder(this.made).reverse()) {
      await this.remove(made);
    }
  }

  private async apply(template: Template, parameters: Attributes): Promise<void> {
    const scope = this.scope(template, parameters);
    const wanted = Object.fromEntries(
      Object.entries(template.Resources).filter(
        ([, { Condition }]) => Condition === undefined || scope.condition(Condition),
      ),
    );
    for (const logicalId of creationOrder(wanted)) {
      const resource = wanted[logicalId];
      if (resource) {
        const properties = resolve(resource.Properties ?? {}, scope) as Made["properties"];
        await this.make(logicalId, resource, properties);
      }
    }
  }

  private async make(logicalId: string, resource: TemplateResource, properties: Made["properties"]): Promise<void> {
    const before = this.made.find((made) => made.logicalId === logicalId);
    if (before && JSON.stringify(before.properties) === JSON.stringify(properties)) {
      this.remember({ ...before, resource });
      return;
    }
    if (resource.Type.startsWith("Custom::")) {
      await this.makeCustom(logicalId, resource, properties, before);
      return;
    }
    const place = { account: this.account, generatedName: generatedName(this.name, logicalId) };
    const rendered = render(resource.Type, properties, place);
    const objects = rendered.objects.map((object) => this.put(object, before));
    const first = objects[0]?.attributes ?? {};
    this.remember({
      logicalId,
      resource,
      properties,
      physicalId: rendered.ref(first),
      attributes: rendered.attributes(first),
      objects,
    });
    const left = (before?.objects ?? []).filter(
      (old) => !objects.some((object) => object.type === old.type && object.id === old.id),
    );
    if (before && before.resource.UpdateReplacePolicy !== "Retain") {
      this.replaced.push({ ...before, objects: left });
    }
  }

  private put({ type, attributes }: DesiredObject, before: Made | undefined): Made["objects"][number] {
    const same = before?.objects.find(
      (object) =>
        object.type === type &&
        sameValue(object.attributes.name, attributes.name) &&
        issuer(object.attributes) === issuer(attributes) &&
        sameValue(object.attributes.policy_arn, attributes.policy_arn),
    );
    if (same) {
      this.account.update(type, same.id, same.attributes, attributes);
      return { type, id: same.id, attributes: { ...same.attributes, ...attributes } };
    }
    const created = this.account.create(type, attributes, this.account.cloud.region);
    return { type, id: text(created.id), attributes: created };
  }

  private async makeCustom(
    logicalId: string,
    resource: TemplateResource,
    properties: Made["properties"],
    before: Made | undefined,
  ): Promise<void> {
    const answer = await callCustomResource(this.account, {
      ...this.event(logicalId, resource, properties),
      RequestType: before ? "Update" : "Create",
      ...(before ? { PhysicalResourceId: String(before.physicalId), OldResourceProperties: before.properties } : {}),
    });
    const failed = answer.Status === "FAILED";
    if (!failed || !before) {
      const { PhysicalResourceId: physicalId } = answer;
      this.remember({ logicalId, resource, properties, physicalId, attributes: {}, objects: [] });
    }
    if (failed) {
      throw new CloudError(`${logicalId}: ${answer.Reason ?? ""}`);
    }
    if (before && before.physicalId !== answer.PhysicalResourceId) {
      this.replaced.push(before);
    }
  }

  private async remove(made: Made): Promise<void> {
    this.made = this.made.filter((other) => other !== made);
    if (made.resource.Type.startsWith("Custom::")) {
      const answer = await callCustomResource(this.account, {
        ...this.event(made.logicalId, made.resource, made.properties),
        RequestType: "Delete",
        PhysicalResourceId: String(made.physicalId),
      });
      if (answer.Status === "FAILED") {
        throw new CloudError(`${made.logicalId}: ${answer.Reason ?? ""}`);
      }
    } else if (made.resource.DeletionPolicy !== "Retain") {
      for (const { type, id } of [...made.objects].reverse()) {
        this.account.delete(type, id);
      }
    }
  }

  private remember(made: Made): void {
    this.made = [...this.made.filter(({ logicalId }) => logicalId !== made.logicalId), made];
  }

  private event(
    logicalId: string,
    resource: TemplateResource,
    properties: Made["properties"],
  ): Omit<CustomResourceEvent, "RequestType"> {
    this.requests += 1;
    return {
      StackId: this.id,
      RequestId: stableUuid(`${this.id} ${this.requests}`),
      LogicalResourceId: logicalId,
      ResourceType: resource.Type,
      ResourceProperties: properties,
    };
  }

  private scope(template: Template, parameters: Attributes): Scope {
    const { cloud, id: accountId } = this.account;
    const pseudo: Record<string, string> = {
      "AWS::Partition": cloud.partition,
      "AWS::AccountId": accountId,
      "AWS::Region": cloud.region,
      "AWS::URLSuffix": cloud.urlSuffix,
      "AWS::StackId": this.id,
      "AWS::StackName": this.name,
    };
    const defaults = Object.fromEntries(
      Object.entries(template.Parameters ?? {}).map(([name, { Default }]) => [name, Default]),
    );
    const values: Record<string, unknown> = { ...defaults, ...parameters, ...pseudo };
    const madeAs = (logicalId: string): Made => {
      const made = this.made.find((other) => other.logicalId === logicalId);
      if (made === undefined) {
        throw new CloudError(`Template error: Unresolved resource dependencies [${logicalId}]`);
      }
      return made;
    };
    const scope: Scope = {
      ref: (name) => values[name] ?? madeAs(name).physicalId,
      attribute: (logicalId, attribute) => madeAs(logicalId).attributes[attribute],
      condition: (name) => resolve(template.Conditions?.[name], scope) === true,
    };
    return scope;
  }
}

/** The resources in the order in which CloudFormation would create them now. */
function inOrder(resources: readonly Made[]): Made[] {
  const byId = new Map(resources.map((made) => [made.logicalId, made]));
  const order = creationOrder(Object.fromEntries(resources.map(({ logicalId, resource }) => [logicalId, resource])));
  return order.flatMap((logicalId) => byId.get(logicalId) ?? []);
}

/** The URL of an identity provider: a new one makes another provider. */
function issuer({ url }: Attributes): string {
  return text(url).replace(/^https:\/\//, "");
}
