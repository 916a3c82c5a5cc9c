# Generated from cdktf-defender-for-cloud; a change here is lost.

resource "aws_cloudwatch_metric_alarm" "alarms_defender_late" {
  count               = (var.alarms != null) ? 1 : 0
  alarm_actions       = var.alarms.action_arns
  alarm_description   = "The oldest message in ${local.defender_queue_name} is too old: its reader is late or cannot read."
  alarm_name          = "${var.topic_name}-defender-late"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  dimensions = {
    QueueName = local.defender_queue_name
  }
  evaluation_periods = 5
  metric_name        = "ApproximateAgeOfOldestMessage"
  namespace          = "AWS/SQS"
  ok_actions         = var.alarms.action_arns
  period             = 60
  statistic          = "Maximum"
  tags               = var.tags
  threshold          = var.alarms.oldest_message_seconds
  treat_missing_data = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "alarms_defender_undelivered" {
  count               = (var.alarms != null) ? 1 : 0
  alarm_actions       = var.alarms.action_arns
  alarm_description   = "SNS could not deliver a message and put it into ${var.topic_name}-defender-dlq: check policy and key of the queue it was for."
  alarm_name          = "${var.topic_name}-defender-undelivered"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  dimensions = {
    QueueName = "${var.topic_name}-defender-dlq"
  }
  evaluation_periods = 1
  metric_name        = "ApproximateNumberOfMessagesVisible"
  namespace          = "AWS/SQS"
  ok_actions         = var.alarms.action_arns
  period             = 60
  statistic          = "Maximum"
  tags               = var.tags
  threshold          = 1
  treat_missing_data = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "alarms_sentinel_late" {
  count               = (var.alarms != null) ? 1 : 0
  alarm_actions       = var.alarms.action_arns
  alarm_description   = "The oldest message in ${var.sentinel_queue_name} is too old: its reader is late or cannot read."
  alarm_name          = "${var.topic_name}-sentinel-late"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  dimensions = {
    QueueName = var.sentinel_queue_name
  }
  evaluation_periods = 5
  metric_name        = "ApproximateAgeOfOldestMessage"
  namespace          = "AWS/SQS"
  ok_actions         = var.alarms.action_arns
  period             = 60
  statistic          = "Maximum"
  tags               = var.tags
  threshold          = var.alarms.oldest_message_seconds
  treat_missing_data = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "alarms_sentinel_undelivered" {
  count               = (var.alarms != null) ? 1 : 0
  alarm_actions       = var.alarms.action_arns
  alarm_description   = "SNS could not deliver a message and put it into ${var.topic_name}-sentinel-dlq: check policy and key of the queue it was for."
  alarm_name          = "${var.topic_name}-sentinel-undelivered"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  dimensions = {
    QueueName = "${var.topic_name}-sentinel-dlq"
  }
  evaluation_periods = 1
  metric_name        = "ApproximateNumberOfMessagesVisible"
  namespace          = "AWS/SQS"
  ok_actions         = var.alarms.action_arns
  period             = 60
  statistic          = "Maximum"
  tags               = var.tags
  threshold          = 1
  treat_missing_data = "notBreaching"
}

resource "aws_s3_bucket_notification" "adopted_notification" {
  bucket      = var.bucket_name
  eventbridge = data.aws_s3_bucket_notification.bucket_rules.eventbridge
  provider    = aws.lock
  depends_on = [
    aws_sns_topic_policy.topic_policy,
    aws_sqs_queue_policy.defender_queue_policy,
    aws_sqs_queue_policy.sentinel_dead_letter_queue_policy,
    aws_sqs_queue_policy.defender_dead_letter_queue_policy,
    aws_sqs_queue_policy.adopted_sentinel_queue_policy,
    aws_sns_topic_subscription.sentinel_subscription,
    aws_sns_topic_subscription.defender_subscription,
  ]

  dynamic "lambda_function" {
    for_each = data.aws_s3_bucket_notification.bucket_rules.lambda_function

    content {
      events              = lambda_function.value.events
      filter_prefix       = lambda_function.value.filter_prefix == "" ? null : lambda_function.value.filter_prefix
      filter_suffix       = lambda_function.value.filter_suffix == "" ? null : lambda_function.value.filter_suffix
      id                  = lambda_function.value.id
      lambda_function_arn = lambda_function.value.lambda_function_arn
    }
  }

  dynamic "queue" {
    for_each = concat([for rule in data.aws_s3_bucket_notification.bucket_rules.topic : merge(rule, { queue_arn = local.sentinel_queue_arn, topic_arn = local.topic_arn }) if rule.topic_arn == local.topic_arn && !startswith(rule.id, "${var.topic_name}-additional-") && !(var.phase == "fanout")], [for rule in data.aws_s3_bucket_notification.bucket_rules.queue : rule if !(rule.queue_arn == local.sentinel_queue_arn && var.phase == "fanout")])

    content {
      events        = queue.value.events
      filter_prefix = queue.value.filter_prefix == "" ? null : queue.value.filter_prefix
      filter_suffix = queue.value.filter_suffix == "" ? null : queue.value.filter_suffix
      id            = queue.value.id
      queue_arn     = queue.value.queue_arn
    }
  }

  dynamic "topic" {
    for_each = concat([for rule in data.aws_s3_bucket_notification.bucket_rules.topic : rule if !(rule.topic_arn == local.topic_arn) || var.phase == "fanout" && !startswith(rule.id, "${var.topic_name}-additional-")], [for rule in data.aws_s3_bucket_notification.bucket_rules.queue : merge(rule, { queue_arn = local.sentinel_queue_arn, topic_arn = local.topic_arn }) if rule.queue_arn == local.sentinel_queue_arn && var.phase == "fanout"], [for rule in local.additional_rules : rule if var.phase == "fanout"])

    content {
      events        = topic.value.events
      filter_prefix = topic.value.filter_prefix == "" ? null : topic.value.filter_prefix
      filter_suffix = topic.value.filter_suffix == "" ? null : topic.value.filter_suffix
      id            = topic.value.id
      topic_arn     = topic.value.topic_arn
    }
  }

  lifecycle {
    prevent_destroy = true

    precondition {
      condition     = length(compact(local.refusals)) == 0
      error_message = join("\n", compact(local.refusals))
    }
  }
}

resource "aws_sns_topic" "topic" {
  kms_master_key_id = var.topic_key_arn
  name              = var.topic_name
  provider          = aws.lock
  tags = merge(var.tags, {
    CloudTrailFanoutState = terraform_data.not_destroyed_in_phase_release.input
  })

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sns_topic_policy" "topic_policy" {
  arn = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "AllowS3ToPublish"
        Effect = "Allow"
        Principal = {
          Service = "s3.amazonaws.com"
        }
        Action   = "sns:Publish"
        Resource = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:aws:s3:::${var.bucket_name}"
          }
          StringEquals = {
            "aws:SourceAccount" = local.bucket_account_id
          }
        }
      },
      {
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
  provider   = aws.lock
  depends_on = [aws_sns_topic.topic]

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sns_topic_subscription" "defender_subscription" {
  endpoint             = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${local.defender_queue_name}"
  protocol             = "sqs"
  provider             = aws.lock
  raw_message_delivery = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${var.topic_name}-defender-dlq"
  })
  topic_arn = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
  depends_on = [
    aws_sns_topic_policy.topic_policy,
    aws_sqs_queue_policy.defender_queue_policy,
    aws_sqs_queue_policy.sentinel_dead_letter_queue_policy,
    aws_sqs_queue_policy.defender_dead_letter_queue_policy,
    aws_sqs_queue_policy.adopted_sentinel_queue_policy,
  ]

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sns_topic_subscription" "sentinel_subscription" {
  endpoint             = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${var.sentinel_queue_name}"
  protocol             = "sqs"
  provider             = aws.lock
  raw_message_delivery = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${var.topic_name}-sentinel-dlq"
  })
  topic_arn = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
  depends_on = [
    aws_sns_topic_policy.topic_policy,
    aws_sqs_queue_policy.defender_queue_policy,
    aws_sqs_queue_policy.sentinel_dead_letter_queue_policy,
    aws_sqs_queue_policy.defender_dead_letter_queue_policy,
    aws_sqs_queue_policy.adopted_sentinel_queue_policy,
  ]

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue" "defender_dead_letter_queue" {
  kms_master_key_id         = var.queue_key_arn
  message_retention_seconds = 1209600
  name                      = "${var.topic_name}-defender-dlq"
  provider                  = aws.lock
  tags = merge(var.tags, {
    CloudTrailFanoutState = terraform_data.not_destroyed_in_phase_release.input
  })
  sqs_managed_sse_enabled = var.queue_key_arn == null ? true : null
  depends_on              = [aws_sns_topic.topic]

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue" "defender_queue" {
  kms_master_key_id         = var.queue_key_arn
  message_retention_seconds = var.message_retention_seconds
  name                      = local.defender_queue_name
  provider                  = aws.lock
  tags = merge(var.tags, {
    CloudTrailFanoutLastUse = var.phase == "fanout" ? "now" : var.phase == "rollback" && (contains(data.aws_s3_bucket_notification.bucket_rules.topic[*].topic_arn, local.topic_arn) || try(data.aws_sqs_queue.queues_found[local.defender_queue_name].tags["CloudTrailFanoutLastUse"], "never") == "now") ? timestamp() : try(data.aws_sqs_queue.queues_found[local.defender_queue_name].tags["CloudTrailFanoutLastUse"], "never")
    CloudTrailFanoutState   = terraform_data.not_destroyed_in_phase_release.input
  })
  visibility_timeout_seconds = var.visibility_timeout_seconds
  sqs_managed_sse_enabled    = var.queue_key_arn == null ? true : null
  depends_on                 = [aws_sns_topic.topic]

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue" "sentinel_dead_letter_queue" {
  kms_master_key_id         = var.queue_key_arn
  message_retention_seconds = 1209600
  name                      = "${var.topic_name}-sentinel-dlq"
  provider                  = aws.lock
  tags = merge(var.tags, {
    CloudTrailFanoutState = terraform_data.not_destroyed_in_phase_release.input
  })
  sqs_managed_sse_enabled = var.queue_key_arn == null ? true : null
  depends_on              = [aws_sns_topic.topic]

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue_policy" "adopted_sentinel_queue_policy_found" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "AllowTopic-${var.topic_name}"
        Effect = "Allow"
        Principal = {
          Service = "sns.amazonaws.com"
        }
        Action   = "sqs:SendMessage"
        Resource = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${var.sentinel_queue_name}"
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
          }
        }
      },
    ]
  })
  provider  = aws.lock
  queue_url = one([for url in data.aws_sqs_queues.sentinel_queue.queue_urls : url if endswith(url, "/${var.sentinel_queue_name}")])

  lifecycle {
    ignore_changes  = [policy]
    prevent_destroy = true

    postcondition {
      condition     = anytrue([for statement in flatten([jsondecode(self.policy).Statement]) : try(statement.Sid, "") != local.topic_statement_id])
      error_message = "The policy of queue ${var.sentinel_queue_name} has no statement of others. The root does not import it, and an apply would overwrite it: add imports.tf (README). If the queue has no policy, run the setup of Sentinel's connector first."
    }
  }
}

resource "aws_sqs_queue_policy" "adopted_sentinel_queue_policy" {
  policy     = jsonencode(merge(jsondecode(aws_sqs_queue_policy.adopted_sentinel_queue_policy_found.policy), { Statement = concat([for statement in flatten([jsondecode(aws_sqs_queue_policy.adopted_sentinel_queue_policy_found.policy).Statement]) : statement if !(try(statement.Sid, "") == local.topic_statement_id)], jsondecode(local.topic_statement).Statement) }))
  provider   = aws.lock
  queue_url  = one([for url in data.aws_sqs_queues.sentinel_queue.queue_urls : url if endswith(url, "/${var.sentinel_queue_name}")])
  depends_on = [aws_sns_topic.topic]

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue_policy" "defender_dead_letter_queue_policy" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "AllowTopic-${var.topic_name}"
        Effect = "Allow"
        Principal = {
          Service = "sns.amazonaws.com"
        }
        Action   = "sqs:SendMessage"
        Resource = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${var.topic_name}-defender-dlq"
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
          }
        }
      },
      {
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${var.topic_name}-defender-dlq"
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
  provider  = aws.lock
  queue_url = aws_sqs_queue.defender_dead_letter_queue.url

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue_policy" "defender_queue_policy" {
  policy = {
    some = jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid    = "AllowTopic-${var.topic_name}"
          Effect = "Allow"
          Principal = {
            Service = "sns.amazonaws.com"
          }
          Action   = "sqs:SendMessage"
          Resource = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${local.defender_queue_name}"
          Condition = {
            ArnEquals = {
              "aws:SourceArn" = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
            }
          }
        },
        {
          Sid    = "AllowDefenderToRead"
          Effect = "Allow"
          Principal = {
            AWS = var.reader_role_arns
          }
          Action = [
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:ChangeMessageVisibility",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
          ]
          Resource = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${local.defender_queue_name}"
        },
        {
          Sid       = "DenyWithoutTls"
          Effect    = "Deny"
          Principal = "*"
          Action    = "sqs:*"
          Resource  = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${local.defender_queue_name}"
          Condition = {
            Bool = {
              "aws:SecureTransport" = "false"
            }
          }
        },
      ]
    })
    none = jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid    = "AllowTopic-${var.topic_name}"
          Effect = "Allow"
          Principal = {
            Service = "sns.amazonaws.com"
          }
          Action   = "sqs:SendMessage"
          Resource = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${local.defender_queue_name}"
          Condition = {
            ArnEquals = {
              "aws:SourceArn" = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
            }
          }
        },
        {
          Sid       = "DenyWithoutTls"
          Effect    = "Deny"
          Principal = "*"
          Action    = "sqs:*"
          Resource  = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${local.defender_queue_name}"
          Condition = {
            Bool = {
              "aws:SecureTransport" = "false"
            }
          }
        },
      ]
    })
  }[local.readers]
  provider  = aws.lock
  queue_url = aws_sqs_queue.defender_queue.url

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue_policy" "sentinel_dead_letter_queue_policy" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "AllowTopic-${var.topic_name}"
        Effect = "Allow"
        Principal = {
          Service = "sns.amazonaws.com"
        }
        Action   = "sqs:SendMessage"
        Resource = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${var.topic_name}-sentinel-dlq"
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
          }
        }
      },
      {
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${var.topic_name}-sentinel-dlq"
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
  provider  = aws.lock
  queue_url = aws_sqs_queue.sentinel_dead_letter_queue.url

  lifecycle {
    prevent_destroy = true
  }
}

resource "terraform_data" "not_destroyed_in_phase_release" {
  input = "${terraform.workspace}/${var.bucket_name} ${plantimestamp()}"

  lifecycle {
    ignore_changes  = [input]
    prevent_destroy = false
  }
}

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

data "aws_sqs_queues" "sentinel_queue" {
  queue_name_prefix = var.sentinel_queue_name

  lifecycle {
    postcondition {
      condition     = length([for url in self.queue_urls : url if endswith(url, "/${var.sentinel_queue_name}")]) == 1
      error_message = "sentinel_queue_name: \"${var.sentinel_queue_name}\" is not allowed; account ${var.aws_account_id} has no such queue in region ${var.aws_region}. The bucket's rules name: ${join(", ", concat(data.aws_s3_bucket_notification.bucket_rules.queue[*].queue_arn, data.aws_s3_bucket_notification.bucket_rules.topic[*].topic_arn, data.aws_s3_bucket_notification.bucket_rules.lambda_function[*].lambda_function_arn))}. Use credentials of the account that owns Sentinel's queue: only that account can change its policy."
    }
  }
}
