import { printable } from "../table";
import type { CheckResult, Finding } from "./finding";

/** Findings first, each with what to do; then what was compared, and what was not. */
export function checkReport({ checked, unchecked, findings }: CheckResult): string {
  const { length } = findings;
  const verdict =
    length === 0 ? "Everything is as the configuration says." : `${length} ${length === 1 ? "finding" : "findings"}`;
  return [
    `${verdict}\n`,
    ...findings.map(paragraph),
    `Checked:\n${list(checked)}`,
    ...(unchecked.length > 0 ? [`Not checked:\n${list(unchecked)}`] : []),
  ].join("\n");
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${printable(line)}\n`).join("");
}

function paragraph({ subject, wrong, expected, found, remedy }: Finding, index: number): string {
  return [
    `${index + 1}. ${printable(`${subject}: ${wrong}`)}`,
    `   expected: ${printable(expected)}`,
    `   found:    ${printable(found)}`,
    `   do:       ${printable(remedy)}\n`,
  ].join("\n");
}
