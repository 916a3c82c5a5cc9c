# Generated from cdktf-defender-for-cloud; a change here is lost.

data "aws_caller_identity" "account_guard" {
  lifecycle {
    postcondition {
      condition     = self.account_id == var.aws_account_id
      error_message = "The AWS credentials belong to account ${self.account_id}, but the configuration is for account ${var.aws_account_id}: use credentials of ${var.aws_account_id}, or correct the declared account."
    }

    postcondition {
      condition     = startswith(self.arn, "arn:aws:")
      error_message = "The AWS credentials belong to another partition (${self.arn}) than the declared one, aws."
    }

    precondition {
      condition     = !(local.defender_queue_name == var.sentinel_queue_name)
      error_message = "defender_queue_name: \"${local.defender_queue_name}\" is not allowed; it is Sentinel's queue, and each reader needs a queue of its own."
    }

    precondition {
      condition     = !(var.sentinel_queue_name == join("", [var.topic_name, "-sentinel-dlq"]))
      error_message = "sentinel_queue_name: \"${var.sentinel_queue_name}\" is not allowed; \"${var.topic_name}-sentinel-dlq\" is the name of a dead-letter queue: choose another topic_name."
    }

    precondition {
      condition     = !(local.defender_queue_name == join("", [var.topic_name, "-sentinel-dlq"]))
      error_message = "defender_queue_name: \"${local.defender_queue_name}\" is not allowed; \"${var.topic_name}-sentinel-dlq\" is the name of a dead-letter queue: choose another topic_name."
    }

    precondition {
      condition     = !(var.sentinel_queue_name == join("", [var.topic_name, "-defender-dlq"]))
      error_message = "sentinel_queue_name: \"${var.sentinel_queue_name}\" is not allowed; \"${var.topic_name}-defender-dlq\" is the name of a dead-letter queue: choose another topic_name."
    }

    precondition {
      condition     = !(local.defender_queue_name == join("", [var.topic_name, "-defender-dlq"]))
      error_message = "defender_queue_name: \"${local.defender_queue_name}\" is not allowed; \"${var.topic_name}-defender-dlq\" is the name of a dead-letter queue: choose another topic_name."
    }

    precondition {
      condition     = var.topic_key_arn == null ? true : startswith(var.topic_key_arn, join("", ["arn:aws:kms:", var.aws_region, ":"]))
      error_message = "topic_key_arn: ${try(jsonencode(var.topic_key_arn), "")} is not allowed; the key must be in the region of topic and queues, ${var.aws_region}."
    }

    precondition {
      condition     = var.queue_key_arn == null ? true : startswith(var.queue_key_arn, join("", ["arn:aws:kms:", var.aws_region, ":"]))
      error_message = "queue_key_arn: ${try(jsonencode(var.queue_key_arn), "")} is not allowed; the key must be in the region of topic and queues, ${var.aws_region}."
    }

    precondition {
      condition     = var.sentinel_queue_key_arn == null ? true : startswith(var.sentinel_queue_key_arn, join("", ["arn:aws:kms:", var.aws_region, ":"]))
      error_message = "sentinel_queue_key_arn: ${try(jsonencode(var.sentinel_queue_key_arn), "")} is not allowed; the key must be in the region of topic and queues, ${var.aws_region}."
    }

    precondition {
      condition     = var.log_key_arn == null ? true : startswith(var.log_key_arn, join("", ["arn:aws:kms:", var.aws_region, ":"]))
      error_message = "log_key_arn: ${try(jsonencode(var.log_key_arn), "")} is not allowed; the key must be in the region of topic and queues, ${var.aws_region}."
    }
  }
}

data "aws_region" "region" {
  lifecycle {
    postcondition {
      condition     = self.id == var.aws_region
      error_message = "aws_region: \"${var.aws_region}\" is not allowed; the AWS provider is in region ${self.id}."
    }

    precondition {
      condition     = length(compact(local.refusals)) == 0
      error_message = join("\n", compact(local.refusals))
    }
  }
}

data "aws_s3_bucket_notification" "bucket_rules" {
  bucket = var.bucket_name
}

data "aws_sqs_queue" "queues_found" {
  for_each = toset([for name, list in data.aws_sqs_queues.queues_listed : name if anytrue([for url in list.queue_urls : endswith(url, "/${name}")])])
  name     = each.key
}

data "aws_sqs_queues" "queues_listed" {
  for_each          = toset([local.defender_queue_name, local.sentinel_dead_letter_queue_name, local.defender_dead_letter_queue_name])
  queue_name_prefix = each.key
}

resource "terraform_data" "not_destroyed_in_phase_release" {
  input = "${terraform.workspace}/${var.bucket_name} ${plantimestamp()}"

  lifecycle {
    ignore_changes  = [input]
    prevent_destroy = true
  }
}

removed {
  from = aws_sqs_queue_policy.adopted_sentinel_queue_policy_found

  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_sqs_queue_policy.adopted_sentinel_queue_policy

  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_s3_bucket_notification.adopted_notification

  lifecycle {
    destroy = false
  }
}
