import { SENTINEL_AUDIENCES } from "../../modules/plans";
import type { ExpectedIdentityProvider } from "./expected";
import type { AccountFacts } from "./facts";
import { checked, together, whenRead } from "./finding";
import type { CheckResult, Finding } from "./finding";

/** Whether each identity provider is there, and lists every audience that the trusts of the roles name. */
export function checkIdentityProviders(
  expected: readonly ExpectedIdentityProvider[],
  { identityProviders }: AccountFacts,
): CheckResult {
  return whenRead("identity providers", identityProviders, (found) =>
    together(
      expected.map((provider) => {
        const actual = found.find(({ arn }) => arn === provider.arn);
        return checked(
          `identity provider ${provider.url} with ${provider.audiences.length} audiences`,
          actual === undefined ? [missing(provider, found)] : missingAudiences(provider, actual.audiences),
        );
      }),
    ),
  );
}

function missing(
  { arn, url }: ExpectedIdentityProvider,
  found: readonly { readonly arn: string; readonly url: string }[],
): Finding {
  const withoutSlash = found.find((other) => `${other.arn}/` === arn);
  return {
    subject: `identity provider ${url}`,
    wrong: "it does not exist: Defender cannot assume any role",
    found:
      withoutSlash === undefined
        ? `the account has: ${found.map((other) => other.url).join(", ") || "no identity provider"}`
        : `${withoutSlash.arn}, whose URL lacks the final slash: its tokens do not match`,
    remedy: "run terraform plan: it creates the provider again (identityProvider mode create), or says what is missing",
  };
}

function missingAudiences(
  { arn, url, audiences, expectsSentinel }: ExpectedIdentityProvider,
  found: readonly string[],
): Finding[] {
  const [sentinel = ""] = SENTINEL_AUDIENCES;
  const needed = expectsSentinel ? [...new Set([...audiences, sentinel])] : audiences;
  return needed
    .filter((audience) => !found.includes(audience))
    .map((audience) => ({
      subject: `identity provider ${url}`,
      wrong: audiences.includes(audience)
        ? `audience ${audience} is missing: AWS refuses Defender's tokens for the roles that need it`
        : `audience ${audience} of Microsoft Sentinel is missing: Sentinel cannot read any more`,
      found: `audiences: ${found.join(", ") || "none"}`,
      remedy: `apply the stack again, or: aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${audience}`,
    }));
}
