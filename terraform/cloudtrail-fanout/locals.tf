# Generated from cdktf-defender-for-cloud; a change here is lost.

locals {
  readers                         = length(var.reader_role_arns) > 0 ? "some" : "none"
  bucket_account_id               = coalesce(var.bucket_account_id, var.aws_account_id)
  defender_queue_name             = coalesce(var.defender_queue_name, "${var.topic_name}-defender")
  defender_dead_letter_queue_name = "${var.topic_name}-defender-dlq"
  sentinel_dead_letter_queue_name = "${var.topic_name}-sentinel-dlq"
  sentinel_queue_arn              = "arn:aws:sqs:${var.aws_region}:${var.aws_account_id}:${var.sentinel_queue_name}"
  topic_arn                       = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
  topic_statement_id              = "AllowTopic-${var.topic_name}"
  topic_statement = jsonencode({
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
  additional_rules = [
    for index, key in var.additional_keys : {
      events        = ["s3:ObjectCreated:*"]
      filter_prefix = key.prefix
      filter_suffix = key.suffix
      id            = "${var.topic_name}-additional-${index}"
      topic_arn     = local.topic_arn
    }
  ]
  refusals = [
    !(contains(data.aws_s3_bucket_notification.bucket_rules.topic[*].topic_arn, local.topic_arn) || contains(data.aws_s3_bucket_notification.bucket_rules.queue[*].queue_arn, local.sentinel_queue_arn)) ? "sentinel_queue_name: \"${var.sentinel_queue_name}\" is not allowed; no notification rule of bucket ${var.bucket_name} names ${local.sentinel_queue_arn}. Its rules name: ${join(", ", concat(data.aws_s3_bucket_notification.bucket_rules.queue[*].queue_arn, data.aws_s3_bucket_notification.bucket_rules.topic[*].topic_arn, data.aws_s3_bucket_notification.bucket_rules.lambda_function[*].lambda_function_arn))}. Give the queue that Sentinel reads, and the account and region that hold it and the bucket." : "",
    var.phase == "prepare" && contains(data.aws_s3_bucket_notification.bucket_rules.topic[*].topic_arn, local.topic_arn) ? "phase: \"prepare\" is not allowed; bucket ${var.bucket_name} publishes to topic ${var.topic_name}, and prepare would cut Defender off. Use fanout to keep publishing to the topic, or rollback to return to Sentinel's queue." : "",
    var.phase == "fanout" && !(contains(data.aws_s3_bucket_notification.bucket_rules.topic[*].topic_arn, local.topic_arn) || (anytrue([for statement in flatten([jsondecode(aws_sqs_queue_policy.adopted_sentinel_queue_policy_found.policy).Statement]) : try(statement.Sid, "") == local.topic_statement_id]) && length([for found, queue in data.aws_sqs_queue.queues_found : queue.url if found == local.defender_queue_name]) > 0)) ? "phase: \"fanout\" is not allowed; phase prepare has not been applied completely: apply it first. Policies that are created and used in the same apply may take effect too late for the first events." : "",
    var.phase != "rollback" && length([for rule in data.aws_s3_bucket_notification.bucket_rules.queue : rule.id if rule.queue_arn == local.sentinel_queue_arn && startswith(rule.id, "${var.topic_name}-additional-")]) > 0 ? "sentinel_queue_name: \"${var.sentinel_queue_name}\" is not allowed; rules of bucket ${var.bucket_name} notify Sentinel's queue and have ids that this fan-out gives to additional keys, and rollback would delete them: ${join(", ", [for rule in data.aws_s3_bucket_notification.bucket_rules.queue : rule.id if rule.queue_arn == local.sentinel_queue_arn && startswith(rule.id, "${var.topic_name}-additional-")])}. Give these rules other ids." : "",
    length(distinct(flatten([for added in local.additional_rules : [for rule in concat([for rule in concat(data.aws_s3_bucket_notification.bucket_rules.queue, data.aws_s3_bucket_notification.bucket_rules.topic, data.aws_s3_bucket_notification.bucket_rules.lambda_function) : rule if !(try(rule.topic_arn, "") == local.topic_arn && startswith(rule.id, "${var.topic_name}-additional-"))], local.additional_rules) : rule.id if rule != added && (rule.id == added.id || anytrue([for event in rule.events : startswith(event, "s3:ObjectCreated:")]) && (startswith(rule.filter_prefix, added.filter_prefix) || startswith(added.filter_prefix, rule.filter_prefix)) && (endswith(rule.filter_suffix, added.filter_suffix) || endswith(added.filter_suffix, rule.filter_suffix)))]]))) > 0 ? "additional_keys: not allowed; they overlap with the bucket's rules ${join(", ", distinct(flatten([for added in local.additional_rules : [for rule in concat([for rule in concat(data.aws_s3_bucket_notification.bucket_rules.queue, data.aws_s3_bucket_notification.bucket_rules.topic, data.aws_s3_bucket_notification.bucket_rules.lambda_function) : rule if !(try(rule.topic_arn, "") == local.topic_arn && startswith(rule.id, "${var.topic_name}-additional-"))], local.additional_rules) : rule.id if rule != added && (rule.id == added.id || anytrue([for event in rule.events : startswith(event, "s3:ObjectCreated:")]) && (startswith(rule.filter_prefix, added.filter_prefix) || startswith(added.filter_prefix, rule.filter_prefix)) && (endswith(rule.filter_suffix, added.filter_suffix) || endswith(added.filter_suffix, rule.filter_suffix)))]])))}: S3 refuses two rules for the same events and keys. Use another prefix or suffix." : "",
    var.phase != "rollback" && length([for statement in flatten([jsondecode(aws_sqs_queue_policy.adopted_sentinel_queue_policy_found.policy).Statement]) : try(statement.Sid, "without Sid") if statement.Effect == "Deny" && (can(statement.NotAction) ? !anytrue([for action in flatten([try(statement.NotAction, [])]) : can(regex("^${replace(replace(lower(action), "*", ".*"), "?", ".")}$", "sqs:sendmessage"))]) : anytrue([for action in flatten([try(statement.Action, [])]) : can(regex("^${replace(replace(lower(action), "*", ".*"), "?", ".")}$", "sqs:sendmessage"))])) && (anytrue([for name in concat(flatten([try(statement.Principal.Service, [])]), flatten([try(statement.Principal.AWS, [])])) : contains(["*", "sns.amazonaws.com"], name)]) || try(statement.Principal == "*", false) || can(statement.NotPrincipal)) && !(try(tostring(flatten([try(statement.Condition.Bool["aws:SecureTransport"], "")])[0]), "") == "false" || try(tostring(flatten([try(statement.Condition.Bool["aws:PrincipalIsAWSService"], "")])[0]), "") == "false" || try(tostring(flatten([try(statement.Condition.BoolIfExists["aws:PrincipalIsAWSService"], "")])[0]), "") == "false")]) > 0 ? "sentinel_queue_name: \"${var.sentinel_queue_name}\" is not allowed; statements of its policy may deny topic ${var.topic_name} to send: ${join(", ", [for statement in flatten([jsondecode(aws_sqs_queue_policy.adopted_sentinel_queue_policy_found.policy).Statement]) : try(statement.Sid, "without Sid") if statement.Effect == "Deny" && (can(statement.NotAction) ? !anytrue([for action in flatten([try(statement.NotAction, [])]) : can(regex("^${replace(replace(lower(action), "*", ".*"), "?", ".")}$", "sqs:sendmessage"))]) : anytrue([for action in flatten([try(statement.Action, [])]) : can(regex("^${replace(replace(lower(action), "*", ".*"), "?", ".")}$", "sqs:sendmessage"))])) && (anytrue([for name in concat(flatten([try(statement.Principal.Service, [])]), flatten([try(statement.Principal.AWS, [])])) : contains(["*", "sns.amazonaws.com"], name)]) || try(statement.Principal == "*", false) || can(statement.NotPrincipal)) && !(try(tostring(flatten([try(statement.Condition.Bool["aws:SecureTransport"], "")])[0]), "") == "false" || try(tostring(flatten([try(statement.Condition.Bool["aws:PrincipalIsAWSService"], "")])[0]), "") == "false" || try(tostring(flatten([try(statement.Condition.BoolIfExists["aws:PrincipalIsAWSService"], "")])[0]), "") == "false")])}. Limit each to requests with aws:PrincipalIsAWSService false or aws:SecureTransport false, or to principals that are not SNS." : "",
    !(length([for statement in flatten([jsondecode(aws_sqs_queue_policy.adopted_sentinel_queue_policy_found.policy).Statement]) : statement if !(try(statement.Sid, "") == local.topic_statement_id)]) > 0) ? "sentinel_queue_name: \"${var.sentinel_queue_name}\" is not allowed; the queue's policy allows neither S3 to send nor Sentinel to read. Run the setup of Sentinel's connector first, which writes it." : "",
    !var.adopt && length([for name, queue in data.aws_sqs_queue.queues_found : name if try(queue.tags["CloudTrailFanoutState"], "") != terraform_data.not_destroyed_in_phase_release.input]) > 0 ? "Queues exist that this state did not create: ${join(", ", [for name, queue in data.aws_sqs_queue.queues_found : name if try(queue.tags["CloudTrailFanoutState"], "") != terraform_data.not_destroyed_in_phase_release.input])} (their tag CloudTrailFanoutState is not ${terraform_data.not_destroyed_in_phase_release.input}). Choose another topic_name or defender_queue_name. If they are yours, because a state was lost or they were created by hand, adopt them: README, A lost state." : "",
  ]
}
