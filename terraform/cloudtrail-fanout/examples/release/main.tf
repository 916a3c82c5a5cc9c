# The release, for the state of the root in ../bucket: destroys topic and queues, and leaves the bucket's rules and Sentinel's
# policy as they are. It has no import blocks.

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

module "fanout" {
  source = "../../release"

  phase = "release"

  aws_account_id      = var.aws_account_id
  aws_region          = "eu-central-1"
  bucket_name         = var.bucket_name
  sentinel_queue_name = var.sentinel_queue_name
  reader_role_arns    = []
}
