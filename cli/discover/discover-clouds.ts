import { readCaller } from "../aws/caller";
import type { AwsClients } from "../aws/clients";
import type { ResourceManager } from "../azure/resource-manager";
import type { DiscoverOptions } from "./facts";
import { propose } from "./proposal";
import type { Proposal } from "./proposal";
import { readAws, readAzure } from "./read-clouds";

/**
 * Reads both clouds and proposes a configuration.
 * @param progress - called before each step
 */
export async function discoverClouds(
  aws: AwsClients,
  azure: ResourceManager,
  options: DiscoverOptions,
  progress: (step: string) => void,
): Promise<Proposal> {
  // Wrong credentials of either cloud show in the first seconds.
  const caller = await readCaller(aws);
  progress("Reading Azure ...");
  const inAzure = await readAzure(azure, options);
  progress(`Reading AWS account ${caller.accountId} ...`);
  return propose(await readAws(aws, caller, options), inAzure, options);
}
