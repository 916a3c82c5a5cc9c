import { name as library } from "cdktf/package.json";
import { AccountOnboarding } from "../../modules";
import { ACCESS_LEVELS } from "../../modules/plans";
import type { StackJson } from "../../rehearsal";
import { CONSTRUCT_INPUTS } from "../support/construct-inputs";
import { SELECTIONS } from "../support/plan-selections";
import { ACCOUNT, synth } from "../support/synth";

/** Stacks, and the library that made them. */
export interface Synthesized {
  readonly library: string;
  readonly stacks: Readonly<Record<string, StackJson>>;
}

/** A stack for every plan and feature at each access level, and one for every construct with all its props. */
export function synthesizeAll(): Synthesized {
  const selections = Object.entries(SELECTIONS).flatMap(([name, plans]) =>
    ACCESS_LEVELS.map((accessLevel): [string, StackJson] => [
      `${name}, ${accessLevel}`,
      synth((stack) => new AccountOnboarding(stack, "Onboarding", { ...ACCOUNT, plans, accessLevel })),
    ]),
  );
  const constructs = CONSTRUCT_INPUTS.flatMap(({ name, create, examples }) =>
    examples.map((example, index): [string, StackJson] => [
      `${name} ${index}`,
      synth((stack) => create(stack, example)),
    ]),
  );
  return { library, stacks: Object.fromEntries([...selections, ...constructs]) };
}

if (require.main === module) {
  process.stdout.write(JSON.stringify(synthesizeAll()));
}
