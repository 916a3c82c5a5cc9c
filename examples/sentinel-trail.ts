import type { TerraformStack } from "cdktf";
import { FANOUT_PHASE, FORMATS, STANDARD_QUEUE_NAME } from "../modules";
import type { CloudTrailFanoutProps } from "../modules";
import { variablesOf } from "./environment";

/**
 * The trail that Sentinel reads, with Defender as its second reader.
 * @param isRelease - whether the stack releases the trail; otherwise its phase is a variable
 */
export function sentinelTrail(
  stack: TerraformStack,
  aws: Pick<CloudTrailFanoutProps, "awsAccountId" | "awsRegion">,
  isRelease: boolean,
): CloudTrailFanoutProps {
  const variable = variablesOf(stack);
  return {
    ...aws,
    phase: isRelease
      ? "release"
      : // Without a default: a deployment that forgets it is asked, instead of switching the trail.
        variable("fanout_phase", "Phase of the fan-out: prepare, fanout or rollback.", FANOUT_PHASE),
    bucketName: variable(
      "cloudtrail_bucket_name",
      "The bucket to which CloudTrail delivers log files.",
      FORMATS.bucketName,
    ),
    sentinel: {
      queueName: variable("sentinel_queue_name", "Name of the queue that Sentinel reads.", STANDARD_QUEUE_NAME),
    },
    defender: {
      readerRoleArns: [
        variable(
          "defender_reader_role_arn",
          "ARN of the role with which Defender reads, from the template that the portal generates.",
          FORMATS.roleArn,
        ),
      ],
    },
  };
}
