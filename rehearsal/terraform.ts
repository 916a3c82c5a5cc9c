import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Terraform ended with an error. `message` holds the step and what Terraform printed. */
export class TerraformError extends Error {
  constructor(
    /** The command, for instance `plan`. */
    readonly step: string,
    /** What Terraform printed as errors, without its frame. */
    readonly diagnostics: string,
  ) {
    super(`terraform ${step} failed:\n${diagnostics}`);
  }
}

/** The terraform program: `TERRAFORM_BIN_PATH`, else the one on the PATH. */
function terraformPath(): string | undefined {
  const explicit = process.env.TERRAFORM_BIN_PATH;
  const candidates = explicit
    ? [explicit]
    : (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "terraform"));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export function terraformAvailable(): boolean {
  return terraformPath() !== undefined;
}

/** What terraform printed on its standard output, and whether it found changes: only `-detailed-exitcode` says so. */
export interface Finished {
  readonly output: string;
  readonly changes: boolean;
}

const CHANGES_PRESENT = 2;

/** Runs terraform without blocking: the providers answer from this same process. */
export async function runTerraform(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    /** Kills terraform at once. */
    readonly signal: AbortSignal;
  },
): Promise<Finished> {
  const program = terraformPath();
  if (program === undefined) {
    throw new Error("terraform is not on the PATH: install it, or set TERRAFORM_BIN_PATH to the program");
  }
  const child = spawn(program, args, {
    cwd: options.cwd,
    // Each run is short and waits for the providers: more threads, or collecting garbage often, costs more than it saves.
    env: { PATH: process.env.PATH, HOME: options.cwd, GOGC: "400", GOMAXPROCS: "1", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    signal: options.signal,
    killSignal: "SIGKILL",
  });
  const output: string[] = [];
  const errors: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => output.push(chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => errors.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const changes = code === CHANGES_PRESENT && args.includes("-detailed-exitcode");
  if (code !== 0 && !changes) {
    throw new TerraformError(args[0] ?? "", withoutFrame(errors.join("") || output.join("")));
  }
  return { output: output.join(""), changes };
}

/** Terraform draws a frame around its errors and breaks lines inside it. */
function withoutFrame(diagnostics: string): string {
  return diagnostics
    .split("\n")
    .map((line) => line.replace(/^[╷│╵] ?/, "").trimEnd())
    .join("\n")
    .trim();
}
