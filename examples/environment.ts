import type { TerraformStack } from "cdktf";
import { FORMATS, inputVariable } from "../modules";
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
      FORMATS.awsAccountId,
    ),
    awsRegion: variable("aws_region", "Region of the AWS provider, for instance eu-central-1.", FORMATS.awsRegion),
  };
}

/** Where the connector goes. */
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
      "Azure subscription that takes the connector: a GUID.",
      FORMATS.guid,
    ),
    resourceGroupName: variable(
      "resource_group_name",
      "Existing Azure resource group that takes the connector.",
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
