import type { TerraformStack } from "cdktf";
import {
  AWS_ACCOUNT_ID,
  AWS_REGION,
  AZURE_LOCATION,
  CONNECTOR_NAME,
  ENTRA_TENANT_ID,
  GUID,
  inputVariable,
  RESOURCE_GROUP_NAME,
} from "../modules";
import type { Format } from "../modules";

/*
 * The values that differ from environment to environment: Terraform variables of the same names in every example.
 */

/** Which AWS account, and where. */
export function awsVariables(stack: TerraformStack) {
  const variable = variablesOf(stack);
  return {
    awsAccountId: variable(
      "aws_account_id",
      "The AWS account: 12 digits. The AWS credentials must belong to it.",
      AWS_ACCOUNT_ID,
    ),
    awsRegion: variable("aws_region", "Region of the AWS provider, for instance eu-central-1.", AWS_REGION),
  };
}

/** Where the connector goes. */
export function azureVariables(stack: TerraformStack) {
  const variable = variablesOf(stack);
  return {
    entraTenantId: variable(
      "entra_tenant_id",
      "Entra tenant of the Azure subscription: a GUID in lower case. The roles' trusts are bound to it.",
      ENTRA_TENANT_ID,
    ),
    azureSubscriptionId: variable(
      "azure_subscription_id",
      "Azure subscription that takes the connector: a GUID.",
      GUID,
    ),
    resourceGroupName: variable(
      "resource_group_name",
      "Existing Azure resource group that takes the connector.",
      RESOURCE_GROUP_NAME,
    ),
    location: variable("location", "Azure location of the connector, for instance westeurope.", AZURE_LOCATION),
    connectorName: variable(
      "connector_name",
      "Name of the connector: 1 to 63 letters, digits, hyphens or underscores.",
      CONNECTOR_NAME,
    ),
  };
}

/** Makes variables that are checked when Terraform plans. */
export function variablesOf(stack: TerraformStack) {
  return (name: string, description: string, format: Format): string =>
    inputVariable(stack, name, { description, format }).stringValue;
}
