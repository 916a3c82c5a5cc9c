import type { TerraformStack } from "cdktf";
import {
  AWS_ACCOUNT_ID,
  AWS_REGION,
  AZURE_LOCATION,
  CONNECTOR_NAME,
  GUID,
  RESOURCE_GROUP_NAME,
} from "../modules/foundation";
import { inputVariable } from "../modules";

/** The values that differ from environment to environment: Terraform variables of the same names in every example. */
export function environmentVariables(stack: TerraformStack) {
  return {
    awsAccountId: inputVariable(stack, "aws_account_id", {
      description: "The AWS account to connect: 12 digits. The AWS credentials must belong to it.",
      format: AWS_ACCOUNT_ID,
    }).stringValue,
    awsRegion: inputVariable(stack, "aws_region", {
      description: "Region of the AWS provider, for instance eu-central-1.",
      format: AWS_REGION,
    }).stringValue,
    entraTenantId: inputVariable(stack, "entra_tenant_id", {
      description: "Entra tenant of the Azure subscription: a GUID. The roles' trusts are bound to it.",
      format: GUID,
    }).stringValue,
    azureSubscriptionId: inputVariable(stack, "azure_subscription_id", {
      description: "Azure subscription that takes the connector: a GUID.",
      format: GUID,
    }).stringValue,
    resourceGroupName: inputVariable(stack, "resource_group_name", {
      description: "Existing Azure resource group that takes the connector.",
      format: RESOURCE_GROUP_NAME,
    }).stringValue,
    location: inputVariable(stack, "location", {
      description: "Azure location of the connector, for instance westeurope.",
      format: AZURE_LOCATION,
    }).stringValue,
    connectorName: inputVariable(stack, "connector_name", {
      description: "Name of the connector: 1 to 63 letters, digits, hyphens or underscores.",
      format: CONNECTOR_NAME,
    }).stringValue,
  };
}
