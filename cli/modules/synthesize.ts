import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import type { StackJson } from "../../rehearsal/schema/used-types";

/** What a stack synthesizes to, validations included. */
export function synthesize(build: (stack: TerraformStack) => void): StackJson {
  const outdir = mkdtempSync(join(tmpdir(), "defender-module-"));
  try {
    const app = new App({ outdir });
    build(new TerraformStack(app, "module"));
    app.synth();
    return JSON.parse(readFileSync(join(outdir, "stacks", "module", "cdk.tf.json"), "utf8")) as StackJson;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
