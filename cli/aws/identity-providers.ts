import { GetOpenIDConnectProviderCommand, ListOpenIDConnectProvidersCommand } from "@aws-sdk/client-iam";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { reading } from "./errors";
import { tagsOf } from "./tags";

/** An OIDC identity provider of the account. */
export interface IdentityProviderFacts {
  readonly arn: string;
  /** As IAM has it: without `https://`. */
  readonly url: string;
  readonly audiences: readonly string[];
  /** Absent: none. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The OIDC identity providers of the account. */
export async function readIdentityProviders({
  iam,
}: Pick<AwsClients, "iam">): Promise<Reading<readonly IdentityProviderFacts[]>> {
  return reading(async () => {
    const { OpenIDConnectProviderList: list = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
    return Promise.all(
      list.map(async ({ Arn = "" }) => {
        const found = await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn }));
        return { arn: Arn, url: found.Url ?? "", audiences: found.ClientIDList ?? [], tags: tagsOf(found.Tags) };
      }),
    );
  });
}
