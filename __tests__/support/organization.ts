import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import { AccountOnboarding, AzapiProvider, OrganizationOnboarding, requireProviders } from "../../modules";
import type { AccountOnboardingProps, OrganizationOnboardingProps } from "../../modules";
import type { CloudFormationTemplate } from "../../modules/member-accounts";
import { AwsCloud, AzureCloud, type Organization, type StackJson } from "../../rehearsal";
import { synthesized, testApp } from "./test-app";

export const MANAGEMENT = "111111111111";
export const SUBSCRIPTION = "00000000-0000-4000-8000-000000000001";
export const TENANT = "11111111-2222-4333-8444-555555555555";
export const REGION = "eu-central-1";
export const ROOT = "r-ab12";
export const WORKLOADS = "ou-ab12-workload";
export const SANDBOX = "ou-ab12-sandbox1";

/** Everything that can be selected without further inputs. */
export const ALL_PLANS = { defenderCspm: {}, servers: { subPlan: "P2" as const }, containers: {}, databases: {} };

export const ACCOUNT_PROPS: AccountOnboardingProps = {
  awsAccountId: MANAGEMENT,
  awsRegion: REGION,
  entraTenantId: TENANT,
  accessLevel: "leastPrivilege",
  plans: ALL_PLANS,
  azureSubscriptionId: SUBSCRIPTION,
  resourceGroupName: "security",
  location: "westeurope",
  connectorName: "organization",
};

export const ORGANIZATION_PROPS: OrganizationOnboardingProps = {
  ...ACCOUNT_PROPS,
  stackSetName: "DefenderForCloud",
  targets: [ROOT],
};

/** A synthesized stack with providers, around the given constructs. */
export function synthesize(build: (stack: TerraformStack) => void): StackJson {
  const stack = new TerraformStack(testApp(), "test");
  new AwsProvider(stack, "aws", { region: REGION });
  new AzapiProvider(stack, "azapi", { subscriptionId: SUBSCRIPTION });
  requireProviders(stack, "aws", "azapi", "time");
  build(stack);
  return synthesized(stack);
}

export function organizationStack(props: Partial<OrganizationOnboardingProps> = {}): StackJson {
  return synthesize((stack) => new OrganizationOnboarding(stack, "Onboarding", { ...ORGANIZATION_PROPS, ...props }));
}

export function accountStack(props: Partial<AccountOnboardingProps> = {}): StackJson {
  return synthesize((stack) => new AccountOnboarding(stack, "Onboarding", { ...ACCOUNT_PROPS, ...props }));
}

/** The only resource of a type. */
export function only(stack: StackJson, type: string): Record<string, unknown> {
  const found = Object.values((stack.resource?.[type] ?? {}) as Record<string, Record<string, unknown>>);
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`expected one ${type}, found ${found.length}`);
  }
  return found[0];
}

/** The template of the member accounts, as Terraform sends it to AWS where it holds no Terraform value. */
export function templateOf(stack: StackJson): CloudFormationTemplate {
  const { template_body: body } = only(stack, "aws_cloudformation_stack_set");
  return JSON.parse(String(body).replaceAll("$${", "${").replaceAll("%%{", "%{")) as CloudFormationTemplate;
}

/** Clouds with an organization: a root, two units below it, and the management account. */
export function organizationClouds(props: Parameters<AwsCloud["createOrganization"]>[0] = {}) {
  const aws = new AwsCloud({ callerAccountId: MANAGEMENT, region: REGION });
  const azure = new AzureCloud({ aws, subscriptionId: SUBSCRIPTION, resourceGroups: ["security"] });
  const organization: Organization = aws.createOrganization(props);
  organization.addUnit(WORKLOADS);
  organization.addUnit(SANDBOX);
  return { aws, azure, organization };
}
