import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { fanoutProps } from "../cloudtrail-fanout/fanout-stack";
import { organizationScenario } from "../../rehearsal";
import { moduleFolder, typesOf } from "../support/plain-module";
import { ACCOUNT } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const CLI = join(__dirname, "..", "..", "cli", "index.js");

describe("the verb export", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "export-test-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function run(...args: readonly string[]) {
    return spawnSync(process.execPath, [CLI, "export", ...args], { encoding: "utf8" });
  }

  test("writes a configuration file as HCL with readable names, the same bytes twice", () => {
    const config = join(folder, "defender.json");
    const accountOnboarding = { ...ACCOUNT, accessLevel: "leastPrivilege", plans: { servers: { subPlan: "P1" } } };
    writeFileSync(config, JSON.stringify({ accountOnboarding }));
    const texts = ["one", "two"].map((name) => {
      expect(run("--config", config, "--output", join(folder, name))).toMatchObject({ status: 0, stderr: "" });
      return readFileSync(join(folder, name, "account-onboarding", "main.tf"), "utf8");
    });

    expect(texts[0]).toContain('resource "aws_iam_role" "defender_for_servers" {');
    expect(texts[1]).toBe(texts[0]);
  });

  test("writes a fan-out so that the release removes what the other phases declare, under the same lock", () => {
    const [prepare = "", release = ""] = ["prepare", "release"].map((phase) => {
      const config = join(folder, `${phase}.json`);
      writeFileSync(config, JSON.stringify({ cloudTrailFanout: fanoutProps(phase) }));
      expect(run("--config", config, "--output", join(folder, phase))).toMatchObject({ status: 0, stderr: "" });
      return readFileSync(join(folder, phase, "cloudtrail-fanout", "main.tf"), "utf8");
    });
    const removed = [...release.matchAll(/^ {2}from = (\w+)\.(\w+)$/gm)].map(
      ([, type = "", name = ""]) => `resource "${type}" "${name}" {`,
    );

    expect(removed).toHaveLength(3);
    expect(removed.filter((block) => !prepare.includes(block))).toEqual([]);
    expect(prepare).toContain("provider  = aws.lock\n");
    expect(release).toMatch(/provider "aws" \{\n {2}alias +=  *"lock"/);
    expect(prepare.match(/^ {2}dynamic "\w+" \{$/gm)).toHaveLength(3);
    expect(prepare + release).not.toMatch(/_[0-9A-F]{8}\b/);
  });

  describeWithTerraform("for Terraform", () => {
    afterEach(stopRehearsals);

    async function rehearsalOf(root: string) {
      const clouds = await organizationScenario({ accountId: ACCOUNT.awsAccountId });
      const rehearsal = await rehearse({ ...clouds, stack: {}, moduleTypes: typesOf(root) });
      await rehearsal.addFile("main.tf", readFileSync(join(root, "main.tf"), "utf8"));
      return { ...clouds, rehearsal };
    }

    test("writes an account and an organization as roots that are formatted, valid, and apply", async () => {
      const config = join(folder, "defender.json");
      const output = join(folder, "roots");
      const onboarding = { ...ACCOUNT, accessLevel: "default", plans: { servers: { subPlan: "P2" }, containers: {} } };
      const members = {
        stackSetName: "Defender",
        targets: ["r-ab12"],
        excludedAccountIds: ["444444444444"],
        templateBucketName: "templates",
        createTemplateBucket: true,
      };
      const configuration = { accountOnboarding: onboarding, organizationOnboarding: { ...onboarding, ...members } };
      writeFileSync(config, JSON.stringify(configuration));
      expect(run("--config", config, "--output", output)).toMatchObject({ status: 0, stderr: "" });

      const env = { ...process.env, CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: devNull };
      const format = ["fmt", "-check", "-diff", "-recursive", output];
      expect(execFileSync("terraform", format, { encoding: "utf8", env })).toBe("");

      const account = await rehearsalOf(join(output, "account-onboarding"));
      await account.rehearsal.init();
      await account.rehearsal.validate();

      const { aws, azure, rehearsal } = await rehearsalOf(join(output, "organization-onboarding"));
      await rehearsal.init();
      await rehearsal.validate();
      await rehearsal.apply();
      expect((await rehearsal.plan()).empty).toBe(true);
      const roles = aws.account("333333333333").objects.all("aws_iam_role");
      expect(roles.map(({ attributes }) => attributes.name)).toContain("DefenderForCloud-DefenderForServers");
      expect(azure.connectors.all()).toHaveLength(1);
    });
  });

  test("writes the module of an organization, with all its files", () => {
    expect(run("organization", "--output", folder, "--json")).toMatchObject({ status: 0, stderr: "" });

    expect(readFileSync(join(folder, "members.tf"), "utf8")).toBe(
      readFileSync(join(moduleFolder("organization"), "members.tf"), "utf8"),
    );
  });

  test("fails for an unknown module, and lists those that exist", () => {
    const { status, stderr } = run("acount", "--output", join(folder, "out"));

    expect(status).toBe(2);
    expect(stderr).toContain('module: "acount" is not allowed; allowed: account, organization');
  });

  test("fails for a folder that has files", () => {
    writeFileSync(join(folder, "file"), "");
    const { status, stderr } = run("account", "--output", folder);

    expect(status).toBe(2);
    expect(stderr).toContain("the folder has files: name an empty one, or give --force");
  });
});
