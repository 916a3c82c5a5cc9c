import { Testing } from "cdktf";
import type { App, TerraformStack } from "cdktf";
import type { StackJson } from "../../rehearsal";

/** An app that writes nothing outside the compiled output: cdktf makes a folder for each, and leaves it. */
export function testApp(): App {
  return Testing.app({ outdir: "dist/cdktf.out" });
}

/** What a stack synthesizes to, validations included. */
export function synthesized(stack: TerraformStack): StackJson {
  return JSON.parse(Testing.synth(stack, true)) as StackJson;
}
