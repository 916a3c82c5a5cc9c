import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { LocalBackend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  AccountOnboarding,
  AzapiProvider,
  CloudTrailFanout,
  OrganizationOnboarding,
  requireProviders,
} from "../../modules";
import type { AccountOnboardingInputs } from "../../modules/onboarding";
import type { Configuration } from "./read-configuration";
import { SECTION_NAMES } from "./schema";
import type { Section } from "./schema";

/** One stack for each section of a configuration file, named after the section. */
export function configuredStacks(scope: Construct, configuration: Configuration): readonly ConfiguredStack[] {
  return SECTION_NAMES.filter((section) => configuration[section] !== undefined).map(
    (section) => new ConfiguredStack(scope, stackName(section), configuration, section),
  );
}

function stackName(section: Section): string {
  return section.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace("cloud-trail", "cloudtrail");
}

/** A stack with the construct of one section of a configuration file, its providers, and a local state file. */
export class ConfiguredStack extends TerraformStack {
  public constructor(scope: Construct, name: string, configuration: Configuration, section: Section) {
    super(scope, name);
    // Terraform's own default, in the folder where it runs; cdktf's is an absolute path.
    new LocalBackend(this, { path: "terraform.tfstate" });
    const { accountOnboarding, organizationOnboarding, cloudTrailFanout } = configuration;
    if (section === "accountOnboarding" && accountOnboarding) {
      addOnboardingProviders(this, accountOnboarding.inputs);
      new AccountOnboarding(this, "Onboarding", accountOnboarding.props);
    } else if (section === "organizationOnboarding" && organizationOnboarding) {
      addOnboardingProviders(this, organizationOnboarding.inputs);
      new OrganizationOnboarding(this, "Onboarding", organizationOnboarding.props);
    } else if (section === "cloudTrailFanout" && cloudTrailFanout) {
      addAws(this, cloudTrailFanout.inputs);
      requireProviders(this, "awsForFanout");
      new CloudTrailFanout(this, "Fanout", cloudTrailFanout.props);
    }
  }
}

type ProviderInputs = Pick<
  AccountOnboardingInputs,
  "awsAccountId" | "awsRegion" | "azureSubscriptionId" | "engine" | "createResourceGroup"
>;

/** The providers that an onboarding uses, with the ranges of versions. */
export function addOnboardingProviders(stack: TerraformStack, inputs: ProviderInputs): void {
  const { azureSubscriptionId: subscriptionId, engine, createResourceGroup } = inputs;
  addAws(stack, inputs);
  requireProviders(stack, "aws", "time");
  if (engine === "azapi") {
    new AzapiProvider(stack, "azapi", { subscriptionId, skipProviderRegistration: true });
    requireProviders(stack, "azapi");
  }
  if (engine === "templateDeployment" || createResourceGroup) {
    new AzurermProvider(stack, "azurerm", { features: [{}], subscriptionId, resourceProviderRegistrations: "none" });
    requireProviders(stack, "azurerm");
  }
}

function addAws(
  stack: TerraformStack,
  { awsRegion, awsAccountId }: Pick<ProviderInputs, "awsRegion" | "awsAccountId">,
): void {
  // Credentials of another account stop everything, a destroy included.
  new AwsProvider(stack, "aws", { region: awsRegion, allowedAccountIds: [awsAccountId] });
}
