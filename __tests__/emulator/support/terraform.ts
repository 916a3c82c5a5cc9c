import { spawn } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutProviders, type Stack } from "../../support/without-providers";
import { withBucketRules } from "./bucket-rules";
import type { Emulator } from "./emulator";
import type { ProviderMirror, Tools } from "./tools";

/** Providers whose side is not emulated here, or that a mirror with the AWS provider alone does not hold. */
const ABSENT_PROVIDERS = ["azurerm", "azapi", "time"];

export interface ResourceChange {
  readonly address: string;
  /**
   * As Terraform's machine-readable output names it; `import` when nothing is to be changed after it, `forget` for an
   * object that leaves the state and stays in the cloud.
   */
  readonly action: "create" | "update" | "delete" | "replace" | "import" | "move" | "forget";
  /** The id of the object to import, if it is one. */
  readonly importing?: string;
}

export interface Plan {
  /** Nothing to do at all: no resource to change, import or forget, no output to change. */
  readonly isEmpty: boolean;
  readonly changes: readonly ResourceChange[];
  /** As Terraform counts them in its summary line; a replacement is an addition and a destruction. */
  readonly counts: Readonly<Record<"import" | "add" | "change" | "destroy" | "forget", number>>;
}

/** One line of `terraform plan -json` or `apply -json`, as far as it is read here. */
interface Message {
  readonly type: string;
  readonly change?: {
    readonly resource: { readonly addr: string };
    readonly action: ResourceChange["action"] | "remove" | "read";
    readonly importing?: { readonly id: string };
  };
  readonly outputs?: Readonly<Record<string, { readonly action?: string }>>;
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail: string };
}

interface PlanJson {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly change: { readonly before: unknown; readonly after: unknown };
  }[];
}

/** A Terraform command that failed; the message holds what Terraform printed. */
export class TerraformError extends Error {}

/** Real Terraform, with the real AWS provider, in a directory of its own, against the emulator and nothing else. */
export class Terraform {
  readonly directory = mkdtempSync(join(tmpdir(), "emulator-"));
  private stack: Stack = {};
  /** Kills the command that runs now. */
  private kill: () => void = () => undefined;

  constructor(
    private readonly tools: Tools,
    private readonly emulator: Emulator,
    /** Values of the stack's input variables. */
    private variables: Readonly<Record<string, unknown>> = {},
    /** Providers that run already, in the form of `TF_REATTACH_PROVIDERS`; without any, a stack is run without those that the mirror lacks. */
    private readonly running?: Readonly<Record<string, unknown>>,
  ) {
    writeFileSync(join(this.directory, "cli.tfrc"), installation(tools.awsProvider));
    writeFileSync(join(this.directory, "emulator_override.tf.json"), JSON.stringify(this.override()));
  }

  /** Puts a stack into the directory, in the place of the one before; values of variables stay. Whether it is valid, `plan` and `apply` say. */
  async load(stack: Stack, variables: Readonly<Record<string, unknown>> = {}): Promise<void> {
    this.stack = this.running ? stack : withoutProviders(stack, ABSENT_PROVIDERS);
    this.variables = { ...this.variables, ...variables };
    await this.write();
    const isInitialized = existsSync(join(this.directory, ".terraform"));
    if (!isInitialized) await this.run("init", "-no-color", "-input=false");
  }

  /** What `terraform test` says about the module in a folder, with the tests that it ships. */
  async test(folder: string): Promise<string> {
    cpSync(folder, this.directory, { recursive: true });
    await this.run("init", "-no-color", "-input=false");
    return this.run("test", "-no-color");
  }

  async plan(...options: readonly string[]): Promise<Plan> {
    await this.write();
    return planOf(await this.run("plan", "-json", "-input=false", "-out=plan", ...options));
  }

  /** The attributes of one resource before and after the plan made last; `null` before it exists, or once it is gone. */
  async planned(address: string): Promise<{ readonly before: unknown; readonly after: unknown } | undefined> {
    const plan = JSON.parse(await this.run("show", "-json", "plan")) as PlanJson;
    return plan.resource_changes.find((change) => change.address === address)?.change;
  }

  /** Plans and applies; returns what was planned. */
  async apply(): Promise<Plan> {
    await this.write();
    return planOf(await this.run("apply", "-json", "-input=false", "-auto-approve"));
  }

  /**
   * Applies, and dies where `kill` is called, as if the machine went down: the provider dies, too. Whether it was killed.
   */
  async applyUntilKilled(watch: (kill: () => void) => void): Promise<boolean> {
    await this.write();
    const killed = { is: false };
    watch(() => {
      killed.is = true;
      this.kill();
    });
    try {
      await this.run("apply", "-json", "-input=false", "-auto-approve");
    } catch (error) {
      if (!killed.is) throw error;
    }
    return killed.is;
  }

  /** Terraform does not write a local state in one piece: what is cut off is taken from its backup, as a person would. */
  restoreState(): void {
    const file = join(this.directory, "terraform.tfstate");
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size === 0 && existsSync(`${file}.backup`)) copyFileSync(`${file}.backup`, file);
  }

  /** Plans and carries out the destruction of everything in the state; returns what was planned. */
  async destroy(): Promise<Plan> {
    await this.write();
    return planOf(await this.run("apply", "-json", "-input=false", "-auto-approve", "-destroy"));
  }

  /** The stack as it is now: what the provider here cannot read is read anew for each run. */
  private async write(): Promise<void> {
    const stack = await withBucketRules(this.stack, this.emulator.api(), this.variables);
    writeFileSync(join(this.directory, "cdk.tf.json"), JSON.stringify(stack, null, 2));
    writeFileSync(join(this.directory, "terraform.tfvars.json"), JSON.stringify(this.variables));
  }

  /** The addresses in the state. */
  async stateList(): Promise<readonly string[]> {
    const stdout = await this.run("state", "list");
    return stdout.split("\n").filter(Boolean);
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const stdout = await this.run("output", "-json");
    const outputs = JSON.parse(stdout) as Record<string, { readonly value: unknown }>;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  cleanUp(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /**
   * Merged by Terraform over the stack's own settings (files named `*_override.tf.json`): the state stays in this
   * directory, and the provider is the mirror's, whatever version the stack asks for.
   */
  private override(): object {
    return {
      terraform: {
        backend: { local: {} },
        required_providers: { aws: { source: "hashicorp/aws", version: this.tools.awsProvider.version } },
      },
    };
  }

  /** Only what is listed here reaches Terraform: no credentials, profiles or Terraform settings of the machine. */
  private environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: this.directory,
      CHECKPOINT_DISABLE: "1",
      // Each run is short: as long as memory lasts, collecting garbage costs more than it saves.
      GOGC: "off",
      GOMEMLIMIT: "1GiB",
      TF_IN_AUTOMATION: "1",
      TF_CLI_CONFIG_FILE: join(this.directory, "cli.tfrc"),
      // For every service and every provider alias: nothing can reach the real AWS by being left out of a list.
      AWS_ENDPOINT_URL: this.emulator.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_REGION: "us-east-1", // where the stack names none
      ...(this.running && { TF_REATTACH_PROVIDERS: JSON.stringify(this.running) }),
    };
  }

  private async run(command: string, ...args: readonly string[]): Promise<string> {
    const child = spawn(this.tools.terraform, [command, ...args], {
      detached: true, // a process group of its own, to which the provider belongs
      cwd: this.directory,
      env: this.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.kill = () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    };
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (code === 0) return stdout;
    const version = `AWS provider ${this.tools.awsProvider.version}, whatever version the stack asks for`;
    throw new TerraformError(`terraform ${command} failed (${version}):\n${errors(stdout) || stderr || stdout}`);
  }
}

/** The mirror. Terraform checks an override's 700 MB against no checksum, which saves a seventh of each run. */
function installation({ directory, unpacked }: ProviderMirror): string {
  const overrides = unpacked === undefined ? "" : `dev_overrides {\n"hashicorp/aws" = ${JSON.stringify(unpacked)}\n}\n`;
  return `provider_installation {\n${overrides}filesystem_mirror {\npath = ${JSON.stringify(directory)}\n}\n}\n`;
}

function planOf(stdout: string): Plan {
  const all = messages(stdout);
  const changes = all
    .flatMap(({ type, change }) => (type === "planned_change" && change ? [change] : []))
    .flatMap(({ resource, action, importing }): readonly ResourceChange[] =>
      action === "read"
        ? []
        : [
            {
              address: resource.addr,
              action: action === "remove" ? "forget" : action,
              ...(importing && { importing: importing.id }),
            },
          ],
    );
  const number = (...actions: readonly ResourceChange["action"][]) =>
    changes.filter(({ action }) => actions.includes(action)).length;
  // Outputs are listed twice by an apply: planned ones have an action, final ones do not.
  const isOutputChanged = all
    .flatMap(({ outputs }) => Object.values(outputs ?? {}))
    .some(({ action }) => action !== undefined && action !== "noop");
  return {
    isEmpty: changes.length === 0 && !isOutputChanged,
    changes,
    counts: {
      import: changes.filter(({ importing }) => importing !== undefined).length,
      add: number("create", "replace"),
      change: number("update"),
      destroy: number("delete", "replace"),
      forget: number("forget"),
    },
  };
}

/** What went wrong according to the output of a command run with `-json`; empty for any other output. */
function errors(stdout: string): string {
  return messages(stdout)
    .flatMap(({ diagnostic }) => (diagnostic?.severity === "error" ? [diagnostic] : []))
    .map(({ summary, detail }) => `${summary}: ${detail}`)
    .join("\n");
}

function messages(stdout: string): readonly Message[] {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Message);
}
