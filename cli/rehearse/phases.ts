import { InputError } from "../../modules/inputs";
import type { FoundStack } from "./stack";
import { phaseVariable } from "./variables";

const DEPLOY = "deploy";
const FANOUT_PHASES = ["prepare", "fanout", "rollback"];
export const RELEASE = "release";

/** One apply: of the stack, or of its release. */
export interface Phase {
  readonly name: string;
  readonly isRelease: boolean;
  /** Values that only this phase has. */
  readonly values: Readonly<Record<string, string>>;
}

/** Names of the phases that a stack has, in their order. */
export function phaseNames({ json, release }: FoundStack): readonly string[] {
  const own = phaseVariable(json) === undefined ? [DEPLOY] : FANOUT_PHASES;
  return release === undefined ? own : [...own, RELEASE];
}

/**
 * The phases to rehearse.
 * @param given - names, separated by commas; without it, the first phase
 * @throws InputError for a phase that the stack does not have
 */
export function phasesOf(stack: FoundStack, given: string | undefined): readonly Phase[] {
  const allowed = phaseNames(stack);
  const names = given?.split(",").map((name) => name.trim()) ?? allowed.slice(0, 1);
  const unknown = names.find((name) => !allowed.includes(name));
  if (unknown !== undefined) {
    const release = stack.release === undefined ? `; a stack ${stack.name}-release beside it would be its release` : "";
    throw InputError.of("--phases", unknown, `${stack.name} has: ${allowed.join(", ")}${release}`);
  }
  return names.map((name) => phase(stack, name));
}

/** The configuration with which a stack is destroyed: its first one. */
export function lastConfiguration(stack: FoundStack): Phase {
  return phase(stack, phaseNames(stack)[0] ?? DEPLOY);
}

function phase({ json }: FoundStack, name: string): Phase {
  const variable = phaseVariable(json);
  const isRelease = name === RELEASE;
  return { name, isRelease, values: variable === undefined || isRelease ? {} : { [variable]: name } };
}
