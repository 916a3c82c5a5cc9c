import { MOCK_CALLER } from "./mocks";
import type { Introduction, ModuleFiles } from "./readme";

/** Import blocks for the root: before Terraform 1.16 a child module may have none. */
export const FANOUT_IMPORTS = `# Objects of others that the fan-out changes in place. They exist, so they are imported, never created. The blocks may stay: they
# do nothing once the objects are in the state. The release takes this file out.

# Read only, to see what the policy has.
import {
  to = module.fanout.aws_sqs_queue_policy.adopted_sentinel_queue_policy_found
  id = module.fanout.sentinel_queue_url
}

# Gets one more statement.
import {
  to = module.fanout.aws_sqs_queue_policy.adopted_sentinel_queue_policy
  id = module.fanout.sentinel_queue_url
}

import {
  to = module.fanout.aws_s3_bucket_notification.adopted_notification
  id = module.fanout.bucket_name
}
`;

const SETTINGS = `terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = { source = "hashicorp/aws" }
  }

  # Both roots have the same state. Replace this by the backend of your pipeline, with the same key in both.
  backend "local" {
    path = "../terraform.tfstate"
  }
}
`;

const INPUTS = `  aws_account_id      = var.aws_account_id
  aws_region          = "eu-central-1"
  bucket_name         = var.bucket_name
  sentinel_queue_name = var.sentinel_queue_name
  reader_role_arns    = []
`;

const VARIABLES = `variable "aws_account_id" {
  description = "The account that owns Sentinel's queue."
  type        = string
}

variable "bucket_name" {
  description = "The bucket to which CloudTrail delivers."
  type        = string
}

variable "sentinel_queue_name" {
  description = "Sentinel's queue."
  type        = string
}

provider "aws" {
  region              = "eu-central-1"
  allowed_account_ids = [var.aws_account_id]
}
`;

const ROOT = `# The bucket notifies a topic, which serves Sentinel's queue and Defender's. Phases prepare, fanout and rollback.

${SETTINGS}
variable "fanout_phase" {
  description = "prepare, fanout or rollback: no default, because a wrong one would switch the bucket."
  type        = string
}

${VARIABLES}
# The address of the call is the address of the lock: give it another name only after the release.
module "fanout" {
  source = "../.."

  phase = var.fanout_phase

${INPUTS}}

output "bucket_arn" {
  description = "ARN of the bucket: the portal asks for it."
  value       = module.fanout.bucket_arn
}

output "defender_queue_arn" {
  description = "ARN of Defender's queue: the portal asks for it."
  value       = module.fanout.defender_queue_arn
}

output "key_policy_statements" {
  description = "What the owners of the keys must add to their policies."
  value       = module.fanout.key_policy_statements
}
`;

const RELEASE_ROOT = `# The release, for the state of the root in ../bucket: destroys topic and queues, and leaves the bucket's rules and Sentinel's
# policy as they are. It has no import blocks.

${SETTINGS}
${VARIABLES}
module "fanout" {
  source = "../../release"

  phase = "release"

${INPUTS}}
`;

/** Tests that a user runs with \`terraform test\`: plans with mock providers, without credentials. */
const TESTS = `# Plans with mock providers: no credentials are needed. They show what is refused: the imports of what exists are the root's.

mock_provider "aws" {
${MOCK_CALLER}

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
`;

const OTHERS: Readonly<Record<string, string>> = {
  "examples/bucket/main.tf": ROOT,
  "examples/bucket/imports.tf": FANOUT_IMPORTS,
  "examples/release/main.tf": RELEASE_ROOT,
  "tests/cloudtrail-fanout.tftest.hcl": TESTS,
};

/** What adopts topic and queues whose state is lost, beside imports.tf. */
export const FANOUT_ADOPTION = `import {
  to = module.fanout.aws_sns_topic.topic
  id = "arn:aws:sns:eu-central-1:111122223333:cloudtrail-fanout"
}

import {
  to = module.fanout.aws_sqs_queue.defender_queue
  id = "https://sqs.eu-central-1.amazonaws.com/111122223333/cloudtrail-fanout-defender"
}

import {
  to = module.fanout.aws_sqs_queue.defender_dead_letter_queue
  id = "https://sqs.eu-central-1.amazonaws.com/111122223333/cloudtrail-fanout-defender-dlq"
}

import {
  to = module.fanout.aws_sqs_queue.sentinel_dead_letter_queue
  id = "https://sqs.eu-central-1.amazonaws.com/111122223333/cloudtrail-fanout-sentinel-dlq"
}
`;

const INTRODUCTION: Introduction = {
  title: "CloudTrail for Microsoft Sentinel and Microsoft Defender for Cloud",
  text: `The bucket notifies a topic in place of Sentinel's queue, and the topic serves that queue and a second one, for Defender. Rules of the bucket and the policy of Sentinel's queue are read, changed in place, and never destroyed. What to check between the phases, and what is refused, is in the runbook, docs/cloudtrail-fanout.md of cdktf-defender-for-cloud.

- **Imports.** What exists is imported, never created. A child module may have no import blocks before Terraform 1.16, so the root has them: copy [imports.tf](examples/bucket/imports.tf), and name the call \`fanout\`, or change the addresses in the file. Without it the plan stops.
- **Lock.** The module has a provider block of its own, \`aws.lock\`: if the call is removed or renamed before the release, the plan stops ("Provider configuration not present") and destroys nothing. Therefore the call takes no \`count\`, \`for_each\` or \`depends_on\`. The block takes credentials from the environment, as your provider does; if that one assumes a role, give the role as \`assume_role_arn\`, too. It has no \`default_tags\`: use \`tags\`.
- **Two buckets** are two calls with different topic names. Never call the module twice for one bucket: the second write undoes the first.

## Phases

| phase      | module                                  | what the apply does                                                                  |
| ---------- | --------------------------------------- | ------------------------------------------------------------------------------------ |
| \`prepare\`  | this one                                | creates topic, queues, policies, subscriptions; adds one statement to Sentinel's policy |
| \`fanout\`   | this one                                | the bucket notifies the topic                                                        |
| \`rollback\` | this one                                | the bucket notifies Sentinel's queue again; topic and queues stay, idle              |
| \`release\`  | [release](release), for the same state  | destroys topic and queues; leaves the bucket's rules and Sentinel's policy unchanged |

1. Add the call and \`imports.tf\`. Apply with \`phase = "prepare"\`: 3 to import, 11 to add, 1 to change, and the notification is imported without a change.
2. Wait a minute. Apply with \`phase = "fanout"\`: 2 to change. From now on every deployment needs this phase; \`prepare\` is refused.
3. To go back, at any time: apply with \`phase = "rollback"\`.
4. To leave: apply \`rollback\`, and wait ten minutes. Then change \`source\` to the folder \`release\` and \`phase\` to \`"release"\`, take \`imports.tf\` and the outputs of the module out of the root, and apply: 10 to destroy, 3 no longer managed. Then remove the call: what is left is a mark in the state.

The release is a module of its own because Terraform cannot express it by a variable: an object leaves the state unchanged only by a \`removed\` block, and Terraform refuses such a block beside the resource. With \`count = 0\` it would destroy the object, which \`prevent_destroy\` refuses. Roots for both, with one state: [bucket](examples/bucket/main.tf), [release](examples/release/main.tf).

## A lost state

If queues of these names exist that this state did not create, the plan stops. If they are yours, set \`adopt = true\`, add these import blocks beside \`imports.tf\`, with your account, region and names, and apply the phase that the bucket is in (\`fanout\` if it publishes to the topic). Then take both out. SNS finds the subscriptions by itself if they have the attributes that the module sets; import others by their ARNs, as \`module.fanout.aws_sns_topic_subscription.sentinel_subscription\` and \`defender_subscription\`.

\`\`\`hcl
${FANOUT_ADOPTION.trim()}
\`\`\``,
  example: `module "fanout" {
  source = "./terraform/cloudtrail-fanout"

  phase               = "prepare"
  aws_account_id      = "111122223333"
  aws_region          = "eu-central-1"
  bucket_name         = "cloudtrail-logs"
  sentinel_queue_name = "MicrosoftSentinelCloudTrailSqs"
  reader_role_arns    = []
}`,
};

/** What the module's folder has besides the module. */
export const FANOUT_FILES: ModuleFiles = { introduction: INTRODUCTION, others: OTHERS };
