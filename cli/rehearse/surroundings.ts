import { emptyScenario, organizationScenario, sentinelScenario } from "../../rehearsal";
import type { Clouds, StackJson } from "../../rehearsal";
import type { Values } from "./variables";

/** The two clouds in which a stack is rehearsed, and what they hold before. */
export interface Surroundings {
  readonly clouds: Clouds;
  readonly description: string;
}

/** What Sentinel has in an account, and a stack adopts or releases. */
const SHARED_WITH_SENTINEL = /"aws_(iam_openid_connect_provider|s3_bucket_notification|sqs_queue_policy)\./;

/**
 * Makes clouds that fit the stack: its account, region, subscription and resource group exist. A stack with a StackSet gets an
 * organization; one that adopts what Sentinel has gets an account that Sentinel reads.
 */
export async function surroundingsOf(stack: StackJson, values: Values): Promise<Surroundings> {
  const facts = factsOf(stack, values);
  if (stack.resource && "aws_cloudformation_stack_set" in stack.resource) {
    return { clouds: await organizationScenario(facts), description: "an organization of four accounts" };
  }
  return SHARED_WITH_SENTINEL.test(JSON.stringify([stack.import, stack.removed]))
    ? { clouds: sentinelScenario(facts), description: "an AWS account that Microsoft Sentinel reads already" }
    : { clouds: emptyScenario(facts), description: "an AWS account that is not connected to Microsoft yet" };
}

type Facts = Parameters<typeof sentinelScenario>[0] & Parameters<typeof organizationScenario>[0];

/** What the stack says about its surroundings, as a literal or by a variable. What it does not say keeps a rehearsal value. */
function factsOf(stack: StackJson, values: Values): Facts {
  const text = JSON.stringify(stack).replaceAll(/\$\{var\.(\w+)\}/g, (reference, name: string) => {
    const value = values[name];
    return typeof value === "string" ? JSON.stringify(value).slice(1, -1) : reference;
  });
  const { provider = {}, data = {} } = JSON.parse(text) as {
    provider?: Record<string, ProviderBlock | ProviderBlock[]>;
    data?: Record<string, Record<string, Record<string, unknown>>>;
  };
  const aws = [provider.aws ?? []].flat();
  const azure = [provider.azapi ?? [], provider.azurerm ?? []].flat();
  const read = (type: string, attribute: string) =>
    Object.values(data[type] ?? {}).map((block) => literal(block[attribute]));
  // Messages of the modules name targets, too: only those of the StackSet and of the variables count.
  const used = JSON.stringify([stack.resource?.aws_cloudformation_stack_set_instance, values]);
  const targets = [...new Set(used.match(/(?<=")(r|ou)-[0-9a-z-]{4,68}(?=\\*")/g) ?? [])];
  return defined({
    accountId:
      firstOf(aws.flatMap((block) => [block.allowed_account_ids ?? []].flat().map(literal))) ??
      /:iam::(\d{12}):/.exec(text)?.[1],
    region: firstOf(aws.map(({ region }) => literal(region))),
    subscriptionId:
      /\/subscriptions\/([0-9a-f-]{36})/i.exec(text)?.[1] ??
      firstOf(azure.map((block) => literal(block.subscription_id))),
    tenantId: /\btenantId\) == (?:lower\()?\\"([0-9a-f-]{36})\\"/i.exec(text)?.[1] ?? literal(values.entra_tenant_id),
    resourceGroup: /\/resourceGroups\/([\w.()-]+)/i.exec(text)?.[1] ?? literal(values.resource_group_name),
    bucket: firstOf(read("aws_s3_bucket_notification", "bucket")),
    queue: firstOf(read("aws_sqs_queues", "queue_name_prefix")),
    rootId: targets.find((id) => id.startsWith("r-")),
    units: targets.filter((id) => id.startsWith("ou-")),
  });
}

interface ProviderBlock {
  readonly region?: unknown;
  readonly allowed_account_ids?: unknown;
  readonly subscription_id?: unknown;
}

/** A text without an expression. */
function literal(value: unknown): string | undefined {
  return typeof value === "string" && !value.includes("${") ? value : undefined;
}

function firstOf(values: readonly (string | undefined)[]): string | undefined {
  return values.find((value) => value !== undefined);
}

function defined(facts: { [Fact in keyof Facts]: Facts[Fact] | undefined }): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
