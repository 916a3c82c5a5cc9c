import { SENTINEL_AUDIENCES } from "../../modules/plans";
import type { ExpectedAccount, ExpectedIdentityProvider } from "./expected";
import type { AccountFacts } from "./facts";
import { checked, together, whenRead } from "./finding";
import type { CheckResult, Finding } from "./finding";
import { remedyIn } from "./remedies";
import { tagFindings } from "./tags";

/** Whether each identity provider is there, and lists every audience that the trusts of the roles name. */
export function checkIdentityProviders(
  { identityProviders: expected, madeBy }: ExpectedAccount,
  { identityProviders }: Pick<AccountFacts, "identityProviders">,
): CheckResult {
  return whenRead("identity providers", identityProviders, (found) =>
    together(
      expected.map((provider) => {
        const actual = found.find(({ arn }) => arn === provider.arn);
        const subject = `identity provider ${provider.url}`;
        return checked(
          `${subject} with ${provider.audiences.length} audiences`,
          actual === undefined
            ? [missing(subject, provider, found, madeBy)]
            : [
                ...missingAudiences(subject, provider, actual.audiences),
                ...tagFindings(subject, provider.tags, actual.tags ?? {}, remedyIn(madeBy)),
              ],
        );
      }),
    ),
  );
}

function missing(
  subject: string,
  { arn }: ExpectedIdentityProvider,
  found: readonly { readonly arn: string; readonly url: string }[],
  madeBy: ExpectedAccount["madeBy"],
): Finding {
  const withoutSlash = found.find((other) => `${other.arn}/` === arn);
  return {
    subject,
    wrong: "it does not exist: Defender cannot assume any role",
    expected: arn,
    found:
      withoutSlash === undefined
        ? `the account has: ${found.map((other) => other.url).join(", ") || "no identity provider"}`
        : `${withoutSlash.arn}, whose URL lacks the final slash: its tokens do not match`,
    remedy:
      madeBy === "Terraform"
        ? "run terraform plan: it creates the provider again (identityProvider mode create), or says what is missing"
        : "update the account's stack instance: with memberIdentityProvider mode ensure it creates the provider again (docs/organization.md)",
  };
}

function missingAudiences(
  subject: string,
  { arn, audiences, sharedAudiences }: ExpectedIdentityProvider,
  found: readonly string[],
): Finding[] {
  return [...new Set([...audiences, ...sharedAudiences])]
    .filter((audience) => !found.includes(audience))
    .map((audience) => ({
      subject,
      wrong: audiences.includes(audience)
        ? `audience ${audience} is missing: AWS refuses Defender's tokens for the roles that need it`
        : `audience ${audience} of ${SENTINEL_AUDIENCES.includes(audience) ? "Microsoft Sentinel" : "somebody else"} is missing: who shares the provider cannot read any more`,
      expected: audience,
      found: `audiences: ${found.join(", ") || "none"}`,
      remedy: `run in this account: aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${audience}`,
    }));
}
