import type { Block, Type } from "../schema/schema";

const rules = (destination: string): { type: Type; computed: true } => ({
  type: [
    "list",
    [
      "object",
      {
        events: ["set", "string"],
        filter_prefix: "string",
        filter_suffix: "string",
        id: "string",
        [destination]: "string",
      },
    ],
  ],
  computed: true,
});

/**
 * Data sources that came after the provider version of the bindings, so that the bindings cannot tell their schema.
 * `aws_s3_bucket_notification`: hashicorp/aws 6.52.0, internal/service/s3/bucket_notification_data_source.go.
 */
export const newerDataSources: ReadonlyMap<string, Block> = new Map([
  [
    "aws_s3_bucket_notification",
    {
      attributes: {
        bucket: { type: "string", required: true },
        eventbridge: { type: "bool", computed: true },
        lambda_function: rules("lambda_function_arn"),
        queue: rules("queue_arn"),
        region: { type: "string", optional: true, computed: true },
        topic: rules("topic_arn"),
      },
      blocks: {},
    },
  ],
]);
