import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutProviders, type Stack } from "../../support/without-providers";
import type { Emulator } from "./emulator";
import type { Tools } from "./tools";

/** Providers whose side is not emulated here, or that a mirror with the AWS provider alone does not hold. */
const ABSENT_PROVIDERS = ["azurerm", "azapi", "time", "random"];

export interface ResourceChange {
  readonly address: string;
  /** `replace` stands for a delete and a create; `forget` for an object that leaves the state and stays in the cloud. */
  readonly action: "no-op" | "create" | "update" | "delete" | "replace" | "forget";
  /** The id of the object to import, if it is one. */
  readonly importing?: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Plan {
  /** Nothing to do at all: no resource to change or import, no output to change. */
  readonly isEmpty: boolean;
  readonly changes: readonly ResourceChange[];
  /** As Terraform counts them in its summary line; a replacement is an addition and a destruction. */
  readonly counts: Readonly<Record<"import" | "add" | "change" | "destroy" | "forget", number>>;
}

interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly mode: "managed" | "data";
    readonly change: {
      readonly actions: readonly string[];
      readonly importing?: { readonly id: string };
      readonly before: unknown;
      readonly after: unknown;
    };
  }[];
}

/** A Terraform command that failed; the message holds what Terraform printed. */
export class TerraformError extends Error {}

/** Real Terraform, with the real AWS provider, in a directory of its own, against the emulator and nothing else. */
export class Terraform {
  readonly directory = mkdtempSync(join(tmpdir(), "emulator-"));

  constructor(
    private readonly tools: Tools,
    private readonly emulator: Emulator,
    /** Values of the stack's input variables. */
    private readonly variables: Readonly<Record<string, unknown>> = {},
  ) {
    const mirror = `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(tools.awsProvider.directory)}\n  }\n}\n`;
    writeFileSync(join(this.directory, "cli.tfrc"), mirror);
    writeFileSync(join(this.directory, "emulator_override.tf.json"), JSON.stringify(this.override()));
  }

  /** Puts a stack into the directory, in the place of the one before, and initializes it; `plan` validates it. */
  async load(stack: Stack): Promise<void> {
    const synthesized = withoutProviders(stack, ABSENT_PROVIDERS);
    writeFileSync(join(this.directory, "cdk.tf.json"), JSON.stringify(synthesized, null, 2));
    writeFileSync(join(this.directory, "terraform.tfvars.json"), JSON.stringify(this.variables));
    await this.run("init", "-input=false");
  }

  async plan(...options: readonly string[]): Promise<Plan> {
    const { code } = await this.run("plan", "-input=false", "-detailed-exitcode", "-out=plan", ...options);
    const { stdout } = await this.run("show", "-json", "plan");
    const changes = ((JSON.parse(stdout) as PlanJson).resource_changes ?? [])
      .filter(({ mode }) => mode === "managed")
      .map(({ address, change }): ResourceChange => ({
        address,
        action: change.actions.length > 1 ? "replace" : (change.actions[0] as ResourceChange["action"]),
        ...(change.importing && { importing: change.importing.id }),
        before: change.before,
        after: change.after,
      }));
    return { isEmpty: code === 0, changes, counts: count(changes) };
  }

  /** Plans, and applies just that plan. */
  async apply(): Promise<Plan> {
    return this.applied(await this.plan());
  }

  /** Plans the destruction of everything in the state, and applies just that plan. */
  async destroy(): Promise<Plan> {
    return this.applied(await this.plan("-destroy"));
  }

  /** The addresses in the state. */
  async stateList(): Promise<readonly string[]> {
    const { stdout } = await this.run("state", "list");
    return stdout.split("\n").filter(Boolean);
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const { stdout } = await this.run("output", "-json");
    const outputs = JSON.parse(stdout) as Record<string, { readonly value: unknown }>;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  cleanUp(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async applied(plan: Plan): Promise<Plan> {
    await this.run("apply", "-input=false", "plan");
    return plan;
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
      TF_IN_AUTOMATION: "1",
      TF_CLI_CONFIG_FILE: join(this.directory, "cli.tfrc"),
      // For every service and every provider alias: nothing can reach the real AWS by being left out of a list.
      AWS_ENDPOINT_URL: this.emulator.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_REGION: "us-east-1", // where the stack names none
    };
  }

  /** Exit code 2 of `plan -detailed-exitcode` means that there are changes. */
  private async run(command: string, ...args: readonly string[]): Promise<{ code: number; stdout: string }> {
    const child = spawn(this.tools.terraform, [command, ...(command === "state" ? args : ["-no-color", ...args])], {
      cwd: this.directory,
      env: this.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = { stdout: "", stderr: "" };
    child.stdout.on("data", (data: Buffer) => (printed.stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (printed.stderr += data.toString()));
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode) => {
        resolve(exitCode ?? 1);
      });
    });
    if (code === 0 || (code === 2 && command === "plan")) return { code, stdout: printed.stdout };
    const version = `AWS provider ${this.tools.awsProvider.version}, whatever version the stack asks for`;
    throw new TerraformError(`terraform ${command} failed (${version}):\n${printed.stderr || printed.stdout}`);
  }
}

function count(changes: readonly ResourceChange[]): Plan["counts"] {
  const number = (...actions: readonly ResourceChange["action"][]) =>
    changes.filter(({ action }) => actions.includes(action)).length;
  return {
    import: changes.filter(({ importing }) => importing !== undefined).length,
    add: number("create", "replace"),
    change: number("update"),
    destroy: number("delete", "replace"),
    forget: number("forget"),
  };
}
