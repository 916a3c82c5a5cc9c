import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import type { TerraformStack } from "cdktf";
import { AzapiProvider } from "../azure-connector";
import { AWS_ACCOUNT_ID, AWS_REGION, flag, GUID, object, optional, text, withDefault } from "../inputs";
import { checkInputs, requireProviders } from "../terraform";

/** The providers of a stack. */
export interface StackProvidersProps {
  /** The AWS account: 12 digits. Credentials of another stop every plan, every apply and every destroy. */
  readonly awsAccountId: string;
  /** Region of the AWS provider, for instance `eu-central-1`. */
  readonly awsRegion: string;
  /**
   * Azure subscription of the connector, a GUID: adds azapi, and hashicorp/time for the wait before the connector.
   * @default none: the stack has no connector
   */
  readonly azureSubscriptionId?: string;
  /**
   * Whether azurerm is added for the same subscription: for `createResourceGroup` and engine `templateDeployment`; literal.
   * @default false
   */
  readonly azurerm?: boolean;
  /**
   * Whether the stack has a `CloudTrailFanout`, which needs hashicorp/aws 6.52; literal.
   * @default false: hashicorp/aws 5.100 or later
   */
  readonly cloudTrailFanout?: boolean;
}

/** The providers that were added. */
export interface StackProviders {
  /** hashicorp/aws. */
  readonly aws: AwsProvider;
  /** Azure/azapi, where a subscription was given. */
  readonly azapi?: AzapiProvider;
  /** hashicorp/azurerm, where it was asked for. */
  readonly azurerm?: AzurermProvider;
}

const STACK_PROVIDERS = object<StackProvidersProps>()({
  awsAccountId: text(AWS_ACCOUNT_ID),
  awsRegion: text(AWS_REGION),
  azureSubscriptionId: optional(text(GUID)),
  azurerm: withDefault(flag(), false),
  cloudTrailFanout: withDefault(flag(), false),
});

/**
 * Adds the providers that a stack of this package needs, with the ranges of versions that the constructs were made for. For other
 * settings create {@link AwsProvider}, {@link AzapiProvider} and {@link AzurermProvider} yourself, from this package or from your
 * own bindings, and call {@link requireProviders}.
 *
 * Resource providers are not registered in Azure: `az provider register --namespace Microsoft.Security` does it once.
 * @throws InputError for a malformed literal, and for azurerm without a subscription
 * @example
 * addProviders(this, {
 *   awsAccountId: "111122223333",
 *   awsRegion: "eu-central-1",
 *   azureSubscriptionId: "22222222-3333-4444-5555-666666666666",
 * });
 */
export function addProviders(stack: TerraformStack, props: StackProvidersProps): StackProviders {
  const { inputs } = checkInputs(STACK_PROVIDERS, props, ({ azurerm, azureSubscriptionId }, checks) => {
    if (azurerm && azureSubscriptionId === undefined) {
      checks.fault("azureSubscriptionId", undefined, "azurerm needs it: give the subscription of the connector");
    }
  });
  const { awsAccountId, awsRegion: region, azureSubscriptionId: subscriptionId, azurerm, cloudTrailFanout } = inputs;
  const aws = new AwsProvider(stack, "aws", { region, allowedAccountIds: [awsAccountId] });
  requireProviders(stack, cloudTrailFanout ? "awsForFanout" : "aws");
  if (subscriptionId === undefined) {
    return { aws };
  }
  const azapi = new AzapiProvider(stack, "azapi", { subscriptionId, skipProviderRegistration: true });
  requireProviders(stack, "azapi", "time");
  if (!azurerm) {
    return { aws, azapi };
  }
  requireProviders(stack, "azurerm");
  return {
    aws,
    azapi,
    azurerm: new AzurermProvider(stack, "azurerm", {
      features: [{}],
      subscriptionId,
      resourceProviderRegistrations: "none",
    }),
  };
}
