import type { TerraformStack } from "cdktf";
import { STANDARD_QUEUE_NAME } from "../modules/cloudtrail-fanout/formats";
import {
  AWS_ACCOUNT_ID,
  AWS_REGION,
  AZURE_LOCATION,
  BUCKET_NAME,
  CONNECTOR_NAME,
  GUID,
  RESOURCE_GROUP_NAME,
  ROLE_ARN,
} from "../modules/foundation";
import type { Format } from "../modules/foundation";
import { inputVariable } from "../modules";

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
      "Entra tenant of the Azure subscription: a GUID. The roles' trusts are bound to it.",
      GUID,
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

/** What Sentinel has set up around the trail, and who reads beside it. */
export function trailVariables(stack: TerraformStack) {
  const variable = variablesOf(stack);
  return {
    bucketName: variable("cloudtrail_bucket_name", "The bucket into which CloudTrail writes.", BUCKET_NAME),
    sentinelQueueName: variable("sentinel_queue_name", "Name of the queue that Sentinel reads.", STANDARD_QUEUE_NAME),
    sentinelRoleArn: variable(
      "sentinel_role_arn",
      "ARN of the role with which Sentinel reads the queue. Its queue policy names it.",
      ROLE_ARN,
    ),
    sentinelRuleId: variable(
      "sentinel_rule_id",
      "Id of the bucket's rule for Sentinel's queue, as get-bucket-notification-configuration shows it.",
      { expected: "the id of the rule, 1 to 255 characters", pattern: "^.{1,255}$" },
    ),
    defenderReaderRoleArn: variable(
      "defender_reader_role_arn",
      "ARN of the role with which Defender reads, from the template that the portal generates.",
      ROLE_ARN,
    ),
  };
}

function variablesOf(stack: TerraformStack) {
  return (name: string, description: string, format: Format): string =>
    inputVariable(stack, name, { description, format }).stringValue;
}
