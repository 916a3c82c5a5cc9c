import { draw, sum, touchedTable } from "./plan-picture";
import type { CloudChange, Outcome, Step } from "./run";

/** A step that ended, for people. */
export function stepReport(step: Step): string {
  const { step: name, seconds, plan, clouds, refusal, error } = step;
  const head = `  ${name.padEnd(12)}${seconds.toFixed(2).padStart(6)} s   `;
  if (refusal !== undefined) {
    const lines = [...refusal.why, ...refusal.next.map((next) => `next: ${next}`)];
    return `${head}refused, as intended\n${indented(lines.map((line) => `${line}\n`).join(""))}`;
  }
  if (error !== undefined) {
    return `${head}failed\n`;
  }
  if (plan !== undefined) {
    const picture = name === "plan" && plan.objects > 0 ? [draw(plan), touchedTable(plan)].filter((part) => part) : [];
    return `${head}${sum(plan)}\n${picture.map((part) => `\n${indented(part)}`).join("")}${explained(step)}`;
  }
  return clouds === undefined ? `${head.trimEnd()}\n` : `${head}${changeReport(clouds)}`;
}

/** What the number of planned objects leaves out, and what it contains beyond the objects of the clouds. */
function explained({ plan, dataSources }: Step): string {
  if (plan === undefined || dataSources === undefined || plan.objects === 0) {
    return "";
  }
  const created = plan.outcomes.created ?? 0;
  const lines = [
    ...(created > 0
      ? [
          `${created} created = ${created - plan.onlyInState} in the clouds + ${plan.onlyInState} only in Terraform's state (guards, waits, random values)`,
        ]
      : []),
    `${dataSources} data sources are read; they are no objects of the plan`,
    ...(CLOUDFORMATION.some((name) => plan.groups.some((group) => group.name === name))
      ? ["CloudFormation makes more objects, from the template that it gets"]
      : []),
  ];
  return `\n${indented(`${lines.join("\n")}\n`)}\n`;
}

/** Groups whose objects make others. */
const CLOUDFORMATION = ["template stack", "member accounts"];

function changeReport({ calls, accounts, connectors }: CloudChange): string {
  const lines = accounts.map(
    ({ id, before, after }) => `AWS account ${id}: ${before} objects before, ${after === 0 ? "none" : after} after`,
  );
  const azure =
    connectors.length === 0
      ? "Azure: no connector"
      : connectors.map(({ name, offerings }) => `Azure: connector ${name} with ${offerings.join(", ")}`).join("\n");
  return `${calls.aws} calls changed something in AWS, ${calls.azure} in Azure\n${indented(`${lines.join("\n")}\n${azure}\n`)}`;
}

/** How the rehearsal ended, and what to do next. */
export function ending({ stack, steps, result }: Outcome): string {
  switch (result) {
    case "complete":
      return `\nAs intended: ${stack} was applied, planned again without changes, and destroyed. What was there before is still there.\n`;
    case "heldByDesign":
      return `\nAs intended: ${stack} was applied, and Terraform refuses to destroy what others use.\n`;
    case "refused":
      return `\nStopped: the phases of ${stack} do not work in this order.\n`;
    case "unsettled":
      return `\nStopped: a second plan of ${stack} still has changes. The same apply again would not settle.\n`;
    case "failed":
      return `\n${steps.at(-1)?.error ?? ""}\n`;
  }
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "    ");
}
