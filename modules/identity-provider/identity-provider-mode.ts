import { checkKnownKeys, checkOneOf, InputError } from "../foundation";
import { AUDIENCES, SENTINEL_AUDIENCE } from "../plans";

/**
 * The account's identity provider exists nowhere yet: it is created, and destroyed with the rest.
 *
 * The plan stops where a role of Microsoft Sentinel (its name starts with `OIDC_`) trusts the provider, because Sentinel
 * then uses it, or has joined since. A provider that no such role trusts is found only by AWS, at the first step of the
 * apply: "EntityAlreadyExists"; nothing else has been created by then.
 */
export interface CreateIdentityProvider {
  /** The mode. */
  readonly mode: "create";
}

/**
 * The provider exists, made by Microsoft Sentinel or somebody else: it is looked up, imported, and the audiences that the
 * plans need are added. Whatever audiences others have, or add later, stay. It is never destroyed: give it back by mode
 * `verify`, in an apply of its own, before anything is destroyed.
 */
export interface ExtendIdentityProvider {
  /** The mode. */
  readonly mode: "extend";
  /**
   * Audiences that must be there already; the plan stops where one is missing, because something else is then wrong.
   * @default Microsoft Sentinel's
   */
  readonly expectedAudiences?: readonly string[];
  /**
   * Audiences of Defender to take away, after the plan that needed them was switched off: an audience is never removed by
   * itself. Only Defender's own, never Sentinel's, and none that a selected plan needs.
   * @default none
   */
  readonly retiredAudiences?: readonly string[];
}

/**
 * The provider belongs to another state, or to nobody's: it is only looked up. The plan stops where an audience is missing
 * and prints the AWS CLI command that adds it. Where this state held the provider before, it is given back: Terraform
 * forgets it and leaves it as it is.
 */
export interface VerifyIdentityProvider {
  /** The mode. */
  readonly mode: "verify";
}

/** What is done about the account's identity provider. An account can hold one per URL, and Sentinel uses the same. */
export type IdentityProviderMode = CreateIdentityProvider | ExtendIdentityProvider | VerifyIdentityProvider;

/**
 * Refuses a mode that is none, and audiences that must not be taken away.
 * @throws InputError naming the prop, the value and what is allowed
 */
export function checkIdentityProviderMode(options: IdentityProviderMode, needed: readonly string[]): void {
  checkOneOf("identityProvider.mode", options.mode, ["create", "extend", "verify"]);
  checkKnownKeys(
    "identityProvider",
    options,
    options.mode === "extend" ? ["mode", "expectedAudiences", "retiredAudiences"] : ["mode"],
  );
  if (options.mode !== "extend") {
    return;
  }
  const prop = "identityProvider.retiredAudiences";
  const own: readonly string[] = Object.values(AUDIENCES).filter((audience) => audience !== SENTINEL_AUDIENCE);
  for (const audience of options.retiredAudiences ?? []) {
    if (!own.includes(audience)) {
      throw new InputError(prop, audience, `only audiences of Defender alone may be taken away: ${own.join(", ")}`);
    }
    if (needed.includes(audience)) {
      throw new InputError(prop, audience, "a selected plan needs it: switch the plan off first");
    }
  }
}
