import { DescribeRegionsCommand, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { paginateListClusters } from "@aws-sdk/client-eks";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { reading } from "./errors";

/** The regions that the account has enabled. */
export async function readRegions({ ec2 }: Pick<AwsClients, "ec2">): Promise<Reading<readonly string[]>> {
  return reading(async () => {
    const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({}));
    return Regions.map(({ RegionName = "" }) => RegionName).sort();
  });
}

/** The instances of a region. */
export interface InstanceFacts {
  readonly count: number;
  /** How many have no instance profile: the automation for Azure Arc attaches one. */
  readonly withoutProfile: number;
}

/** The instances of the region that are not terminated. */
export async function readInstances({ ec2 }: Pick<AwsClients, "ec2">): Promise<Reading<InstanceFacts>> {
  return reading(async () => {
    let count = 0;
    let withoutProfile = 0;
    for await (const page of paginateDescribeInstances({ client: ec2 }, {})) {
      for (const { State, IamInstanceProfile } of (page.Reservations ?? []).flatMap(
        ({ Instances = [] }) => Instances,
      )) {
        if (State?.Name !== "terminated") {
          count += 1;
          withoutProfile += IamInstanceProfile ? 0 : 1;
        }
      }
    }
    return { count, withoutProfile };
  });
}

/** Names of the EKS clusters of the region. */
export async function readClusters({ eks }: Pick<AwsClients, "eks">): Promise<Reading<readonly string[]>> {
  return reading(async () => {
    const names: string[] = [];
    for await (const { clusters = [] } of paginateListClusters({ client: eks }, {})) {
      names.push(...clusters);
    }
    return names;
  });
}
