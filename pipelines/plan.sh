#!/usr/bin/env bash
# Plans the stack in a folder. If something changes, the folder plan/ is made there: the plan, as a file and as text, and the
# configuration that belongs to it. It is all that apply.sh needs.
#
# Usage: plan.sh <folder of the stack>
set -euo pipefail
cd "$1"

if [ ! -f backend.tf ] && [ ! -f backend.tf.json ]; then
  echo "$1/backend.tf is missing: the state would be lost with this machine. See docs/pipelines.md, \"State\"." >&2
  exit 2
fi

export TF_IN_AUTOMATION=1
rm -rf plan
terraform init -input=false
status=0
terraform plan -input=false -lock-timeout=5m -detailed-exitcode -out=tfplan || status=$?
case $status in
  0) echo "Nothing to apply." ;;
  2)
    mkdir plan
    # Whichever of these there are: a stack without providers has no file with their checksums.
    shopt -s nullglob
    cp tfplan ./*.tf ./*.tf.json .terraform.lock.hc[l] plan/
    terraform show -no-color tfplan >plan/plan.txt
    ;;
  *) exit "$status" ;;
esac
