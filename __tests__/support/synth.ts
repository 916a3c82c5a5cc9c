import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack } from "cdktf";
import { AzapiProvider } from "../../modules";
import type { StackJson } from "../../rehearsal";
import { synthesized, testApp } from "./test-app";

/** Synthesizes a stack with every provider, validations included, and parses the result. */
export function synth(build: (stack: TerraformStack) => void): StackJson {
  const stack = new TerraformStack(testApp(), "stack");
  new AwsProvider(stack, "aws", { region: ACCOUNT.awsRegion });
  new AzurermProvider(stack, "azurerm", { features: [{}], subscriptionId: ACCOUNT.azureSubscriptionId });
  new AzapiProvider(stack, "azapi");
  build(stack);
  return synthesized(stack);
}

/** Values of one account, as a user would give them. They fit the empty scenario of the rehearsal. */
export const ACCOUNT = {
  awsAccountId: "111122223333",
  awsRegion: "eu-central-1",
  entraTenantId: "11111111-2222-4333-8444-555555555555",
  azureSubscriptionId: "00000000-0000-4000-8000-000000000001",
  resourceGroupName: "security",
  location: "westeurope",
  connectorName: "aws-production",
} as const;

/** The same values as the variables of an example. */
export const ACCOUNT_VARIABLES = {
  aws_account_id: ACCOUNT.awsAccountId,
  aws_region: ACCOUNT.awsRegion,
  entra_tenant_id: ACCOUNT.entraTenantId,
  azure_subscription_id: ACCOUNT.azureSubscriptionId,
  resource_group_name: ACCOUNT.resourceGroupName,
  location: ACCOUNT.location,
  connector_name: ACCOUNT.connectorName,
} as const;

type Resource = Readonly<Record<string, unknown>>;

/** The resources of a type, by their name in the stack, without those with `count = 0`. */
export function resourcesOf(stack: StackJson, type: string): Readonly<Record<string, Resource>> {
  const resources = stack.resource as Readonly<Record<string, Readonly<Record<string, Resource>>>> | undefined;
  return Object.fromEntries(Object.entries(resources?.[type] ?? {}).filter(([, { count }]) => count !== 0));
}

/** The only resource of a type. */
export function onlyResource(stack: StackJson, type: string): Resource {
  const found = Object.values(resourcesOf(stack, type));
  if (found.length !== 1 || !found[0]) {
    throw new Error(`expected one ${type}, found ${found.length}`);
  }
  return found[0];
}
