# Generated from cdktf-defender-for-cloud; a change here is lost.

locals {
  defender_queue_name             = coalesce(var.defender_queue_name, "${var.topic_name}-defender")
  defender_dead_letter_queue_name = "${var.topic_name}-defender-dlq"
  sentinel_dead_letter_queue_name = "${var.topic_name}-sentinel-dlq"
  topic_arn                       = "arn:aws:sns:${var.aws_region}:${var.aws_account_id}:${var.topic_name}"
  refusals = [
    contains(data.aws_s3_bucket_notification.bucket_rules.topic[*].topic_arn, local.topic_arn) ? "phase: \"release\" is not allowed; bucket ${var.bucket_name} publishes to topic ${var.topic_name}: apply phase rollback first." : "",
    !(contains(data.aws_s3_bucket_notification.bucket_rules.topic[*].topic_arn, local.topic_arn) || try(data.aws_sqs_queue.queues_found[local.defender_queue_name].tags["CloudTrailFanoutLastUse"], "never") == "never" || can(timeadd(try(data.aws_sqs_queue.queues_found[local.defender_queue_name].tags["CloudTrailFanoutLastUse"], "never"), "0s"))) ? "phase: \"release\" is not allowed; bucket ${var.bucket_name} stopped publishing to topic ${var.topic_name} without phase rollback, at an unknown time: apply phase rollback first." : "",
    try(length([for minute in range(1, 11) : minute if timecmp(timeadd(try(data.aws_sqs_queue.queues_found[local.defender_queue_name].tags["CloudTrailFanoutLastUse"], "never"), format("%dm", minute)), plantimestamp()) > 0]), 0) > 0 ? "phase: \"release\" is not allowed; the roll-back began at ${try(data.aws_sqs_queue.queues_found[local.defender_queue_name].tags["CloudTrailFanoutLastUse"], "never")}, and S3 may use topic ${var.topic_name} for some minutes after it: try again in ${try(length([for minute in range(1, 11) : minute if timecmp(timeadd(try(data.aws_sqs_queue.queues_found[local.defender_queue_name].tags["CloudTrailFanoutLastUse"], "never"), format("%dm", minute)), plantimestamp()) > 0]), 0)} minutes." : "",
    contains([for name, queue in data.aws_sqs_queue.queues_found : name if try(queue.tags["CloudTrailFanoutState"], "") != terraform_data.not_destroyed_in_phase_release.input], local.defender_queue_name) ? "phase: \"release\" is not allowed; this state did not create queue ${local.defender_queue_name} (its tag CloudTrailFanoutState is not ${terraform_data.not_destroyed_in_phase_release.input}): release from the state that created it, or adopt it first: README, A lost state." : "",
  ]
}
