# Objects of others that the fan-out changes in place. They exist, so they are imported, never created. The blocks may stay: they
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
