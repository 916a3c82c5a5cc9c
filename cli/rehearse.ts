import type { Command } from "commander";
import { InputError } from "../modules/inputs";
import { EXIT_CODES } from "./exit-codes";
import { phasesOf } from "./rehearse/phases";
import { ending, stepReport } from "./rehearse/report";
import type { Audience } from "./rehearse/run";
import { findStack } from "./rehearse/stack";
import { variableValues, type Values } from "./rehearse/variables";

const HELP = `
Phases: a stack with a CloudTrail fan-out has prepare, fanout and rollback; every other stack has deploy. A stack
<name>-release beside it, which gives back what is shared with Microsoft Sentinel, is the phase release.
Each phase is planned, applied and planned again. At the end the stack is destroyed.

The account, region, subscription and resource group of the stack exist in the rehearsal. Variables get their values
from --var, from a terraform.tfvars.json beside the stack, or, for those of the examples, from the rehearsal.

Examples:
  cdktf-defender-for-cloud rehearse cdktf.out/stacks/production
  cdktf-defender-for-cloud rehearse cloudtrail-fanout --phases prepare,fanout,rollback,release

Exit codes:
  0  every step did what it should; a destroy that is refused because others use an object counts as such
  1  a phase is refused, or Terraform failed
  2  wrong input
  3  a fault of this command: please report it`;

const STEPS = ["init", "validate", "plan", "apply", "second plan", "destroy"];

interface Options {
  readonly phases?: string;
  readonly var?: Values;
  readonly json?: true;
}

/** The verb `rehearse`: real Terraform runs a synthesized stack against AWS and Azure in memory. */
export function addRehearseVerb(program: Command): void {
  program
    .command("rehearse")
    .description("runs a synthesized stack with real Terraform against AWS and Azure in memory, offline")
    .argument("<stack>", "a folder with a cdk.tf.json, or the name of a stack below cdktf.out/stacks")
    .option("--phases <names>", "phases in order, separated by commas; without it the first one")
    .option("--var <name=value>", "value of a Terraform variable; may be repeated", addValue)
    .option("--json", "prints the result as JSON, and the progress on standard error")
    .addHelpText("after", HELP)
    .action(rehearse);
}

async function rehearse(name: string, { phases, var: given = {}, json }: Options): Promise<void> {
  const stack = findStack(name);
  const chosen = phasesOf(stack, phases);
  variableValues(stack.json, { ...stack.values, ...given, ...chosen[0]?.values });
  // Loaded only here: the other verbs start without it.
  const { terraformAvailable, unknownTypes } = await import("../rehearsal/index.js");
  const unknown = [stack.json, stack.release ?? {}].flatMap(unknownTypes);
  if (unknown.length > 0) {
    const reasons = [...new Set(unknown.map(({ type, why }) => `${type} (${why})`))];
    throw InputError.of(
      "stack",
      stack.name,
      `the rehearsal does not know these types: ${reasons.join(", ")}. Rehearse a stack without them: Terraform itself may well accept this one`,
    );
  }
  if (!terraformAvailable()) {
    const leftOut = `terraform is not on the PATH, so these were left out: ${STEPS.join(", ")}. Install Terraform 1.10 or newer, or set TERRAFORM_BIN_PATH to the program.`;
    print(
      json ? asJson({ stack: stack.name, result: "skipped", leftOut }) : `${stack.name} is synthesized. ${leftOut}\n`,
    );
    return;
  }
  const { run } = await import("./rehearse/run.js");
  const outcome = await run(stack, chosen, given, json ? progress : reader());
  print(json ? asJson(outcome) : ending(outcome));
  process.exitCode = ["complete", "heldByDesign"].includes(outcome.result) ? EXIT_CODES.fine : EXIT_CODES.differences;
}

/** Prints each step as soon as it ends. */
function reader(): Audience {
  let phase = "";
  return {
    begins: (stack, surroundings) => {
      print(`${stack}, rehearsed in memory with ${surroundings}\n`);
    },
    ends: (step) => {
      if (step.phase !== phase) {
        phase = step.phase;
        print(phase === "" ? "\n" : `\n${phase}\n`);
      }
      print(stepReport(step));
    },
  };
}

/** Keeps standard output for the JSON. */
const progress: Audience = {
  begins: (stack) => process.stderr.write(`${stack}\n`),
  ends: ({ phase, step }) => process.stderr.write(`${phase} ${step}\n`.trimStart()),
};

function addValue(assignment: string, given: Values = {}): Values {
  const at = assignment.indexOf("=");
  if (at < 1) {
    throw InputError.of("--var", assignment, "expected name=value, for instance location=westeurope");
  }
  return { ...given, [assignment.slice(0, at)]: assignment.slice(at + 1) };
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}
