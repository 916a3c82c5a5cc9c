# Plans with mock providers: no credentials are needed. They show what is refused: the imports of what exists are the root's.

mock_provider "aws" {
  override_data {
    target = data.aws_caller_identity.account_guard
    values = {
      account_id = "111122223333"
      arn        = "arn:aws:sts::111122223333:assumed-role/deployer/session"
    }
  }

  override_data {
    target = data.aws_region.region
    values = { id = "eu-central-1" }
  }

  override_data {
    target = data.aws_sqs_queues.queues_listed
    values = { queue_urls = [] }
  }

  override_data {
    target = data.aws_sqs_queues.sentinel_queue
    values = { queue_urls = ["https://sqs.eu-central-1.amazonaws.com/111122223333/sentinel"] }
  }

  override_data {
    target = data.aws_s3_bucket_notification.bucket_rules
    values = {
      eventbridge     = false
      lambda_function = []
      topic           = []
      queue = [{
        id            = "sentinel"
        queue_arn     = "arn:aws:sqs:eu-central-1:111122223333:sentinel"
        events        = ["s3:ObjectCreated:*"]
        filter_prefix = "AWSLogs/111122223333/CloudTrail/"
        filter_suffix = ".gz"
      }]
    }
  }
}

mock_provider "aws" {
  alias = "lock"
}

variables {
  phase               = "prepare"
  aws_account_id      = "111122223333"
  aws_region          = "eu-central-1"
  bucket_name         = "cloudtrail-logs"
  sentinel_queue_name = "sentinel"
  reader_role_arns    = []
}

run "a_root_without_imports_is_refused" {
  command = plan

  expect_failures = [aws_sqs_queue_policy.adopted_sentinel_queue_policy_found]
}

run "the_release_is_another_module" {
  command = plan

  variables {
    phase = "release"
  }

  expect_failures = [var.phase, aws_sqs_queue_policy.adopted_sentinel_queue_policy_found]
}

run "malformed_values_are_refused" {
  command = plan

  variables {
    aws_account_id      = "1111"
    bucket_account_id   = "1111"
    sentinel_queue_name = "sentinel.fifo"
    reader_role_arns    = ["DefenderReader"]
    additional_keys     = [{ prefix = "/logs/*" }]
    queue_key_arn       = "alias/aws/sqs"
    alarms              = { action_arns = [], oldest_message_seconds = 5 }
    tags                = { "a?" = "b" }
  }

  expect_failures = [
    var.aws_account_id,
    var.bucket_account_id,
    var.sentinel_queue_name,
    var.reader_role_arns,
    var.additional_keys,
    var.queue_key_arn,
    var.alarms,
    var.tags,
  ]
}

run "credentials_of_another_account_are_refused" {
  command = plan

  variables {
    aws_account_id = "444455556666"
  }

  expect_failures = [data.aws_caller_identity.account_guard, aws_sqs_queue_policy.adopted_sentinel_queue_policy_found]
}

run "one_queue_for_two_readers_is_refused" {
  command = plan

  variables {
    defender_queue_name = "sentinel"
  }

  expect_failures = [data.aws_caller_identity.account_guard, aws_sqs_queue_policy.adopted_sentinel_queue_policy_found]
}
