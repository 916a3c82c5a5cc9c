# Generated from cdktf-defender-for-cloud; a change here is lost.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.11"
    }
    time = {
      source  = "hashicorp/time"
      version = "~> 0.13"
    }
  }
}
