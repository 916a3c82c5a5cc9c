import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, TerraformStack, TerraformVariable } from "cdktf";
import { CloudTrailFanout, requireProviders } from "../../modules";
import type { CloudTrailFanoutProps } from "../../modules";
import type { StackJson } from "../../rehearsal";
import { BUCKET, defenderRoleArn, SENTINEL_QUEUE } from "./sentinel-account";
import type { Place } from "./sentinel-account";
import { synthesized, testApp } from "../support/test-app";

export const PLACE: Place = { accountId: "111122223333", region: "eu-central-1" };

/** A fan-out for the account of `sentinel-account.ts`. */
export function fanoutProps(phase: string, place: Place = PLACE): CloudTrailFanoutProps {
  return {
    phase,
    awsAccountId: place.accountId,
    awsRegion: place.region,
    bucketName: BUCKET,
    sentinel: { queueName: SENTINEL_QUEUE },
    defender: { readerRoleArns: [defenderRoleArn(place)] },
  };
}

/** A stack with only AWS, as in `cdk.tf.json`. */
export function stackOf(build: (stack: TerraformStack) => void, region = PLACE.region): StackJson {
  const stack = new TerraformStack(testApp(), "stack");
  new LocalBackend(stack, { path: "fanout.tfstate" });
  new AwsProvider(stack, "aws", { region });
  requireProviders(stack, "awsForFanout");
  build(stack);
  return synthesized(stack);
}

export function fanoutStack(props: CloudTrailFanoutProps): StackJson {
  return stackOf((stack) => {
    new CloudTrailFanout(stack, "Fanout", props);
  }, props.awsRegion);
}

/** One configuration for every phase but release: the phase is a Terraform variable. */
export function variableStack(props: Omit<CloudTrailFanoutProps, "phase">): StackJson {
  return stackOf((stack) => {
    const phase = new TerraformVariable(stack, "phase", { type: "string" });
    phase.overrideLogicalId("phase");
    new CloudTrailFanout(stack, "Fanout", { ...props, phase: phase.stringValue });
  }, props.awsRegion);
}

/** The fan-out taken out of the code. */
export function withoutFanout(region = PLACE.region): StackJson {
  return stackOf(() => undefined, region);
}
