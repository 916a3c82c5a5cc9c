import { oneOf, withDefault } from "../inputs";

/** AWS partitions. Microsoft documents only `aws`; nothing is published about the other two. */
export type Partition = (typeof PARTITIONS)[number];

/** The partitions that have IAM ARNs of their own. */
export const PARTITIONS = ["aws", "aws-us-gov", "aws-cn"] as const;

/** DNS suffix of the partition's services. */
export function urlSuffix(partition: Partition): string {
  return partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}

/** Partition of an account; literal. */
export const PARTITION = withDefault(oneOf(PARTITIONS), "aws");
