import type { Finding } from "./finding";

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** Declared tags that are missing, or that have another value. Others may add tags of their own. */
export function tagFindings(subject: string, declared: Tags, found: Tags, remedy: string): Finding[] {
  return Object.entries(declared)
    .filter(([key, value]) => found[key] !== value)
    .map(([key, value]) => ({
      subject,
      wrong: `its tag ${key} is not what is declared`,
      expected: value,
      found: found[key] ?? "no such tag",
      remedy,
    }));
}
