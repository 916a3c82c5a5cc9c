import { TerraformStack } from "cdktf";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { fault, oneOf, read } from "../inputs";
import { nearestProvider } from "./nearest-provider";

/** Sources and version ranges of the providers, by the name under which a stack knows them. */
export const PROVIDERS = {
  /** The oldest is the one that the tests against the emulator run. */
  aws: { source: "hashicorp/aws", version: ">= 5.100, < 7" },
  /** For resources in several regions of one provider: argument `region` came with 6.0 (upgrade guide of the provider). */
  awsForRegions: { source: "hashicorp/aws", version: ">= 6.0, < 7" },
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

/** The ranges of hashicorp/aws, from the widest to the narrowest. */
const AWS_RANGES: readonly ProviderName[] = ["aws", "awsForRegions", "awsForFanout"];

/** What constructs of a stack need of hashicorp/aws. */
const neededOfAws = new WeakMap<TerraformStack, ProviderName>();
/** What a stack requires of it by {@link requireProviders}. */
const requiredOfAws = new WeakMap<TerraformStack, ProviderName>();

/**
 * Writes provider requirements that suit a pipeline: qualified sources and version ranges, where the generated provider
 * classes would pin one exact version; and the version of Terraform or OpenTofu that
 * `import` and `removed` blocks need. What a construct of the stack needs of hashicorp/aws counts, too.
 * @throws InputError for an unknown name
 */
export function requireProviders(stack: TerraformStack, ...names: readonly ProviderName[]): void {
  stack.addOverride("terraform.required_version", TERRAFORM_VERSION);
  for (const name of names) {
    read(oneOf(PROVIDER_NAMES), name, "name of a provider");
    if (AWS_RANGES.includes(name)) {
      requiredOfAws.set(stack, narrower(name, requiredOfAws.get(stack)));
      writeAwsRange(stack);
    } else {
      stack.addOverride(`terraform.required_providers.${name}`, PROVIDERS[name]);
    }
  }
}

/**
 * Says that a construct needs hashicorp/aws 6: the requirement of its stack becomes narrower. A stack without
 * {@link requireProviders} has the version of its bindings, and an older one is a fault at synth.
 * @param prop - the input that needs it
 * @param value - its value
 */
export function needAwsForRegions(
  construct: Construct,
  prop: string,
  value: unknown,
  awsProvider?: TerraformProvider,
): void {
  const stack = TerraformStack.of(construct);
  neededOfAws.set(stack, narrower("awsForRegions", neededOfAws.get(stack)));
  writeAwsRange(stack);
  construct.node.addValidation({
    validate: () => {
      const bindings = awsProvider ?? nearestProvider(construct, "aws");
      const version = bindings?.terraformGeneratorMetadata?.providerVersion;
      return version === undefined || requiredOfAws.has(stack) || Number(version.split(".")[0]) >= 6
        ? []
        : [
            fault(
              prop,
              value,
              `it needs hashicorp/aws 6 or later, and the AWS provider of the stack is ${version}: use bindings of 6, or call requireProviders(stack, "aws")`,
            ).message,
          ];
    },
  });
}

function narrower(one: ProviderName, other: ProviderName = one): ProviderName {
  return AWS_RANGES.indexOf(one) < AWS_RANGES.indexOf(other) ? other : one;
}

function writeAwsRange(stack: TerraformStack): void {
  const required = requiredOfAws.get(stack);
  if (required !== undefined) {
    const range = PROVIDERS[narrower(required, neededOfAws.get(stack))];
    stack.addOverride("terraform.required_providers.aws", range);
  }
}
