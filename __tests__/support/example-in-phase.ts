import type { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { StackJson } from "../../rehearsal";
import { synthesized, testApp } from "./test-app";

/** Synthesizes an example as its environment variable FANOUT_PHASE would have it. */
export function exampleInPhase(
  Example: new (scope: Construct, name: string) => TerraformStack,
  name: string,
  phase: string,
): StackJson {
  const before = process.env.FANOUT_PHASE;
  process.env.FANOUT_PHASE = phase;
  try {
    return synthesized(new Example(testApp(), name));
  } finally {
    if (before === undefined) {
      delete process.env.FANOUT_PHASE;
    } else {
      process.env.FANOUT_PHASE = before;
    }
  }
}
