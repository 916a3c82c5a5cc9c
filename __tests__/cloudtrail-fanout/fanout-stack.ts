import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, TerraformStack } from "cdktf";
import { CloudTrailFanout, requireProviders } from "../../modules";
import type { CloudTrailFanoutProps, FanoutPhase } from "../../modules";
import type { StackJson } from "../../rehearsal";
import {
  BUCKET,
  defenderRoleArn,
  FOREIGN_PREFIX,
  FOREIGN_QUEUE,
  FOREIGN_RULE_ID,
  queueArn,
  SENTINEL_QUEUE,
  SENTINEL_RULE_ID,
  sentinelRoleArn,
} from "./sentinel-account";
import type { Place } from "./sentinel-account";
import { synthesized, testApp } from "../support/test-app";

export const PLACE: Place = { accountId: "111122223333", region: "eu-central-1" };

/** A fan-out for the account of `sentinel-account.ts`. */
export function fanoutProps(phase: FanoutPhase, place: Place = PLACE): CloudTrailFanoutProps {
  return {
    phase,
    awsAccountId: place.accountId,
    awsRegion: place.region,
    bucketName: BUCKET,
    trailLayout: { kind: "account" },
    sentinel: {
      queueName: SENTINEL_QUEUE,
      roleArns: [sentinelRoleArn(place)],
      notificationRule: {
        id: SENTINEL_RULE_ID,
        events: ["s3:ObjectCreated:*"],
        prefix: `AWSLogs/${place.accountId}/CloudTrail/`,
        suffix: ".gz",
      },
    },
    defender: { readerRoleArns: [defenderRoleArn(place)] },
    otherRules: {
      queues: [
        {
          id: FOREIGN_RULE_ID,
          queueArn: queueArn(place, FOREIGN_QUEUE),
          events: ["s3:ObjectCreated:*"],
          prefix: FOREIGN_PREFIX,
        },
      ],
      topics: [],
      lambdaFunctions: [],
      eventBridge: false,
    },
  };
}

/** A stack with AWS alone, as `cdk.tf.json` holds it. */
export function stackOf(build: (stack: TerraformStack) => void, region = PLACE.region): StackJson {
  const stack = new TerraformStack(testApp(), "stack");
  new LocalBackend(stack, { path: "fanout.tfstate" });
  new AwsProvider(stack, "aws", { region });
  requireProviders(stack, "aws");
  build(stack);
  return synthesized(stack);
}

export function fanoutStack(props: CloudTrailFanoutProps): StackJson {
  return stackOf((stack) => {
    new CloudTrailFanout(stack, "Fanout", props);
  }, props.awsRegion);
}

/** The fan-out taken out of the code. */
export function withoutFanout(region = PLACE.region): StackJson {
  return stackOf(() => undefined, region);
}
