import { awsClients } from "../aws/clients";
import type { ResourceManager } from "../azure/resource-manager";
import type { Configuration } from "../config";
import { expectedFanout } from "./expected";
import { checkFanout } from "./fanout";
import { together } from "./finding";
import type { CheckResult } from "./finding";
import { checkOnboarding } from "./onboarding";
import { readFanout, readOnboarding } from "./read-clouds";

/**
 * Reads both clouds, and compares them with each section of a configuration.
 * @param progress - is told what is read
 * @throws InputError for credentials that nobody accepts, or that belong to another account or see another subscription
 */
export async function checkClouds(
  { accountOnboarding, organizationOnboarding, cloudTrailFanout }: Configuration,
  azure: ResourceManager,
  progress: (step: string) => void,
): Promise<CheckResult> {
  const results: CheckResult[] = [];
  for (const onboarding of [accountOnboarding, organizationOnboarding]) {
    if (onboarding !== undefined) {
      const { inputs } = onboarding;
      progress(`Reading account ${inputs.awsAccountId} and connector ${inputs.connectorName} ...`);
      results.push(checkOnboarding(inputs, await readOnboarding(awsClients(inputs.awsRegion), azure, inputs)));
    }
  }
  if (cloudTrailFanout !== undefined) {
    const { inputs } = cloudTrailFanout;
    progress(`Reading bucket ${inputs.bucketName}, topic ${inputs.topicName} and their queues ...`);
    results.push(checkFanout(expectedFanout(inputs), await readFanout(awsClients(inputs.awsRegion), inputs)));
  }
  return together(results);
}
