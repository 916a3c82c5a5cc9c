import type { TerraformStack } from "cdktf";
import { oneOf, read } from "../inputs";

/** Sources and version ranges of the providers, by the name under which a stack knows them. */
export const PROVIDERS = {
  /** The oldest is the one that the tests against the emulator run. */
  aws: { source: "hashicorp/aws", version: ">= 5.100, < 7" },
  /** For a stack with a fan-out: data source `aws_s3_bucket_notification` came with 6.52 (CHANGELOG of the provider). */
  awsForFanout: { source: "hashicorp/aws", version: ">= 6.52, < 7" },
  azurerm: { source: "hashicorp/azurerm", version: ">= 4.0, < 6.0" },
  azapi: { source: "Azure/azapi", version: "~> 2.11" },
  time: { source: "hashicorp/time", version: "~> 0.13" },
} as const;

/** Of Terraform and of OpenTofu, which reads the same setting: `removed` blocks that keep their object came with OpenTofu 1.10. */
export const TERRAFORM_VERSION = ">= 1.10";

/** Name of a provider in {@link requireProviders}. */
export type ProviderName = keyof typeof PROVIDERS;

const PROVIDER_NAMES = Object.keys(PROVIDERS);

/**
 * Writes provider requirements that suit a pipeline: qualified sources and version ranges, where the generated provider
 * classes would pin one exact version; and the version of Terraform or OpenTofu that
 * `import` and `removed` blocks need.
 * @throws InputError for an unknown name
 */
export function requireProviders(stack: TerraformStack, ...names: readonly ProviderName[]): void {
  stack.addOverride("terraform.required_version", TERRAFORM_VERSION);
  for (const name of names) {
    read(oneOf(PROVIDER_NAMES), name, "name of a provider");
    const localName = name === "awsForFanout" ? "aws" : name;
    stack.addOverride(`terraform.required_providers.${localName}`, PROVIDERS[name]);
  }
}
