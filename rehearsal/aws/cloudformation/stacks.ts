import { text, type Attributes } from "../../protocol/values";
import type { AwsAccount } from "../account";
import { awsError } from "../resource-behaviour";
import type { StackOperations } from "../space";
import { Stack } from "./stack";
import { checkTemplateRequest, templateRequest } from "./template-request";

/** The stacks of the account that Terraform's credentials belong to. */
export class Stacks implements StackOperations {
  private readonly stacks = new Map<string, Stack>();

  constructor(private readonly cloud: { readonly caller: AwsAccount }) {}

  check(attributes: Attributes, isNew: boolean): void {
    const name = text(attributes.name);
    const [doing, operation] = isNew ? (["creating", "CreateStack"] as const) : (["updating", "UpdateStack"] as const);
    const refuse = (code: string, message: string) =>
      awsError(`${doing} CloudFormation Stack (${name})`, "CloudFormation", operation, 400, code, message);
    checkTemplateRequest(attributes, this.cloud.caller.objects, refuse);
    if (isNew && this.stacks.has(this.key(name))) {
      throw refuse("AlreadyExistsException", `Stack [${name}] already exists`);
    }
  }

  /** A stack that fails stays without resources, until it is deleted. */
  async create(attributes: Attributes): Promise<void> {
    const name = text(attributes.name);
    const stack = new Stack(this.cloud.caller, name);
    this.stacks.set(this.key(name), stack);
    const { template, parameters } = templateRequest(attributes, this.cloud.caller.objects);
    await stack.create(template, parameters);
  }

  async update(attributes: Attributes): Promise<void> {
    const { template, parameters } = templateRequest(attributes, this.cloud.caller.objects);
    await this.stacks.get(this.key(text(attributes.name)))?.update(template, parameters);
  }

  async delete(attributes: Attributes): Promise<void> {
    const key = this.key(text(attributes.name));
    await this.stacks.get(key)?.delete();
    this.stacks.delete(key);
  }

  private key(name: string): string {
    return `${this.cloud.caller.id} ${name}`;
  }
}
