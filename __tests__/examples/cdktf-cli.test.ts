import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describeWithTerraform } from "../support/with-terraform";

const APP = resolve("dist/main.js");
const CLI = require.resolve("cdktf-cli/bundle/bin/cdktf");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cdktf-cli-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a program of Node with everything that it writes in the test's own folder, and offline. */
function run(outdir: string, ...args: string[]): Record<string, string> {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: {
      ...process.env,
      CDKTF_HOME: join(folder, "home"),
      CDKTF_OUTDIR: outdir,
      CHECKPOINT_DISABLE: "1",
      DISABLE_VERSION_CHECK: "1",
      TERRAFORM_BINARY_NAME: process.env.TERRAFORM_BIN_PATH ?? "terraform",
    },
  });
  if (status !== 0) {
    throw new Error(`${args.join(" ")} failed:\n${stdout}${stderr}`);
  }
  const stacks = join(outdir, "stacks");
  return Object.fromEntries(
    readdirSync(stacks).map((name) => [name, readFileSync(join(stacks, name, "cdk.tf.json"), "utf8")]),
  );
}

// The command line asks for terraform's version even where it only synthesizes.
describeWithTerraform("the command line of cdktf", () => {
  test("synthesizes byte for byte what the app writes by itself", () => {
    const alone = run(join(folder, "alone"), APP);
    // Not the app of cdktf.json, which compiles first and would empty dist/ below the running tests.
    const app = `"${process.execPath}" "${APP}"`;
    const byCli = run(join(folder, "cli"), CLI, "synth", "--app", app, "--output", join(folder, "cli"));
    expect(Object.keys(alone)).not.toEqual([]);
    expect(byCli).toEqual(alone);
  });
});
