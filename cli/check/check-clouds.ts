import { InputError } from "../../modules/inputs";
import type { ResourceManager } from "../azure/resource-manager";
import type { Configuration } from "../config";
import { expectedFanout } from "./expected";
import { checkFanout } from "./fanout";
import { together } from "./finding";
import type { CheckResult } from "./finding";
import { checkOnboarding } from "./onboarding";
import { readFanout, readOnboarding } from "./read-clouds";
import type { ReadOptions } from "./read-clouds";

/** Path and name of an IAM role (IAM API, CreateRole), without the first slash. */
const ROLE = /^([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;

/**
 * Reads both clouds, and compares them with each section of a configuration.
 * @throws InputError for credentials that nobody accepts, or that belong to another account or see another subscription
 */
export async function checkClouds(
  { accountOnboarding, organizationOnboarding, cloudTrailFanout }: Configuration,
  azure: ResourceManager,
  options: ReadOptions,
): Promise<CheckResult> {
  checkMemberRole(options.memberRole, organizationOnboarding !== undefined);
  const results: CheckResult[] = [];
  for (const onboarding of [accountOnboarding, organizationOnboarding]) {
    if (onboarding !== undefined) {
      const { inputs } = onboarding;
      options.progress(`Reading account ${inputs.awsAccountId} and connector ${inputs.connectorName} ...`);
      results.push(checkOnboarding(inputs, await readOnboarding(azure, inputs, options)));
    }
  }
  if (cloudTrailFanout !== undefined) {
    const { inputs } = cloudTrailFanout;
    options.progress(`Reading bucket ${inputs.bucketName}, topic ${inputs.topicName} and their queues ...`);
    results.push(checkFanout(expectedFanout(inputs), await readFanout(inputs)));
  }
  return together(results);
}

function checkMemberRole(memberRole: string | undefined, hasOrganization: boolean): void {
  if (memberRole !== undefined && !hasOrganization) {
    throw InputError.of("--member-role", memberRole, "the file has no organizationOnboarding: leave it out");
  }
  if (memberRole !== undefined && !ROLE.test(memberRole)) {
    throw InputError.of(
      "--member-role",
      memberRole,
      "expected the name of an IAM role, with its path if it has one, for instance OrganizationAccountAccessRole",
    );
  }
}
