import type { Stack } from "../../support/without-providers";
import type { AwsApi, NotificationRule } from "./aws-api";

const TYPE = "aws_s3_bucket_notification";

/**
 * Data source `aws_s3_bucket_notification` came with hashicorp/aws 6.52; a mirror of a development machine may hold an older
 * version. So what it would read is read from the emulator, right before Terraform runs, and put into the stack as a local in
 * its place. The form is that of the provider's source (internal/service/s3/bucket_notification_data_source.go); that the
 * provider answers in it, these tests do not show.
 */
export async function withBucketRules(
  stack: Stack,
  aws: AwsApi,
  variables: Readonly<Record<string, unknown>>,
): Promise<Stack> {
  const { [TYPE]: sources = {}, ...data } = (stack.data ?? {}) as Record<string, Record<string, { bucket: string }>>;
  if (Object.keys(sources).length === 0) return stack;
  const locals: Record<string, unknown> = {};
  let text = JSON.stringify({ ...stack, data });
  for (const [name, { bucket }] of Object.entries(sources)) {
    const [, variable] = /^\$\{var\.(\w+)\}$/.exec(bucket) ?? [];
    locals[name] = found(await aws.getNotification(variable === undefined ? bucket : String(variables[variable])));
    text = text.replaceAll(`data.${TYPE}.${name}`, `local.${name}`);
  }
  const replaced = JSON.parse(text) as Stack;
  return { ...replaced, locals: { ...(replaced.locals as object | undefined), ...locals } };
}

function found(rules: readonly NotificationRule[]) {
  const of = (kind: NotificationRule["kind"], destination: string) =>
    rules
      .filter((rule) => rule.kind === kind)
      .map(({ id, arn, events, prefix = "", suffix = "" }) => ({
        id,
        [destination]: arn,
        events,
        filter_prefix: prefix,
        filter_suffix: suffix,
      }));
  return {
    // The emulator does not return this setting.
    eventbridge: false,
    queue: of("Queue", "queue_arn"),
    topic: of("Topic", "topic_arn"),
    lambda_function: of("CloudFunction", "lambda_function_arn"),
  };
}
