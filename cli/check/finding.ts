import type { Reading } from "../reading";

/** Something that is not as the configuration says. */
export interface Finding {
  /** What it is about, for instance `role CspmMonitorAws`. */
  readonly subject: string;
  /** What is wrong. */
  readonly wrong: string;
  /** What was found. */
  readonly found: string;
  /** What to do. */
  readonly remedy: string;
}

/** What a check looked at, and what it found. */
export interface CheckResult {
  /** What was compared, as one short line. */
  readonly checked: readonly string[];
  /** What is wrong. */
  readonly findings: readonly Finding[];
}

/** One result of several. */
export function together(results: readonly CheckResult[]): CheckResult {
  return {
    checked: results.flatMap(({ checked }) => checked),
    findings: results.flatMap(({ findings }) => findings),
  };
}

/** A check of what was read. What could not be read is a finding: a check that did not look must not pass. */
export function whenRead<Value>(
  subject: string,
  reading: Reading<Value>,
  check: (value: Value) => CheckResult,
): CheckResult {
  return "value" in reading
    ? check(reading.value)
    : {
        checked: [],
        findings: [
          {
            subject,
            wrong: "it could not be read",
            found: reading.unread,
            remedy: "give the caller the missing right (docs/rights.md), and check again",
          },
        ],
      };
}

/** A check that is right where it has no findings. */
export function checked(what: string, findings: readonly Finding[]): CheckResult {
  return { checked: [what], findings };
}
