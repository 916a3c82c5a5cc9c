import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import type { StackJson } from "../../rehearsal";
import { describeWithTerraform } from "../support/with-terraform";
import { onboarding } from "./stacks";

const CLI = resolve("dist/rehearsal/cli.js");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-cli-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function synthesized(stack: StackJson): void {
  mkdirSync(join(folder, "cdktf.out/stacks/example"), { recursive: true });
  writeFileSync(join(folder, "cdktf.out/stacks/example/cdk.tf.json"), JSON.stringify(stack));
}

function run(args: string[], path = process.env.PATH) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH: path },
  });
  return { status, stdout, stderr };
}

describeWithTerraform("the rehearsal on the command line", () => {
  test("shows every step and what exists after it", () => {
    synthesized(onboarding());
    const { status, stdout, stderr } = run(["example"]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/plan +\d\.\d\d s {3}5 to add, 0 to change, 0 to destroy/);
    expect(stdout).toMatch(/second plan +\d\.\d\d s {3}no changes/);
    expect(stdout).toContain("aws-connector: CspmMonitorAws");
    expect(stdout.split("after destroy")[1]).toContain("AWS account 111122223333: empty");
    expect(status).toBe(0);
  });

  test("fails with terraform's own words and no stack trace", () => {
    synthesized(onboarding({}));
    const { status, stderr } = run(["example"]);
    expect(stderr).toContain("terraform apply failed");
    expect(stderr).toContain("Identity provider is missing");
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(1);
  });
});

describe("the command line without a rehearsal", () => {
  test("says what was skipped without terraform, and succeeds", () => {
    synthesized(onboarding());
    const { status, stdout } = run(["example"], "/nowhere");
    expect(stdout).toContain("terraform is not on the PATH");
    expect(status).toBe(0);
  });

  test("fails for an example that was not synthesized, naming those that are", () => {
    synthesized(onboarding());
    expect(run(["other"])).toEqual({
      status: 1,
      stdout: "",
      stderr: 'there is no synthesized example "other": example\n',
    });
  });

  test("fails when nothing is synthesized", () => {
    expect(run([]).stderr).toBe('name an example; run "npm run synth" first\n');
  });

  test("fails for a variable that it has no value for", () => {
    synthesized({ variable: { workspace: {} } });
    expect(run(["example"]).stderr).toBe(
      'variable "workspace" has no rehearsal value; give it with --var workspace=<value>\n',
    );
  });
});
