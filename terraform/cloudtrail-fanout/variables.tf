# Generated from cdktf-defender-for-cloud; a change here is lost.

variable "phase" {
  description = "What the apply does: `prepare`, `fanout` or `rollback`. The release is a module of its own, `release`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(prepare|fanout|rollback)$", var.phase))
    error_message = "phase: \"${var.phase}\" is not allowed; expected phase prepare, fanout, rollback; the release is a separate configuration, the module release."
  }
}

variable "aws_account_id" {
  description = "The account that owns topic and queues: 12 digits. The AWS credentials must belong to it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.aws_account_id))
    error_message = "aws_account_id: \"${var.aws_account_id}\" is not allowed; expected an AWS account id of 12 digits, for instance \"111122223333\"."
  }
}

variable "aws_region" {
  description = "Region of the bucket, of Sentinel's queue and of the AWS provider."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2,3}(-[a-z]+){1,3}-[0-9]{1,2}$", var.aws_region))
    error_message = "aws_region: \"${var.aws_region}\" is not allowed; expected the code of an AWS region, for instance \"eu-central-1\" (not an availability zone such as \"eu-central-1a\")."
  }
}

variable "bucket_name" {
  description = "The bucket to which CloudTrail delivers log files."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name: \"${var.bucket_name}\" is not allowed; expected the name of an S3 bucket: 3 to 63 lower-case letters, digits, periods or hyphens."
  }
}

variable "bucket_account_id" {
  description = "The account that owns the bucket, if it is another one. Its bucket policy must then allow s3:GetBucketNotification and s3:PutBucketNotification."
  type        = string
  default     = null

  validation {
    condition     = var.bucket_account_id == null ? true : can(regex("^[0-9]{12}$", var.bucket_account_id))
    error_message = "bucket_account_id: ${try(jsonencode(var.bucket_account_id), "")} is not allowed; expected an AWS account id of 12 digits, for instance \"111122223333\"."
  }
}

variable "sentinel_queue_name" {
  description = "Sentinel's queue, in this account and region."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,80}$", var.sentinel_queue_name))
    error_message = "sentinel_queue_name: \"${var.sentinel_queue_name}\" is not allowed; expected the name of a standard queue: 1 to 80 letters, digits, hyphens or underscores; a FIFO queue (.fifo) cannot take S3 events."
  }
}

variable "defender_queue_name" {
  description = "Defender's queue. null: the topic's name with -defender."
  type        = string
  default     = null

  validation {
    condition     = var.defender_queue_name == null ? true : can(regex("^[A-Za-z0-9_-]{1,80}$", var.defender_queue_name))
    error_message = "defender_queue_name: ${try(jsonencode(var.defender_queue_name), "")} is not allowed; expected the name of a standard queue: 1 to 80 letters, digits, hyphens or underscores; a FIFO queue (.fifo) cannot take S3 events."
  }
}

variable "reader_role_arns" {
  description = "ARNs of the roles with which Defender reads the queue. Each must exist. Microsoft publishes none: take them from the portal's template, and leave the list empty until then."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length([for entry in var.reader_role_arns : entry if !(can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", entry)))]) == 0
    error_message = "reader_role_arns: \"${join(", ", [for entry in var.reader_role_arns : entry if !(can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", entry)))])}\" is not allowed; expected the ARN of an IAM role, for instance \"arn:aws:iam::111122223333:role/Name\"."
  }

  validation {
    condition     = length(var.reader_role_arns) == length(distinct(var.reader_role_arns))
    error_message = "reader_role_arns: \"${join(", ", var.reader_role_arns)}\" is not allowed; list each role only once."
  }
}

variable "message_retention_seconds" {
  default     = 1209600
  description = "Seconds for which Defender's queue keeps an unread message: 60 to 1209600."
  type        = number
  nullable    = false

  validation {
    condition     = var.message_retention_seconds >= 60 && var.message_retention_seconds <= 1209600 && floor(var.message_retention_seconds) == var.message_retention_seconds
    error_message = "message_retention_seconds: ${var.message_retention_seconds} is not allowed; expected a whole number from 60 to 1209600 (seconds)."
  }
}

variable "visibility_timeout_seconds" {
  default     = 30
  description = "Seconds for which a message of Defender's queue stays hidden while one reader works on it: 0 to 43200."
  type        = number
  nullable    = false

  validation {
    condition     = var.visibility_timeout_seconds >= 0 && var.visibility_timeout_seconds <= 43200 && floor(var.visibility_timeout_seconds) == var.visibility_timeout_seconds
    error_message = "visibility_timeout_seconds: ${var.visibility_timeout_seconds} is not allowed; expected a whole number from 0 to 43200 (seconds)."
  }
}

variable "topic_name" {
  default     = "cloudtrail-fanout"
  description = "Name of the topic. The dead-letter queues and the alarms are named after it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.topic_name))
    error_message = "topic_name: \"${var.topic_name}\" is not allowed; expected the name of a standard topic: 1 to 64 letters, digits, hyphens or underscores; a FIFO topic (.fifo) cannot take S3 events."
  }
}

variable "additional_keys" {
  default     = []
  description = "More object keys whose new objects are announced to the topic in phase `fanout`. Both readers get the events, and Sentinel reads one path per queue: ask its team first."
  type        = list(object({ prefix = string, suffix = optional(string, "") }))
  nullable    = false

  validation {
    condition     = length([for entry in [for key in var.additional_keys : key.prefix] : entry if !(can(regex("^[^/*?][^*?]*$", entry)))]) == 0
    error_message = "additional_keys: \"${join(", ", [for entry in [for key in var.additional_keys : key.prefix] : entry if !(can(regex("^[^/*?][^*?]*$", entry)))])}\" is not allowed; expected a prefix of object keys, without a leading slash and without wildcards, for instance \"AWSLogs/o-a1b2c3d4e5/\"."
  }

  validation {
    condition     = length([for entry in [for key in var.additional_keys : key.suffix] : entry if !(can(regex("^[^*?]*$", entry)))]) == 0
    error_message = "additional_keys: \"${join(", ", [for entry in [for key in var.additional_keys : key.suffix] : entry if !(can(regex("^[^*?]*$", entry)))])}\" is not allowed; expected a suffix of object keys, without wildcards, for instance \".gz\"."
  }
}

variable "topic_key_arn" {
  description = "Customer managed key that encrypts the topic. null: no encryption."
  type        = string
  default     = null

  validation {
    condition     = var.topic_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.topic_key_arn))
    error_message = "topic_key_arn: ${try(jsonencode(var.topic_key_arn), "")} is not allowed; expected the ARN of a customer managed key (\"arn:aws:kms:...:key/...\"); AWS managed keys (alias/aws/sns, alias/aws/sqs) do not work, because their key policies cannot be changed: leave it out for the default encryption."
  }
}

variable "queue_key_arn" {
  description = "Customer managed key that encrypts Defender's queue and the dead-letter queues. null: SSE-SQS."
  type        = string
  default     = null

  validation {
    condition     = var.queue_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.queue_key_arn))
    error_message = "queue_key_arn: ${try(jsonencode(var.queue_key_arn), "")} is not allowed; expected the ARN of a customer managed key (\"arn:aws:kms:...:key/...\"); AWS managed keys (alias/aws/sns, alias/aws/sqs) do not work, because their key policies cannot be changed: leave it out for the default encryption."
  }
}

variable "sentinel_queue_key_arn" {
  description = "Customer managed key that encrypts Sentinel's queue, if it has one. It is not changed."
  type        = string
  default     = null

  validation {
    condition     = var.sentinel_queue_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.sentinel_queue_key_arn))
    error_message = "sentinel_queue_key_arn: ${try(jsonencode(var.sentinel_queue_key_arn), "")} is not allowed; expected the ARN of a customer managed key (\"arn:aws:kms:...:key/...\"); AWS managed keys (alias/aws/sns, alias/aws/sqs) do not work, because their key policies cannot be changed: leave it out for the default encryption."
  }
}

variable "log_key_arn" {
  description = "Customer managed key that encrypts the log files, if they have one. It is not changed."
  type        = string
  default     = null

  validation {
    condition     = var.log_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.log_key_arn))
    error_message = "log_key_arn: ${try(jsonencode(var.log_key_arn), "")} is not allowed; expected the ARN of a customer managed key (\"arn:aws:kms:...:key/...\"); AWS managed keys (alias/aws/sns, alias/aws/sqs) do not work, because their key policies cannot be changed: leave it out for the default encryption."
  }
}

variable "alarms" {
  description = "CloudWatch alarms on the age of the oldest message and on the dead-letter queues; null is none. `action_arns`: what an alarm notifies; `oldest_message_seconds`: age at which a reader counts as late."
  type        = object({ action_arns = list(string), oldest_message_seconds = optional(number, 900) })
  default     = null

  validation {
    condition     = var.alarms == null ? true : length([for entry in var.alarms.action_arns : entry if !(can(regex("^arn:aws[a-z-]*:[a-z0-9-]+:.+$", entry)))]) == 0
    error_message = "alarms.action_arns: ${try(jsonencode(join(", ", [for entry in var.alarms.action_arns : entry if !(can(regex("^arn:aws[a-z-]*:[a-z0-9-]+:.+$", entry)))])), "")} is not allowed; expected the ARN of an alarm action, for instance \"arn:aws:sns:eu-central-1:111122223333:on-call\"."
  }

  validation {
    condition     = var.alarms == null ? true : var.alarms.oldest_message_seconds >= 60 && var.alarms.oldest_message_seconds <= 1209600 && floor(var.alarms.oldest_message_seconds) == var.alarms.oldest_message_seconds
    error_message = "alarms.oldest_message_seconds: ${try(jsonencode(var.alarms.oldest_message_seconds), "")} is not allowed; expected a whole number from 60 to 1209600 (seconds)."
  }
}

variable "tags" {
  default     = {}
  description = "Tags of everything that is created."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length([for entry in keys(var.tags) : entry if !(can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}$", entry)))]) == 0
    error_message = "tags: \"${join(", ", [for entry in keys(var.tags) : entry if !(can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}$", entry)))])}\" is not allowed; expected 1 to 128 letters, digits, spaces or _.:/=+-@."
  }

  validation {
    condition     = length([for entry in values(var.tags) : entry if !(can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}$", entry)))]) == 0
    error_message = "tags: \"${join(", ", [for entry in values(var.tags) : entry if !(can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}$", entry)))])}\" is not allowed; expected at most 256 letters, digits, spaces or _.:/=+-@."
  }
}

variable "adopt" {
  default     = false
  description = "Whether queues of these names that another state created are not refused, because the root imports them (README, A lost state). Take it out after the apply."
  type        = bool
  nullable    = false
}

variable "assume_role_arn" {
  description = "Role that the module's own provider assumes. A provider block inside a module does not inherit the caller's assume_role: give the same role here."
  type        = string
  default     = null

  validation {
    condition     = var.assume_role_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", var.assume_role_arn))
    error_message = "assume_role_arn: ${try(jsonencode(var.assume_role_arn), "")} is not allowed; expected the ARN of an IAM role, for instance \"arn:aws:iam::111122223333:role/Name\"."
  }
}
