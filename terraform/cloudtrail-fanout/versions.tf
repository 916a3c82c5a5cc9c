# Generated from cdktf-defender-for-cloud; a change here is lost.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.52, < 7"
    }
  }
}
