import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { AwsClients } from "./clients";
import { asInputError } from "./errors";

/** Who calls. */
export interface CallerFacts {
  /** The account that the credentials belong to. */
  readonly accountId: string;
  readonly arn: string;
}

/** Who calls. Nobody needs a right for that. */
export async function readCaller({ sts }: Pick<AwsClients, "sts">): Promise<CallerFacts> {
  try {
    const { Account = "", Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
    return { accountId: Account, arn: Arn };
  } catch (error) {
    throw asInputError(error);
  }
}
