import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { AwsCloud } from "./aws/cloud";
import { newerDataSources } from "./aws/newer-types";
import { AwsProvider } from "./aws/provider";
import { AzapiProvider } from "./azure/azapi";
import { AzurermProvider } from "./azure/azurerm";
import type { AzureCloud } from "./azure/cloud";
import type { Provider } from "./provider/provider";
import { serve, type ServedProvider } from "./provider/server";
import { TimeProvider } from "./provider/time";
import { usedSchema, UsedTypes, type StackJson } from "./schema/used-types";
import { runTerraform, type Finished } from "./terraform";

export interface RehearsalProps {
  readonly aws: AwsCloud;
  readonly azure: AzureCloud;
  /** Folder with a `cdk.tf.json`, or the parsed JSON itself. */
  readonly stack: string | StackJson;
  /** Types that modules use which the stack calls, as blocks without content. @default none: it calls none */
  readonly moduleTypes?: StackJson;
  /** Values of the stack's Terraform variables. @default none */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Text of the state to begin with. @default no state */
  readonly state?: string;
}

export type Action = "no-op" | "create" | "read" | "update" | "delete" | "forget";

/** One entry of `resource_changes` in `terraform show -json`. */
export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly Action[];
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
    readonly after_unknown: Readonly<Record<string, unknown>>;
    readonly importing?: { readonly id?: string };
  };
}

/** How many objects a plan touches. */
export interface Counts {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  readonly import: number;
  readonly forget: number;
}

export interface Plan {
  /** File of the saved plan, for `apply`. */
  readonly file: string;
  /** Objects that the plan does something with. */
  readonly changes: readonly ResourceChange[];
  readonly counts: Counts;
  /** Terraform says that nothing changes: no object, no address, no output. */
  readonly empty: boolean;
}

const STATE_FILE = "terraform.tfstate";

/** Real terraform, run on one stack and one state against the two clouds in memory. */
export class Rehearsal {
  private plans = 0;
  private step = new AbortController();

  private constructor(
    private readonly folder: string,
    /** With these variables any terraform that runs beside this process, in any folder, uses the clouds in memory. */
    readonly environment: Readonly<Record<string, string>>,
    private readonly types: UsedTypes,
    private readonly served: readonly ServedProvider[],
  ) {}

  static async start({ aws, azure, stack, moduleTypes = {}, variables, state }: RehearsalProps): Promise<Rehearsal> {
    const json = await load(stack);
    const folder = await mkdtemp(join(tmpdir(), "rehearsal-"));
    const types = new UsedTypes();
    types.add(moduleTypes);
    const awsSchema = () => usedSchema("@cdktf/provider-aws", "aws", types, newerDataSources);
    const azurermSchema = () => usedSchema("@cdktf/provider-azurerm", "azurerm", types);
    const providers: [address: string, newInstance: () => Provider][] = [
      ["registry.terraform.io/hashicorp/aws", () => new AwsProvider(aws, awsSchema)],
      ["registry.terraform.io/hashicorp/azurerm", () => new AzurermProvider(azure, azurermSchema)],
      ["registry.terraform.io/azure/azapi", () => new AzapiProvider(azure)],
      ["registry.terraform.io/hashicorp/time", () => new TimeProvider(aws.clock)],
    ];
    const sockets = providers.map((_, index) => join(folder, `${index}.sock`));
    const served = await Promise.all(
      providers.map(([, newInstance], index) => serve(newInstance, sockets[index] ?? "")),
    );
    const emptyConfig = join(folder, "terraformrc");
    await writeFile(emptyConfig, "");
    if (state !== undefined) {
      await writeFile(join(folder, STATE_FILE), state);
    }
    const environment = {
      CHECKPOINT_DISABLE: "1",
      TF_CLI_CONFIG_FILE: emptyConfig,
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      TF_REATTACH_PROVIDERS: JSON.stringify(
        Object.fromEntries(providers.map(([address], index) => [address, attachment(sockets[index] ?? "")])),
      ),
    };
    const rehearsal = new Rehearsal(folder, environment, types, served);
    await rehearsal.updateStack(json, variables);
    return rehearsal;
  }

  /** Replaces the current stack with another one; the state stays. */
  async updateStack(stack: string | StackJson, variables?: Readonly<Record<string, unknown>>): Promise<void> {
    const json = await load(stack);
    this.types.add(json);
    // The state belongs to the rehearsal: the stack's backend is ignored.
    if (json.terraform) {
      json.terraform = { ...json.terraform };
      delete json.terraform.backend;
    }
    await writeFile(join(this.folder, "cdk.tf.json"), JSON.stringify(json, undefined, 2));
    if (variables) {
      await writeFile(join(this.folder, "terraform.tfvars.json"), JSON.stringify(variables, undefined, 2));
    }
  }

  /** Puts a file beside the stack, for instance a root that calls a module. */
  async addFile(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, name), text);
  }

  /** Puts a file beside the stack whose blocks Terraform merges into those of the stack, as a pipeline may. */
  async override(blocks: StackJson): Promise<void> {
    await writeFile(join(this.folder, "override.tf.json"), JSON.stringify(blocks, undefined, 2));
  }

  /** Not needed for the other steps, because the providers run already: it only checks what a user's `init` would. */
  async init(): Promise<void> {
    await this.run(["init", "-no-color"]);
  }

  async validate(): Promise<void> {
    await this.run(["validate", "-no-color"]);
  }

  /**
   * Plans and saves the plan.
   * @param options - `flags` are passed to terraform, for instance `-refresh=false`
   */
  async plan(options: { readonly destroy?: boolean; readonly flags?: readonly string[] } = {}): Promise<Plan> {
    this.plans += 1;
    const file = join(this.folder, `${this.plans}.tfplan`);
    const command = ["plan", "-no-color", "-detailed-exitcode", `-out=${file}`];
    const flags = [...(options.destroy ? ["-destroy"] : []), ...(options.flags ?? [])];
    const planned = await this.run([...command, ...flags]);
    const changes = planned.changes ? await this.changesIn(file) : [];
    return { file, changes, counts: count(changes), empty: !planned.changes };
  }

  private async changesIn(file: string): Promise<readonly ResourceChange[]> {
    const { output } = await this.run(["show", "-json", file]);
    const { resource_changes: changes = [] } = JSON.parse(output) as { resource_changes?: ResourceChange[] };
    return changes.filter(({ change }) => change.actions.join() !== "no-op" || change.importing !== undefined);
  }

  /** Applies a saved plan, or makes a new plan and applies it. */
  async apply(plan?: Plan): Promise<void> {
    await this.run(["apply", "-no-color", "-auto-approve", ...(plan ? [plan.file] : [])]);
  }

  /** Brings the state up to date, moved addresses included, and changes nothing else. */
  async refresh(): Promise<void> {
    await this.run(["apply", "-no-color", "-auto-approve", "-refresh-only"]);
  }

  async destroy(): Promise<void> {
    await this.run(["destroy", "-no-color", "-auto-approve"]);
  }

  /** Untaints an object whose creation failed half-way: Terraform keeps it instead of replacing it. */
  async untaint(address: string): Promise<void> {
    await this.run(["untaint", "-no-color", address]);
  }

  /** Takes an object out of the state and leaves it in the cloud. */
  async forget(address: string): Promise<void> {
    await this.run(["state", "rm", address]);
  }

  /** Puts the backup into the place of a state file that a kill has cut off, as a person would. */
  async restoreState(): Promise<void> {
    const file = join(this.folder, STATE_FILE);
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size === 0) {
      await copyFile(`${file}.backup`, file).catch(() => undefined);
    }
  }

  /** Text of the state. */
  async state(): Promise<string> {
    return readFile(join(this.folder, STATE_FILE), "utf8");
  }

  /** Takes an object that exists into the state. */
  async import(address: string, id: string): Promise<void> {
    await this.run(["import", "-no-color", address, id]);
  }

  /** Values of the outputs in the state. */
  async outputs(): Promise<Record<string, unknown>> {
    const { output } = await this.run(["output", "-json"]);
    const shown = JSON.parse(output) as Record<string, { value: unknown }>;
    return Object.fromEntries(Object.entries(shown).map(([name, { value }]) => [name, value]));
  }

  /** Addresses in the state. */
  async stateAddresses(): Promise<string[]> {
    const { output } = await this.run(["state", "list"]);
    return output.split("\n").filter((line) => line !== "");
  }

  /** Ends the providers and deletes the working folder. */
  async stop(): Promise<void> {
    this.served.forEach((provider) => {
      provider.stop();
    });
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Kills the terraform that runs now, as if the machine went down; its step rejects. */
  kill(): void {
    this.step.abort();
  }

  private run(args: readonly string[]): Promise<Finished> {
    this.step = new AbortController();
    return runTerraform(args, { cwd: this.folder, env: this.environment, signal: this.step.signal });
  }
}

async function load(stack: string | StackJson): Promise<StackJson> {
  return typeof stack === "string"
    ? (JSON.parse(await readFile(join(stack, "cdk.tf.json"), "utf8")) as StackJson)
    : structuredClone(stack);
}

/** How Terraform finds a provider that already runs. With `Test` it does not end the process afterwards. */
function attachment(socket: string) {
  return {
    Protocol: "grpc",
    ProtocolVersion: 5,
    Pid: process.pid,
    Test: true,
    Addr: { Network: "unix", String: socket },
  };
}

function count(changes: readonly ResourceChange[]): Counts {
  const having = (action: Action) => changes.filter(({ change }) => change.actions.includes(action)).length;
  return {
    add: having("create"),
    change: having("update"),
    destroy: having("delete"),
    import: changes.filter(({ change }) => change.importing !== undefined).length,
    forget: having("forget"),
  };
}
