import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWithTerraform } from "../support/with-terraform";
import { FOLDER } from "./pipeline-files";

interface State {
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
}

describeWithTerraform("the scripts of the pipelines", () => {
  let folder: string;
  let stack: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pipeline-"));
    stack = join(folder, "stacks", "example");
    mkdirSync(stack, { recursive: true });
    writeFileSync(join(folder, "terraformrc"), "");
    const state = join(folder, "state", "terraform.tfstate");
    writeJson("backend.tf.json", { terraform: { backend: { local: { path: state } } } });
    writeValue("first");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function writeJson(file: string, content: unknown): void {
    writeFileSync(join(stack, file), JSON.stringify(content));
  }

  function writeValue(input: string): void {
    writeJson("cdk.tf.json", {
      variable: { account: {}, fanout_phase: { default: "" } },
      resource: { terraform_data: { example: { input: `${input} $\{var.account} $\{var.fanout_phase}` } } },
      output: { value: { value: "${terraform_data.example.output}" } },
    });
    writeJson("terraform.tfvars.json", { account: "111122223333" });
  }

  function run(script: string, argument: string) {
    const { status, stdout, stderr } = spawnSync(join(FOLDER, script), [argument], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        CHECKPOINT_DISABLE: "1",
        TF_CLI_CONFIG_FILE: join(folder, "terraformrc"),
        TF_VAR_fanout_phase: "prepare",
        TF_VAR_unknown: "",
      },
    });
    return { status, output: stdout + stderr };
  }

  const plan = () => run("plan.sh", "stacks/example");

  /** What another machine gets: the artefact, and nothing else of the stack's folder. */
  function applyElsewhere() {
    cpSync(join(stack, "plan"), join(folder, "artefact"), { recursive: true });
    return run("apply.sh", "artefact");
  }

  const deployed = () =>
    (JSON.parse(readFileSync(join(folder, "state", "terraform.tfstate"), "utf8")) as State).outputs.value?.value;

  test("plan, and apply exactly that plan on another machine, whatever is in the folder by then", () => {
    expect(plan()).toMatchObject({ status: 0 });
    expect(readFileSync(join(stack, "plan", "plan.txt"), "utf8")).toContain("1 to add, 0 to change, 0 to destroy");
    writeValue("later");
    expect(applyElsewhere()).toMatchObject({ status: 0 });
    expect(deployed()).toBe("first 111122223333 prepare");
  });

  test("take a backend in HCL, too, and the file with the providers' checksums", () => {
    rmSync(join(stack, "backend.tf.json"));
    writeFileSync(
      join(stack, "backend.tf"),
      `terraform {\n  backend "local" {\n    path = "${folder}/state/terraform.tfstate"\n  }\n}\n`,
    );
    writeFileSync(join(stack, ".terraform.lock.hcl"), "# none\n");
    plan();
    expect(readdirSync(join(stack, "plan")).sort()).toEqual([
      ".terraform.lock.hcl",
      "backend.tf",
      "cdk.tf.json",
      "plan.txt",
      "tfplan",
    ]);
    expect(applyElsewhere()).toMatchObject({ status: 0 });
    expect(deployed()).toBe("first 111122223333 prepare");
  });

  test("leave no plan when nothing changes, also not the former one", () => {
    plan();
    applyElsewhere();
    expect(plan()).toMatchObject({ status: 0, output: expect.stringContaining("Nothing to apply.") as string });
    expect(readdirSync(stack)).not.toContain("plan");
  });

  test("take an override of the provider along", () => {
    writeJson("override.tf.json", { resource: { terraform_data: { example: { input: "overridden" } } } });
    plan();
    applyElsewhere();
    expect(deployed()).toBe("overridden");
  });

  test("fails to apply a plan after the state has changed", () => {
    plan();
    cpSync(join(stack, "plan"), join(folder, "former"), { recursive: true });
    applyElsewhere();
    const { status, output } = run("apply.sh", "former");
    expect(status).toBe(1);
    expect(output).toContain("Saved plan is stale");
  });

  test("fails to plan without a backend, instead of losing the state with the machine", () => {
    rmSync(join(stack, "backend.tf.json"));
    const { status, output } = plan();
    expect(status).toBe(2);
    expect(output).toContain("stacks/example/backend.tf is missing");
    expect(existsSync(join(stack, ".terraform"))).toBe(false);
  });

  test("fails with Terraform's message for a stack that cannot be planned", () => {
    writeJson("terraform.tfvars.json", {});
    const { status, output } = plan();
    expect(status).toBe(1);
    expect(output).toContain('variable "account" is not set');
    expect(existsSync(join(stack, "plan"))).toBe(false);
  });
});
