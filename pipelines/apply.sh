#!/usr/bin/env bash
# Applies exactly the plan that plan.sh made. Terraform refuses it if the state has changed since.
#
# Usage: apply.sh <folder plan/>
set -euo pipefail
cd "$1"

export TF_IN_AUTOMATION=1
terraform init -input=false -lockfile=readonly
terraform apply -input=false -lock-timeout=5m tfplan
