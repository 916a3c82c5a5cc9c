import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Testing } from "cdktf";
import { Standalone } from "../../examples/standalone";
import type { StackJson } from "../../rehearsal";
import { describeWithTerraform } from "../support/with-terraform";

const README = readFileSync("examples/management-account/README.md", "utf8");

/** The shell commands of a section. */
function commandsOf(section: string): string {
  const text = README.split(`## ${section}\n`)[1]?.split("\n## ")[0];
  return /```sh\n(.*?)```/s.exec(text ?? "")?.[1] ?? "";
}

describeWithTerraform("the variant without StackSets", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "member-by-member-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the README's own commands, on the files that the example synthesizes, with one resource that needs no provider. */
  test("gives each account its own state, as in the README", () => {
    const repository = join(folder, "home", "me", "repository");
    mkdirSync(repository, { recursive: true });
    const app = Testing.app({ outdir: join(repository, "cdktf.out") });
    new Standalone(app, "standalone");
    app.synth();
    const file = join(repository, "cdktf.out", "stacks", "standalone", "cdk.tf.json");
    const { terraform } = JSON.parse(readFileSync(file, "utf8")) as StackJson;
    const content = {
      terraform: { ...terraform, required_providers: {} },
      variable: { aws_account_id: {}, connector_name: {} },
      resource: { terraform_data: { connector: { input: "${var.aws_account_id} ${var.connector_name}" } } },
    };
    writeFileSync(file, JSON.stringify(content));
    const npm = join(folder, "npm");
    writeFileSync(npm, "#!/bin/sh\n");
    chmodSync(npm, 0o755);
    const terraformrc = join(folder, "terraformrc");
    writeFileSync(terraformrc, "");

    const { status, stderr } = spawnSync("sh", ["-euc", commandsOf("Without StackSets")], {
      cwd: repository,
      encoding: "utf8",
      env: {
        PATH: [folder, process.env.PATH].join(delimiter),
        CHECKPOINT_DISABLE: "1",
        TF_CLI_CONFIG_FILE: terraformrc,
        TF_CLI_ARGS_apply: "-auto-approve",
        TF_INPUT: "0",
      },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const accounts = readdirSync(join(repository, "accounts"));
    expect(accounts).toEqual(["222222222222", "333333333333"]);
    for (const account of accounts) {
      const state = readFileSync(join(repository, "accounts", account, "terraform.tfstate"), "utf8");
      expect(state).toContain(`"${account} aws-${account}"`);
      expect(state.match(/aws-\d{12}/g)?.every((connector) => connector === `aws-${account}`)).toBe(true);
    }
    const states = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith(".tfstate") && !file.includes(".terraform/"));
    expect(states).toHaveLength(accounts.length);
  });
});
