# The bucket notifies a topic, which serves Sentinel's queue and Defender's. Phases prepare, fanout and rollback.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = { source = "hashicorp/aws" }
  }

  # Both roots have the same state. Replace this by the backend of your pipeline, with the same key in both.
  backend "local" {
    path = "../terraform.tfstate"
  }
}

variable "fanout_phase" {
  description = "prepare, fanout or rollback: no default, because a wrong one would switch the bucket."
  type        = string
}

variable "aws_account_id" {
  description = "The account that owns Sentinel's queue."
  type        = string
}

variable "bucket_name" {
  description = "The bucket to which CloudTrail delivers."
  type        = string
}

variable "sentinel_queue_name" {
  description = "Sentinel's queue."
  type        = string
}

provider "aws" {
  region              = "eu-central-1"
  allowed_account_ids = [var.aws_account_id]
}

# The address of the call is the address of the lock: give it another name only after the release.
module "fanout" {
  source = "../.."

  phase = var.fanout_phase

  aws_account_id      = var.aws_account_id
  aws_region          = "eu-central-1"
  bucket_name         = var.bucket_name
  sentinel_queue_name = var.sentinel_queue_name
  reader_role_arns    = []
}

output "bucket_arn" {
  description = "ARN of the bucket: the portal asks for it."
  value       = module.fanout.bucket_arn
}

output "defender_queue_arn" {
  description = "ARN of Defender's queue: the portal asks for it."
  value       = module.fanout.defender_queue_arn
}

output "key_policy_statements" {
  description = "What the owners of the keys must add to their policies."
  value       = module.fanout.key_policy_statements
}
