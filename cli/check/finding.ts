import type { Reading } from "../reading";

/** Something that is not as the configuration says. */
export interface Finding {
  /** What it is about, for instance `role CspmMonitorAws`. */
  readonly subject: string;
  /** What is wrong. */
  readonly wrong: string;
  /** What the configuration says. */
  readonly expected: string;
  /** What was found. */
  readonly found: string;
  /** What to do. */
  readonly remedy: string;
}

/** What a check looked at, and what it found. `check --json` prints it: schemas/check-result.schema.json describes it. */
export interface CheckResult {
  /** What was compared, as one short line. */
  readonly checked: readonly string[];
  /** What this check does not look at, although it belongs to the configuration, and why. */
  readonly unchecked: readonly string[];
  /** What is wrong. */
  readonly findings: readonly Finding[];
}

/** One result of several. */
export function together(results: readonly CheckResult[]): CheckResult {
  return {
    checked: results.flatMap(({ checked }) => checked),
    unchecked: results.flatMap(({ unchecked }) => unchecked),
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
        unchecked: [],
        findings: [
          {
            subject,
            wrong: "it could not be read",
            expected: "an answer",
            found: reading.unread,
            remedy:
              "give the caller the missing right (docs/rights.md), or, where AWS throttles, wait; then check again",
          },
        ],
      };
}

/** A check that is right where it has no findings. */
export function checked(what: string, findings: readonly Finding[]): CheckResult {
  return { checked: [what], unchecked: [], findings };
}

/** Something that this check does not look at, and why. */
export function notChecked(what: string): CheckResult {
  return { checked: [], unchecked: [what], findings: [] };
}

/** The same result, about something inside something else, for instance `member account 444455556666, role CspmMonitorAws`. */
export function inside(place: string, { checked: lines, unchecked, findings }: CheckResult): CheckResult {
  const placed = (text: string) => `${place}, ${text}`;
  return {
    checked: lines.map(placed),
    unchecked: unchecked.map(placed),
    findings: findings.map((finding) => ({ ...finding, subject: placed(finding.subject) })),
  };
}
