# Generated from cdktf-defender-for-cloud; a change here is lost.

provider "aws" {
  alias               = "lock"
  allowed_account_ids = [var.aws_account_id]
  region              = length(compact(local.refusals)) == 0 ? var.aws_region : tobool(join(" ", compact(local.refusals)))

  dynamic "assume_role" {
    for_each = var.assume_role_arn[*]

    content {
      role_arn = assume_role.value
    }
  }
}
