import { consequencesOf, resolvePlans } from "../../modules/plans";
import { printable } from "../table";
import type { DiscoverOptions } from "./facts";
import { selectionOf } from "./plans";
import type { Proposal } from "./proposal";

/** What was found, what it means, what happens with the proposal, and what is to be done. */
export function discoverReport({ remarks, unread, toDo }: Proposal, { plans }: DiscoverOptions): string {
  const happens = consequencesOf(resolvePlans(selectionOf(plans)));
  return [
    `Found\n\n${remarks.map(({ subject, found, means }) => `- ${printable(`${subject}: ${found}`)}\n    ${printable(means)}\n`).join("")}`,
    section(
      "Could not be read: give the caller the right (docs/rights.md), or fill in what is missing",
      unread.map(({ subject, reason }) => `${subject}: ${reason}`),
    ),
    section(
      "What happens with this selection",
      happens.map(({ plan, kind, text }) => `${plan} (${kind}): ${text}`),
    ),
    section("To do before the first apply", toDo),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${title}\n\n${lines.map((line) => `- ${printable(line)}\n`).join("")}`;
}
