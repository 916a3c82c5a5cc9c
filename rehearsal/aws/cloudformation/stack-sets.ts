import { blocks, isAttributes, text, texts, type Attributes } from "../../protocol/values";
import { stableUuid } from "../../provider/state";
import { CloudError } from "../../cloud-error";
import type { AwsAccount } from "../account";
import type { Organization } from "../organization";
import { awsError } from "../resource-behaviour";
import type { StackSetOperations } from "../space";
import { Stack } from "./stack";
import { checkTemplateRequest, templateRequest, type TemplateRequest } from "./template-request";

const STACK_SET = "aws_cloudformation_stack_set";
const INSTANCE = "aws_cloudformation_stack_set_instance";

/** The cloud in which stacks are deployed. */
interface Cloud {
  /** The account that Terraform's credentials belong to. */
  readonly caller: AwsAccount;
  account(id: string): AwsAccount;
  organizationInUse(): Organization;
}

/** Service-managed StackSets: which account has which stack, and how operations proceed. */
export class StackSets implements StackSetOperations {
  /** Stacks by StackSet and account. */
  private readonly stacks = new Map<string, Map<string, Stack>>();

  constructor(private readonly cloud: Cloud) {}

  /** Accounts that have a stack of the StackSet. */
  accountsOf(stackSet: string): string[] {
    return [...(this.stacks.get(stackSet)?.keys() ?? [])].sort();
  }

  /** Creates the stacks of one target, as `create-stack-instances` does. */
  async deploy(instance: Attributes): Promise<void> {
    const stackSet = text(instance.stack_set_name);
    const accounts = targetsOf(instance)
      .flatMap((target) => this.cloud.organizationInUse().reachedBy(target))
      .filter((accountId) => takesIn(instance, accountId));
    await this.operate(stackSet, accounts, instance, (accountId) => this.create(stackSet, accountId));
  }

  /** Deletes the stacks of one target, or only forgets them, as `delete-stack-instances` does. */
  async withdraw(instance: Attributes): Promise<void> {
    const stackSet = text(instance.stack_set_name);
    const accounts = this.accountsOf(stackSet).filter(
      (accountId) => this.isBelow(accountId, instance) && takesIn(instance, accountId),
    );
    await this.operate(stackSet, accounts, instance, (accountId) =>
      this.remove(stackSet, accountId, instance.retain_stack === true),
    );
  }

  /** Brings a changed template or changed parameters to every stack. */
  async update(stackSet: Attributes): Promise<void> {
    const name = text(stackSet.name);
    const { template, parameters } = this.content(stackSet);
    await this.operate(name, this.accountsOf(name), stackSet, async (accountId) => {
      await this.stacks.get(name)?.get(accountId)?.update(template, parameters);
    });
  }

  async accountAdded(accountId: string): Promise<void> {
    const organization = this.cloud.organizationInUse();
    for (const instance of this.instances()) {
      const isReached = targetsOf(instance).some((target) => organization.reachedBy(target).includes(accountId));
      if (this.deploysByItself(instance) && isReached && takesIn(instance, accountId)) {
        await this.create(text(instance.stack_set_name), accountId);
      }
    }
  }

  async accountMoved(accountId: string, before: readonly string[]): Promise<void> {
    for (const instance of this.instances().filter((other) => this.deploysByItself(other))) {
      const name = text(instance.stack_set_name);
      const was = targetsOf(instance).some((target) => before.includes(target));
      if (was && !this.isBelow(accountId, instance) && this.stacks.get(name)?.has(accountId)) {
        const [options] = blocks(this.stackSet(name).auto_deployment);
        await this.remove(name, accountId, options?.retain_stacks_on_account_removal === true);
      }
    }
    await this.accountAdded(accountId);
  }

  /** Refuses what CloudFormation refuses about a StackSet. */
  check(stackSet: Attributes): void {
    const name = text(stackSet.name);
    const refuse = (code: string, message: string) =>
      awsError(`creating CloudFormation StackSet (${name})`, "CloudFormation", "CreateStackSet", 400, code, message);
    const organization = this.cloud.organizationInUse();
    if (organization.managementAccountId !== this.cloud.caller.id) {
      throw refuse("ValidationError", "Account used is not a management account");
    }
    if (!organization.trustedServices.some((service) => service.includes("stacksets.cloudformation"))) {
      throw refuse("ValidationError", "You must enable organizations access to operate a service managed stack set");
    }
    checkTemplateRequest(stackSet, this.cloud.caller.objects, refuse);
  }

  private content(stackSet: Attributes): TemplateRequest {
    return templateRequest(stackSet, this.cloud.caller.objects);
  }

  private async create(stackSet: string, accountId: string): Promise<void> {
    const stacks = this.stacks.get(stackSet) ?? new Map<string, Stack>();
    this.stacks.set(stackSet, stacks);
    if (!stacks.has(accountId)) {
      const stack = new Stack(
        this.cloud.account(accountId),
        `StackSet-${stackSet}-${stableUuid(`${stackSet} ${accountId}`)}`,
      );
      const { template, parameters } = this.content(this.stackSet(stackSet));
      await stack.create(template, parameters);
      stacks.set(accountId, stack);
    }
  }

  private async remove(stackSet: string, accountId: string, retain: boolean): Promise<void> {
    const stacks = this.stacks.get(stackSet);
    if (!retain) {
      await stacks?.get(accountId)?.delete();
    }
    stacks?.delete(accountId);
  }

  /** One operation: continues until more accounts fail than the preferences tolerate. */
  private async operate(
    stackSet: string,
    accounts: readonly string[],
    { operation_preferences: preferences }: Attributes,
    work: (accountId: string) => Promise<void>,
  ): Promise<void> {
    const block = isAttributes(preferences) ? preferences : blocks(preferences)[0];
    const percentage = Number(block?.failure_tolerance_percentage ?? 0);
    const tolerated = Math.floor((accounts.length * percentage) / 100);
    const failures: string[] = [];
    for (const accountId of accounts) {
      try {
        await work(accountId);
      } catch (error) {
        failures.push(`account ${accountId}: ${error instanceof Error ? error.message : String(error)}`);
        if (failures.length > tolerated) {
          throw new CloudError(`operation on StackSet ${stackSet} FAILED: ${failures.join("; ")}`);
        }
      }
    }
  }

  private stackSet(name: string): Attributes {
    return this.cloud.caller.objects.get(STACK_SET, name)?.attributes ?? {};
  }

  private instances(): Attributes[] {
    return this.cloud.caller.objects.all(INSTANCE).map(({ attributes }) => attributes);
  }

  private deploysByItself(instance: Attributes): boolean {
    return blocks(this.stackSet(text(instance.stack_set_name)).auto_deployment)[0]?.enabled === true;
  }

  private isBelow(accountId: string, instance: Attributes): boolean {
    const above = this.cloud.organizationInUse().targetsAbove(accountId);
    return targetsOf(instance).some((target) => above.includes(target));
  }
}

function targetsOf(instance: Attributes): string[] {
  return blocks(instance.deployment_targets).flatMap(({ organizational_unit_ids: ids }) => texts(ids));
}

/** Whether the instance's account filter lets the account through. */
function takesIn(instance: Attributes, accountId: string): boolean {
  return blocks(instance.deployment_targets).every(({ account_filter_type: filter, accounts }) => {
    const isNamed = texts(accounts).includes(accountId);
    return filter === "DIFFERENCE" ? !isNamed : filter === "INTERSECTION" ? isNamed : true;
  });
}
