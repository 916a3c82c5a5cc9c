import { paginateListPolicies } from "@aws-sdk/client-iam";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { reading } from "./errors";

/** ARNs of the customer managed policies of the account. */
export async function readPolicyArns({ iam }: Pick<AwsClients, "iam">): Promise<Reading<readonly string[]>> {
  return reading(async () => {
    const arns: string[] = [];
    for await (const { Policies = [] } of paginateListPolicies({ client: iam }, { Scope: "Local" })) {
      arns.push(...Policies.map(({ Arn = "" }) => Arn));
    }
    return arns;
  });
}
