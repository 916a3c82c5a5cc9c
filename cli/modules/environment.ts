import { FORMATS, inputVariable } from "../../modules";
import type { Format } from "../../modules";
import type { TerraformStack } from "cdktf";

const VARIABLES: Readonly<Record<string, readonly [name: string, description: string, format: Format]>> = {
  awsAccountId: [
    "aws_account_id",
    "{account}: 12 digits. The AWS credentials must belong to it.",
    FORMATS.awsAccountId,
  ],
  awsRegion: ["aws_region", "Region of the AWS provider, for instance eu-central-1.", FORMATS.awsRegion],
  entraTenantId: [
    "entra_tenant_id",
    "Entra tenant of the Azure subscription: a GUID in lower case. The roles' trusts are bound to it.",
    FORMATS.entraTenantId,
  ],
  azureSubscriptionId: ["azure_subscription_id", "Azure subscription of the connector: a GUID.", FORMATS.guid],
  resourceGroupName: [
    "resource_group_name",
    "Existing Azure resource group for the connector.",
    FORMATS.resourceGroupName,
  ],
  location: ["location", "Azure location of the connector, for instance westeurope.", FORMATS.azureLocation],
  connectorName: ["connector_name", "Name of the connector, for instance aws-production.", FORMATS.connectorName],
};

/** Names of the props that every onboarding takes from variables. */
export type EnvironmentProp =
  | "awsAccountId"
  | "awsRegion"
  | "entraTenantId"
  | "azureSubscriptionId"
  | "resourceGroupName"
  | "location"
  | "connectorName";

/** Whether a prop comes from a variable. */
export function isFromEnvironment(prop: string): prop is EnvironmentProp {
  return Object.hasOwn(VARIABLES, prop);
}

/**
 * Makes the variables that every onboarding has, and gives them as props.
 * @param account - what the account is, for descriptions
 */
export function environmentOf(stack: TerraformStack, account: string): Readonly<Record<EnvironmentProp, string>> {
  const props = Object.entries(VARIABLES).map(([prop, [name, description, format]]) => [
    prop,
    inputVariable(stack, name, { description: description.replace("{account}", account), format }).stringValue,
  ]);
  return Object.fromEntries(props) as Record<EnvironmentProp, string>;
}
