import { list, object, oneOf, optional, text, variant, withDefault } from "../inputs";
import type { Format, Report } from "../inputs";
import { AUDIENCES, MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../plans";

/**
 * The account's identity provider exists nowhere yet: it is created, and destroyed with the rest.
 *
 * The plan stops where a role of Microsoft Sentinel (its name starts with `OIDC_`) trusts the provider, because Sentinel
 * then uses it, or has joined since. A provider that no such role trusts is found only by AWS, at the first step of the
 * apply: "EntityAlreadyExists"; nothing else has been created by then.
 *
 * The plan stops too where the construct is gone, or has another id, while the state holds the provider of the Microsoft
 * tenant: "Provider configuration not present". Destroy with the construct in place; to leave the provider behind, `extend`
 * and `release` it first.
 */
export interface CreateIdentityProvider {
  /** The mode. */
  readonly mode: "create";
}

/**
 * The provider exists, made by Microsoft Sentinel or somebody else: it is looked up, imported, and the audiences that the
 * plans need are added. Whatever audiences others have, or add later, stay. It is never destroyed: give it back by mode
 * `release`, in an apply of its own, before anything is destroyed.
 */
export interface ExtendIdentityProvider {
  /** The mode. */
  readonly mode: "extend";
  /**
   * Audiences that must be there already; the plan stops where one is missing, because something else is then wrong.
   * @default Microsoft Sentinel's in the provider of Microsoft's tenant, none in another
   */
  readonly expectedAudiences?: readonly string[];
  /**
   * Audiences of Defender to take away, after the plan that needed them was switched off: an audience is never removed by
   * itself. Only those that Defender alone has in this provider, never Sentinel's, and none that a selected plan needs.
   * @default none
   */
  readonly retiredAudiences?: readonly string[];
}

/**
 * The provider belongs to another state, or to none: it is only looked up. The plan stops where an audience is missing
 * and prints the AWS CLI command that adds it. It stops too, like a destroy, where this state still holds the provider:
 * "Instance cannot be destroyed"; give it back by mode `release` first.
 */
export interface VerifyIdentityProvider {
  /** The mode. */
  readonly mode: "verify";
}

/**
 * The shared provider is given back: Terraform forgets it and leaves it as it is. An apply of its own, from `extend`; then
 * mode `verify` follows, or a destroy in it, or the construct is taken out. From `create`, and for a destroy in this mode,
 * applied or not, the answer is "Instance cannot be destroyed": Terraform would take the provider along.
 */
export interface ReleaseIdentityProvider {
  /** The mode. */
  readonly mode: "release";
}

/** What is done about the account's identity provider. An account can hold one per URL, and Sentinel uses the same. */
export type IdentityProviderMode =
  CreateIdentityProvider | ExtendIdentityProvider | VerifyIdentityProvider | ReleaseIdentityProvider;

/** A client ID of an identity provider (AWS IAM API, CreateOpenIDConnectProvider and AddClientIDToOpenIDConnectProvider). */
const AUDIENCE: Format = { expected: "an audience of 1 to 255 characters", pattern: "^.{1,255}$" };

/** Audiences that one identity provider can list (IAM quotas, AWS documentation). */
export const MAX_AUDIENCES = 100;

/** Audiences of one provider. */
export function audienceList(least: number) {
  return list(text(AUDIENCE), {
    least,
    most: MAX_AUDIENCES,
    size: `AWS allows ${least} to ${MAX_AUDIENCES} audiences`,
    distinct: "each audience can be listed once",
  });
}

/** The props of each mode. */
export const MODE_SHAPES = {
  create: { mode: oneOf(["create"]) },
  extend: {
    mode: oneOf(["extend"]),
    expectedAudiences: optional(audienceList(0)),
    retiredAudiences: withDefault(audienceList(0), []),
  },
  verify: { mode: oneOf(["verify"]) },
  release: { mode: oneOf(["release"]) },
} as const;

/** Schema of {@link IdentityProviderMode}. */
export const IDENTITY_PROVIDER_MODE = variant("mode", {
  create: object<CreateIdentityProvider>()(MODE_SHAPES.create),
  extend: object<ExtendIdentityProvider>()(MODE_SHAPES.extend),
  verify: object<VerifyIdentityProvider>()(MODE_SHAPES.verify),
  release: object<ReleaseIdentityProvider>()(MODE_SHAPES.release),
});

/** Reports audiences that must not be taken away. */
export function checkRetiredAudiences(
  mode: IdentityProviderMode,
  provider: { readonly tenantId: string; readonly audiences: readonly string[] },
  at: string,
  report: Pick<Report, "fault">,
): void {
  const others: readonly string[] = [SENTINEL_AUDIENCE, AUDIENCES.ciem];
  const own: readonly string[] =
    provider.tenantId === MICROSOFT_TENANT_ID
      ? Object.values(AUDIENCES).filter((audience) => !others.includes(audience))
      : [AUDIENCES.ciem];
  for (const audience of mode.mode === "extend" ? (mode.retiredAudiences ?? []) : []) {
    if (!own.includes(audience)) {
      report.fault(at, audience, `only audiences of Defender alone may be taken away: ${own.join(", ")}`);
    } else if (provider.audiences.includes(audience)) {
      report.fault(at, audience, "a selected plan needs it: switch the plan off first");
    }
  }
}
