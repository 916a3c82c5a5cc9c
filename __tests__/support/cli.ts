import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const CLI = resolve(__dirname, "..", "..", "cli", "index.js");

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the command line tool as a process of its own, without the credentials and settings of whoever runs the tests. It does not
 * block: servers of the test answer meanwhile.
 * @param home - home folder of the process
 */
export async function runCli(
  args: readonly string[],
  home: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH: process.env.PATH, HOME: home, AWS_EC2_METADATA_DISABLED: "true", ...environment },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout, stderr };
}
