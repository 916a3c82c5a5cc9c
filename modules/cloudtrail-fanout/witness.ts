import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { TerraformData } from "../terraform";
import type { FanoutPhase } from "./fanout-phase";

/** What a phase demands of the last one, and what is said where the bucket may publish to the topic instead. */
const DEMANDS: Readonly<Partial<Record<FanoutPhase, { condition: string; errorMessage: string }>>> = {
  prepare: {
    condition: '${self.input != "fanout"}',
    errorMessage:
      'phase: "prepare" is not allowed; the bucket publishes to the topic, or may do so because an apply did not end: use phase fanout to keep it (FANOUT_PHASE=fanout in the examples), or rollback to go back (FANOUT_PHASE=rollback).',
  },
  release: {
    condition: '${self.input == "rollback"}',
    errorMessage:
      'phase: "release" is not allowed; the bucket may publish to the topic until phase rollback has been applied to its end: apply that first (FANOUT_PHASE=rollback in the examples).',
  },
};

/**
 * The phase that the bucket is in, as the state knows it: `fanout` as soon as the bucket may publish to the topic, and
 * `rollback` as soon as it cannot any more. The notification comes after the witness in the former phase, and before it in
 * the latter, so an apply that fails or is killed in between leaves `fanout`, whatever S3 has done.
 *
 * Phases `prepare` and `release` leave what it says, and the plan fails where it is not what they demand.
 */
export class Witness extends TerraformData {
  /** @param after - what must have happened before the witness says so */
  public constructor(scope: Construct, id: string, phase: FanoutPhase, after?: ITerraformDependable[]) {
    const demand = DEMANDS[phase];
    super(scope, id, {
      input: phase,
      ...(after ? { dependsOn: after } : {}),
      ...(demand ? { lifecycle: { ignoreChanges: ["input"], postcondition: [demand] } } : {}),
    });
  }
}
