import { checkKnownKeys, checkOneOf, InputError } from "../foundation";
import { AUDIENCES, MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../plans";
import { checkAudiences } from "./check-audiences";

const MODES = ["create", "extend", "verify", "release"];

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

/**
 * Refuses a mode that is none, and audiences that must not be taken away.
 * @throws InputError naming the prop, the value and what is allowed
 */
export function checkIdentityProviderMode(provider: {
  readonly mode: IdentityProviderMode;
  readonly tenantId: string;
  readonly audiences: readonly string[];
}): void {
  const { mode: options, audiences: needed } = provider;
  const given: unknown = options;
  if (typeof given !== "object" || given === null) {
    const modes = MODES.map((mode) => `{ mode: "${mode}" }`).join(", ");
    throw new InputError("identityProvider", given, `expected ${modes}`);
  }
  checkOneOf("identityProvider.mode", options.mode, MODES);
  checkKnownKeys(
    "identityProvider",
    options,
    options.mode === "extend" ? ["mode", "expectedAudiences", "retiredAudiences"] : ["mode"],
  );
  if (options.mode !== "extend") {
    return;
  }
  const { expectedAudiences = [], retiredAudiences = [] } = options;
  const prop = "identityProvider.retiredAudiences";
  checkAudiences("identityProvider.expectedAudiences", expectedAudiences);
  checkAudiences(prop, retiredAudiences);
  const others: readonly string[] = [SENTINEL_AUDIENCE, AUDIENCES.ciem];
  const own: readonly string[] =
    provider.tenantId === MICROSOFT_TENANT_ID
      ? Object.values(AUDIENCES).filter((audience) => !others.includes(audience))
      : [AUDIENCES.ciem];
  for (const audience of retiredAudiences) {
    if (!own.includes(audience)) {
      throw new InputError(prop, audience, `only audiences of Defender alone may be taken away: ${own.join(", ")}`);
    }
    if (needed.includes(audience)) {
      throw new InputError(prop, audience, "a selected plan needs it: switch the plan off first");
    }
  }
}
