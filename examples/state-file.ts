import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalBackend } from "cdktf";
import type { TerraformStack } from "cdktf";

/**
 * The state file of an example, at the top of the repository. It is in a file of its own beside `cdk.tf.json`: whoever copies
 * `cdk.tf.json` to another folder gets a state there, instead of a second configuration of this state.
 */
export class StateFile extends LocalBackend {
  /** @param name - stacks that are configurations of one state give the same name */
  public constructor(stack: TerraformStack, name: string) {
    // Relative to cdktf.out/stacks/<name>, where Terraform runs; cdktf's own default is an absolute path.
    super(stack, { path: `../../../terraform.${name}.tfstate` });
    const { synthesizer } = stack;
    stack.synthesizer = {
      synthesize: (session) => {
        synthesizer.synthesize(session);
        const { workingDirectory } = session.manifest.forStack(stack);
        const content = JSON.stringify(super.toTerraform(), undefined, 2);
        writeFileSync(join(session.outdir, workingDirectory, STATE_FILE), `${content}\n`);
      },
    };
  }

  /** Nothing for `cdk.tf.json`. */
  public override toTerraform(): object {
    return {};
  }
}

/** Name of the file with the backend. */
export const STATE_FILE = "backend.tf.json";
