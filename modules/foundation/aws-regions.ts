import { checkFormat } from "./formats";
import type { Format } from "./formats";
import { checkDistinct, checkList } from "./input-error";

/** Codes of AWS regions, of all partitions (AWS documentation, regions and endpoints, 2026). */
export const AWS_REGIONS: readonly string[] = [
  "af-south-1",
  "ap-east-1",
  "ap-east-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-central-1",
  "ca-west-1",
  "cn-north-1",
  "cn-northwest-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "mx-central-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-gov-east-1",
  "us-gov-west-1",
  "us-west-1",
  "us-west-2",
];

/** The code of an AWS region that exists. */
export const AWS_REGION: Format = {
  expected: `the code of an AWS region: ${AWS_REGIONS.join(", ")}`,
  pattern: `^(${AWS_REGIONS.join("|")})$`,
};

/**
 * Refuses literals that are no region codes, and a region that is given twice.
 * @throws InputError naming the region and those that exist
 */
export function checkRegions(prop: string, regions: readonly string[]): void {
  checkList(prop, regions);
  for (const region of regions) {
    checkFormat(prop, region, AWS_REGION);
  }
  checkDistinct(prop, regions, "each region is given at most once");
}
