import { printable } from "../table";
import type { CheckResult, Finding } from "./finding";

/** Findings first, each with what to do; then what was compared. */
export function checkReport({ checked, findings }: CheckResult): string {
  const { length } = findings;
  const verdict =
    length === 0 ? "Everything is as the configuration says." : `${length} ${length === 1 ? "finding" : "findings"}`;
  return [
    `${verdict}\n`,
    ...findings.map(paragraph),
    `Checked:\n${checked.map((line) => `- ${printable(line)}\n`).join("")}`,
  ].join("\n");
}

function paragraph({ subject, wrong, found, remedy }: Finding, index: number): string {
  return `${index + 1}. ${printable(`${subject}: ${wrong}`)}\n   found: ${printable(found)}\n   do:    ${printable(remedy)}\n`;
}
