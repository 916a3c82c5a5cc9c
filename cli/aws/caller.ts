import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { AwsClients } from "./clients";
import { asInputError } from "./errors";

/** The account that the credentials belong to, and who they are. */
export async function readCaller({ sts }: Pick<AwsClients, "sts">): Promise<{ accountId: string; arn: string }> {
  try {
    const { Account = "", Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
    return { accountId: Account, arn: Arn };
  } catch (error) {
    throw asInputError(error);
  }
}
