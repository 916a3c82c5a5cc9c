import { mapTexts } from "./texts";

/** What a text of the constructs says, and what a module says in its place. */
export type Rewording = readonly [says: RegExp, saysInstead: string];

/** What the constructs say where Microsoft Sentinel has made the identity provider. */
export const USE_EXTEND =
  /set identityProvider to \{ mode: \\*"extend\\*" \}, or to \{ mode: \\*"verify\\*" \} if another state owns the provider\./g;

/** A module cannot extend what exists, only verify it. */
export const VERIFY_WORDS: readonly Rewording[] = [
  [/mode "extend"/g, 'mode "verify"'],
  [/use_mode_extend/g, "use_mode_verify"],
];

/** Texts about the identity provider and the roles that name props, or an id, of the constructs. */
export const ONBOARDING_WORDS: readonly Rewording[] = [
  [USE_EXTEND, 'set identity_provider_mode to "verify".'],
  ...VERIFY_WORDS,
  [/identity_provider_not_destroyed_in_mode_release/g, "identity_provider_mode_at_first_apply"],
  [
    /Take them over with roles\.all\.adoptExisting .*? or delete these\./g,
    "Delete them, or take them over with an exported root (export --config, with roles.all.adoptExisting in the file).",
  ],
  [/ Such roles may have left customer managed policies, too, .*?\(roles\.<role>\.adoptPolicies\)\./g, ""],
];

/**
 * Says in every text what a module says in place of the constructs.
 * @throws Error for words that no text has: the constructs say something else now
 */
export function reword<Value>(value: Value, words: readonly Rewording[]): Value {
  const unused = new Set(words);
  const reworded = mapTexts(value, (text) =>
    words.reduce((before, word) => {
      const after = before.replaceAll(...word);
      if (after !== before) {
        unused.delete(word);
      }
      return after;
    }, text),
  ) as Value;
  if (unused.size > 0) {
    const patterns = [...unused].map(([says]) => String(says)).join(", ");
    throw new Error(
      `no text of the constructs matches ${patterns}: correct these words in cli/modules to what the constructs say now`,
    );
  }
  return reworded;
}
