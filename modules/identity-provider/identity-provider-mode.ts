import { list, object, oneOf, optional, text, variant, withDefault } from "../inputs";
import type { Format, Report } from "../inputs";
import { AUDIENCES, MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../plans";

/**
 * The account has no identity provider yet: it is created, and destroyed with the rest.
 *
 * The plan stops if a role of Microsoft Sentinel (its name starts with `OIDC_`) trusts the provider, because Sentinel then
 * uses it, or has joined since. The plan does not find a provider that no such role trusts: AWS refuses it at the first step of
 * the apply, "EntityAlreadyExists", before anything else is created.
 *
 * The plan also stops if the construct was removed, or has another id, while the state holds the provider of the Microsoft
 * tenant: "Provider configuration not present". Destroy with the construct in place. To leave the provider behind, `extend`
 * and `release` it first.
 */
export interface CreateIdentityProvider {
  /** The mode. */
  readonly mode: "create";
}

/**
 * The provider exists, created by Microsoft Sentinel or someone else. It is looked up and imported, and the audiences that the
 * plans need are added. The audiences of others stay, also those that they add later. The provider is never destroyed: before
 * you destroy anything, release it by mode `release`, in a separate apply.
 */
export interface ExtendIdentityProvider {
  /** The mode. */
  readonly mode: "extend";
  /**
   * Audiences that must already be there. The plan stops if one is missing, because something else is wrong then.
   * @default Microsoft Sentinel's in the provider of Microsoft's tenant, none in another
   */
  readonly expectedAudiences?: readonly string[];
  /**
   * Audiences of Defender to remove, after the plan that needed them was switched off: an audience is never removed
   * automatically. Only audiences that no one but Defender uses in this provider, and that no selected plan needs; literals.
   * @default none
   */
  readonly retiredAudiences?: readonly string[];
}

/**
 * The provider belongs to another state, or to none: it is only looked up. If an audience is missing, the plan stops and
 * prints the AWS CLI command that adds it. A plan or destroy also stops while this state still holds the provider: "Instance
 * cannot be destroyed"; release it by mode `release` first.
 */
export interface VerifyIdentityProvider {
  /** The mode. */
  readonly mode: "verify";
}

/**
 * The shared provider is released: Terraform forgets it and leaves it unchanged. Apply this mode separately, after `extend`.
 * Then switch to mode `verify`, and destroy in it if you want to, or remove the construct. This mode after `create`, and a
 * destroy in this mode, applied or not, fail with "Instance cannot be destroyed": Terraform would destroy the provider, too.
 */
export interface ReleaseIdentityProvider {
  /** The mode. */
  readonly mode: "release";
}

/** How the account's identity provider is managed. An account can have one per URL, and Sentinel uses the same one. */
export type IdentityProviderMode =
  CreateIdentityProvider | ExtendIdentityProvider | VerifyIdentityProvider | ReleaseIdentityProvider;

/** A client ID of an identity provider (AWS IAM API, CreateOpenIDConnectProvider and AddClientIDToOpenIDConnectProvider). */
const AUDIENCE: Format = { expected: "an audience of 1 to 255 characters", pattern: "^.{1,255}$" };

/** Audiences that one identity provider can list (IAM quotas, AWS documentation). */
export const MAX_AUDIENCES = 100;

/** Audiences of one provider. */
export function audienceList(least: number, use: "literal" | "literalOrTerraform" = "literalOrTerraform") {
  return list(text(AUDIENCE, use), {
    least,
    most: MAX_AUDIENCES,
    size: `AWS allows ${least} to ${MAX_AUDIENCES} audiences`,
    distinct: "list each audience only once",
  });
}

/** The props of each mode. */
export const MODE_SHAPES = {
  create: { mode: oneOf(["create"]) },
  extend: {
    mode: oneOf(["extend"]),
    expectedAudiences: optional(audienceList(0)),
    retiredAudiences: withDefault(audienceList(0, "literal"), []),
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

/** Reports audiences that must not be removed. */
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
      report.fault(at, audience, `only audiences that no one but Defender uses can be removed: ${own.join(", ")}`);
    } else if (provider.audiences.includes(audience)) {
      report.fault(at, audience, "a selected plan needs it: switch the plan off first");
    }
  }
}
