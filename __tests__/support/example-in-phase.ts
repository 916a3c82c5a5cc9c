import { Testing } from "cdktf";
import type { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { StackJson } from "../../rehearsal";

/** Synthesizes an example as its environment variable FANOUT_PHASE would have it. */
export function exampleInPhase(
  Example: new (scope: Construct, name: string) => TerraformStack,
  name: string,
  phase: string,
): StackJson {
  const before = process.env.FANOUT_PHASE;
  process.env.FANOUT_PHASE = phase;
  try {
    return JSON.parse(Testing.synth(new Example(Testing.app(), name), true)) as StackJson;
  } finally {
    if (before === undefined) {
      delete process.env.FANOUT_PHASE;
    } else {
      process.env.FANOUT_PHASE = before;
    }
  }
}
