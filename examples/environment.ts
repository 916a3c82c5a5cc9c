import type { TerraformStack } from "cdktf";
import { FORMATS, inputVariable } from "../modules";
import type { Format } from "../modules";

/*
 * The values that differ per environment: Terraform variables with the same names in every example.
 */

/** AWS account and region. */
export function awsVariables(stack: TerraformStack) {
  const variable = variablesOf(stack);
  return {
    awsAccountId: variable(
      "aws_account_id",
      "The AWS account: 12 digits. The AWS credentials must belong to it.",
      FORMATS.awsAccountId,
    ),
    awsRegion: variable("aws_region", "Region of the AWS provider, for instance eu-central-1.", FORMATS.awsRegion),
  };
}

/** Subscription, resource group, location and name of the connector. */
export function azureVariables(stack: TerraformStack) {
  const variable = variablesOf(stack);
  return {
    entraTenantId: variable(
      "entra_tenant_id",
      "Entra tenant of the Azure subscription: a GUID in lower case. The roles' trusts are bound to it.",
      FORMATS.entraTenantId,
    ),
    azureSubscriptionId: variable(
      "azure_subscription_id",
      "Azure subscription of the connector: a GUID.",
      FORMATS.guid,
    ),
    resourceGroupName: variable(
      "resource_group_name",
      "Existing Azure resource group for the connector.",
      FORMATS.resourceGroupName,
    ),
    location: variable("location", "Azure location of the connector, for instance westeurope.", FORMATS.azureLocation),
    connectorName: variable(
      "connector_name",
      "Name of the connector, for instance aws-production.",
      FORMATS.connectorName,
    ),
  };
}

/** Makes variables that are checked when Terraform plans. */
export function variablesOf(stack: TerraformStack) {
  return (name: string, description: string, format: Format): string =>
    inputVariable(stack, name, { description, format }).stringValue;
}
