# Two accounts from one root. A module's providers cannot be chosen by for_each, so each account has a call of its own.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws   = { source = "hashicorp/aws" }
    azapi = { source = "Azure/azapi" }
  }
}

variable "azure_subscription_id" {
  description = "Azure subscription of the connectors: a GUID."
  type        = string
}

variable "entra_tenant_id" {
  description = "Entra tenant of the subscription: a GUID in lower case."
  type        = string
}

variable "account_ids" {
  description = "The AWS accounts, by the name of their provider."
  type = object({
    production = string
    test       = string
  })
}

variable "deployer_role" {
  description = "Name of the role that deploys in each account: the credentials of this run may assume it."
  type        = string
}

provider "aws" {
  alias               = "production"
  region              = "eu-central-1"
  allowed_account_ids = [var.account_ids.production]

  assume_role {
    role_arn = "arn:aws:iam::${var.account_ids.production}:role/${var.deployer_role}"
  }
}

provider "aws" {
  alias               = "test"
  region              = "eu-central-1"
  allowed_account_ids = [var.account_ids.test]

  assume_role {
    role_arn = "arn:aws:iam::${var.account_ids.test}:role/${var.deployer_role}"
  }
}

provider "azapi" {
  subscription_id            = var.azure_subscription_id
  skip_provider_registration = true

  # Without it a change that only removes fields from the connector would plan nothing.
  ignore_no_op_changes = false
}

locals {
  shared = {
    aws_region            = "eu-central-1"
    entra_tenant_id       = var.entra_tenant_id
    azure_subscription_id = var.azure_subscription_id
    resource_group_name   = "security"
    location              = "westeurope"
    access_level          = "leastPrivilege"
  }
}

module "production" {
  source    = "../.."
  providers = { aws = aws.production }

  aws_account_id        = var.account_ids.production
  connector_name        = "aws-production"
  aws_region            = local.shared.aws_region
  entra_tenant_id       = local.shared.entra_tenant_id
  azure_subscription_id = local.shared.azure_subscription_id
  resource_group_name   = local.shared.resource_group_name
  location              = local.shared.location
  access_level          = local.shared.access_level

  defender_cspm = {}
  servers       = { sub_plan = "P2" }
}

module "test" {
  source    = "../.."
  providers = { aws = aws.test }

  aws_account_id        = var.account_ids.test
  connector_name        = "aws-test"
  aws_region            = local.shared.aws_region
  entra_tenant_id       = local.shared.entra_tenant_id
  azure_subscription_id = local.shared.azure_subscription_id
  resource_group_name   = local.shared.resource_group_name
  location              = local.shared.location
  access_level          = local.shared.access_level
}

output "role_arns" {
  description = "ARNs of the roles that Defender assumes, by account and key."
  value = {
    production = module.production.role_arns
    test       = module.test.role_arns
  }
}
