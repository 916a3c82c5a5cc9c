# Generated from cdktf-defender-for-cloud; a change here is lost.

output "bucket_arn" {
  description = "ARN of the bucket: the portal asks for it."
  value       = "arn:aws:s3:::${var.bucket_name}"
}

output "cloud_trail_resource_set" {
  depends_on = [
    aws_sns_topic_policy.topic_policy,
    aws_sqs_queue_policy.defender_queue_policy,
    aws_sqs_queue_policy.sentinel_dead_letter_queue_policy,
    aws_sqs_queue_policy.defender_dead_letter_queue_policy,
    aws_sqs_queue_policy.adopted_sentinel_queue_policy,
    aws_sns_topic_subscription.sentinel_subscription,
    aws_sns_topic_subscription.defender_subscription,
  ]
  description = "What the connector needs to ingest CloudTrail, from API version 2026-08-01-preview on."
  value = {
    for name, value in {
      kmsKeyArn      = var.log_key_arn
      resourceRegion = var.aws_region
      s3BucketArn    = "arn:aws:s3:::${var.bucket_name}"
      sqsQueueArn    = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${local.defender_queue_name}"
    } : name => value if value != null
  }
}

output "dead_letter_queue_arns" {
  depends_on = [
    aws_sns_topic_policy.topic_policy,
    aws_sqs_queue_policy.defender_queue_policy,
    aws_sqs_queue_policy.sentinel_dead_letter_queue_policy,
    aws_sqs_queue_policy.defender_dead_letter_queue_policy,
    aws_sqs_queue_policy.adopted_sentinel_queue_policy,
    aws_sns_topic_subscription.sentinel_subscription,
    aws_sns_topic_subscription.defender_subscription,
  ]
  description = "ARNs of the dead-letter queues, by subscription."
  value = {
    defender = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${var.topic_name}-defender-dlq"
    sentinel = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${var.topic_name}-sentinel-dlq"
  }
}

output "defender_queue_arn" {
  depends_on = [
    aws_sns_topic_policy.topic_policy,
    aws_sqs_queue_policy.defender_queue_policy,
    aws_sqs_queue_policy.sentinel_dead_letter_queue_policy,
    aws_sqs_queue_policy.defender_dead_letter_queue_policy,
    aws_sqs_queue_policy.adopted_sentinel_queue_policy,
    aws_sns_topic_subscription.sentinel_subscription,
    aws_sns_topic_subscription.defender_subscription,
  ]
  description = "ARN of Defender's queue: the portal asks for it."
  value       = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${local.defender_queue_name}"
}

output "key_policy_statements" {
  description = "What the owner of each given key must add to its policy before phase `prepare`: statements as JSON, by the variable of the key."
  value = {
    for name, value in {
      log_key_arn = var.log_key_arn == null ? null : {
        some = jsonencode([
          {
            Sid    = "AllowReadersToDecrypt"
            Effect = "Allow"
            Principal = {
              AWS = var.reader_role_arns
            }
            Action   = ["kms:Decrypt"]
            Resource = ["*"]
          },
        ])
        none = jsonencode([])
      }[local.readers]
      queue_key_arn = var.queue_key_arn == null ? null : {
        some = jsonencode([
          {
            Sid    = "AllowCloudTrailSnsToUseTheKey"
            Effect = "Allow"
            Principal = {
              Service = ["sns.amazonaws.com"]
            }
            Action = [
              "kms:GenerateDataKey*",
              "kms:Decrypt",
            ]
            Resource = ["*"]
            Condition = {
              ArnEquals = {
                "aws:SourceArn" = ["arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"]
              }
            }
          },
          {
            Sid    = "AllowReadersToDecrypt"
            Effect = "Allow"
            Principal = {
              AWS = var.reader_role_arns
            }
            Action   = ["kms:Decrypt"]
            Resource = ["*"]
          },
        ])
        none = jsonencode([
          {
            Sid    = "AllowCloudTrailSnsToUseTheKey"
            Effect = "Allow"
            Principal = {
              Service = ["sns.amazonaws.com"]
            }
            Action = [
              "kms:GenerateDataKey*",
              "kms:Decrypt",
            ]
            Resource = ["*"]
            Condition = {
              ArnEquals = {
                "aws:SourceArn" = ["arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"]
              }
            }
          },
        ])
      }[local.readers]
      sentinel_queue_key_arn = var.sentinel_queue_key_arn == null ? null : jsonencode([
        {
          Sid    = "AllowCloudTrailSnsToUseTheKey"
          Effect = "Allow"
          Principal = {
            Service = ["sns.amazonaws.com"]
          }
          Action = [
            "kms:GenerateDataKey*",
            "kms:Decrypt",
          ]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:SourceArn" = ["arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"]
            }
          }
        },
      ])
      topic_key_arn = var.topic_key_arn == null ? null : jsonencode([
        {
          Sid    = "AllowS3ToUseTheKey"
          Effect = "Allow"
          Principal = {
            Service = ["s3.amazonaws.com"]
          }
          Action = [
            "kms:GenerateDataKey*",
            "kms:Decrypt",
          ]
          Resource = ["*"]
          Condition = {
            ArnLike = {
              "aws:SourceArn" = ["arn:aws:s3:::${var.bucket_name}"]
            }
            StringEquals = {
              "aws:SourceAccount" = [local.bucket_account_id]
            }
          }
        },
      ])
    } : name => value if value != null
  }
}

output "topic_arn" {
  depends_on = [
    aws_sns_topic_policy.topic_policy,
    aws_sqs_queue_policy.defender_queue_policy,
    aws_sqs_queue_policy.sentinel_dead_letter_queue_policy,
    aws_sqs_queue_policy.defender_dead_letter_queue_policy,
    aws_sqs_queue_policy.adopted_sentinel_queue_policy,
    aws_sns_topic_subscription.sentinel_subscription,
    aws_sns_topic_subscription.defender_subscription,
  ]
  description = "ARN of the topic."
  value       = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
}

output "bucket_name" {
  description = "The bucket: id for imports.tf."
  value       = var.bucket_name
}

output "sentinel_queue_url" {
  description = "URL of Sentinel's queue: id for imports.tf."
  value       = one([for url in data.aws_sqs_queues.sentinel_queue.queue_urls : url if endswith(url, "/${var.sentinel_queue_name}")])
}
