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
  progress("Reading AWS ...");
  const inAws = await readAws(aws, options);
  progress("Reading Azure ...");
  return propose(inAws, await readAzure(azure, options), options);
}
