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
      this.addOnboardingProviders(accountOnboarding.inputs);
      new AccountOnboarding(this, "Onboarding", accountOnboarding.props);
    } else if (section === "organizationOnboarding" && organizationOnboarding) {
      this.addOnboardingProviders(organizationOnboarding.inputs);
      new OrganizationOnboarding(this, "Onboarding", organizationOnboarding.props);
    } else if (section === "cloudTrailFanout" && cloudTrailFanout) {
      this.addAws(cloudTrailFanout.inputs);
      requireProviders(this, "awsForFanout");
      new CloudTrailFanout(this, "Fanout", cloudTrailFanout.props);
    }
  }

  private addOnboardingProviders(inputs: AccountOnboardingInputs): void {
    this.addAws(inputs);
    const { azureSubscriptionId: subscriptionId, engine, createResourceGroup } = inputs;
    requireProviders(this, "aws", "time");
    if (engine === "azapi") {
      new AzapiProvider(this, "azapi", { subscriptionId, skipProviderRegistration: true });
      requireProviders(this, "azapi");
    }
    if (engine === "templateDeployment" || createResourceGroup) {
      new AzurermProvider(this, "azurerm", { features: [{}], subscriptionId, resourceProviderRegistrations: "none" });
      requireProviders(this, "azurerm");
    }
  }

  private addAws({ awsRegion, awsAccountId }: { readonly awsRegion: string; readonly awsAccountId: string }): void {
    // Credentials of another account stop everything, a destroy included.
    new AwsProvider(this, "aws", { region: awsRegion, allowedAccountIds: [awsAccountId] });
  }
}
