# An organization. The AWS credentials must belong to the management account: Defender for Cloud does not support delegated administrators.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws   = { source = "hashicorp/aws" }
    azapi = { source = "Azure/azapi" }
  }
}

variable "management_account_id" {
  description = "The management account of the organization."
  type        = string
}

variable "azure_subscription_id" {
  description = "Azure subscription of the connector: a GUID."
  type        = string
}

variable "entra_tenant_id" {
  description = "Entra tenant of the subscription: a GUID in lower case."
  type        = string
}

variable "targets" {
  description = "Root or organizational units whose accounts are connected."
  type        = list(string)
}

provider "aws" {
  region              = "eu-central-1"
  allowed_account_ids = [var.management_account_id]
}

provider "azapi" {
  subscription_id            = var.azure_subscription_id
  skip_provider_registration = true

  # Without it a change that only removes fields from the connector would plan nothing.
  ignore_no_op_changes = false
}

module "organization" {
  source = "../.."

  aws_account_id        = var.management_account_id
  aws_region            = "eu-central-1"
  entra_tenant_id       = var.entra_tenant_id
  azure_subscription_id = var.azure_subscription_id
  resource_group_name   = "security"
  location              = "westeurope"
  connector_name        = "aws-organization"
  access_level          = "leastPrivilege"
  targets               = var.targets

  defender_cspm = {}
  servers       = { sub_plan = "P2" }
  containers    = {}
  databases     = { databases_posture = true }
}

output "role_arns" {
  description = "ARNs of the management account's roles that Defender assumes, by key. Members have the same names."
  value       = module.organization.role_arns
}
