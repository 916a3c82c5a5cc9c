import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { addExportVerb } from "../../cli/export";
import { organizationScenario } from "../../rehearsal";
import type { AwsCloud } from "../../rehearsal";
import { fanoutProps, PLACE } from "../cloudtrail-fanout/fanout-stack";
import { sentinelAccount } from "../cloudtrail-fanout/sentinel-account";
import { plannedByCalls, plannedByStack } from "../modules/planned";
import { CONSTRUCT_INPUTS } from "../support/construct-inputs";
import { moduleFolder, typesOf, unformatted } from "../support/plain-module";
import { CIEM, OPEN_SOURCE_DATABASES } from "../support/plan-selections";
import { ACCOUNT, ACCOUNT_VARIABLES } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

/** What the published module has no variables for. */
const CHOICE = {
  accessLevel: "default",
  plans: {
    defenderCspm: { ciem: CIEM, sensitiveDataDiscovery: false },
    databases: { openSourceDatabases: OPEN_SOURCE_DATABASES },
  },
  roles: { cspmMonitor: { name: "Posture", path: "/security/" } },
} as const;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "export-test-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the verb in this process, and gives what it prints. */
function run(...args: readonly string[]): string {
  const program = new Command();
  addExportVerb(program);
  const print = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    program.parse(["export", ...args], { from: "user" });
    return print.mock.calls.map(([text]) => String(text)).join("");
  } finally {
    print.mockRestore();
  }
}

function file(name: string, content: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

/** Every file below a folder: its text by its path. */
function textsIn(path: string): Readonly<Record<string, string>> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => join(parentPath, name)).map((one) => [one.slice(path.length + 1), read(one)]),
  );
}

function read(...path: readonly string[]): string {
  return readFileSync(join(...path), "utf8");
}

describe("the verb export", () => {
  const NEW = () => mkdtempSync(join(folder, "out-"));

  test("writes the published module, and says what it wrote as JSON", () => {
    const output = NEW();
    const printed = JSON.parse(run("account", "--output", output, "--json")) as object;

    expect(printed).toEqual({ output, files: Object.keys(textsIn(output)).sort() });
    expect(read(output, "variables.tf")).toContain('variable "defender_cspm"');
  });

  test("writes a configuration file as HCL with readable names, the same bytes twice", () => {
    const accountOnboarding = { ...ACCOUNT, accessLevel: "leastPrivilege", plans: { servers: { subPlan: "P1" } } };
    const config = file("defender.json", { accountOnboarding });
    const outputs = [NEW(), NEW()] as const;
    outputs.forEach((output) => run("--config", config, "--output", output));

    const [first, second] = outputs.map(textsIn);
    expect(first?.["account-onboarding/main.tf"]).toContain('resource "aws_iam_role" "defender_for_servers" {');
    expect(second).toEqual(first);
  });

  test("writes a module for plans, the same bytes twice: their roles alone, and variables for the place", () => {
    const outputs = [NEW(), NEW()] as const;
    outputs.forEach((output) =>
      run("account", "--plans", "serversP1", "--access-level", "leastPrivilege", "--output", output),
    );

    const [first, second] = outputs.map(textsIn);
    expect(second).toEqual(first);
    expect(first?.["main.tf"]).toContain('resource "aws_iam_role" "defender_for_servers" {');
    expect(first?.["main.tf"]).not.toContain("containers");
    expect(first?.["main.tf"]).not.toMatch(/mode[ _]\W*extend|set identityProvider|Take them over/);
    expect(first?.["variables.tf"]?.match(/(?<=^variable ")\w+/gm)?.sort()).toEqual(
      Object.keys(ACCOUNT_VARIABLES).sort(),
    );
    expect(first?.["README.md"]).toContain('"subPlan": "P1"');
  });

  test("replaces files of the same names with --force, leaves the others, and names those that Terraform would read", () => {
    const output = NEW();
    for (const name of ["main.tf", "members.tf", "backend.tf.json", "notes.md"]) {
      writeFileSync(join(output, name), "");
    }
    const note = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      run("account", "--output", output, "--force");

      expect(note.mock.calls).toEqual([
        [
          `note: not part of this export, but Terraform reads them, too: ${join(output, "backend.tf.json")}, ${join(output, "members.tf")}. Delete what an earlier export left.\n`,
        ],
      ]);
    } finally {
      note.mockRestore();
    }
    expect(read(output, "main.tf")).toContain("resource");
    expect(read(output, "members.tf")).toBe("");
  });

  test.each([
    ["is a file", "a-file", "a-file"],
    ["is below a file", join("a-file", "below"), "a-file"],
    ["is a link to nothing", "a-link", "a-link"],
  ])("fails for an output that %s, and names what is in the way", (_, name, inTheWay) => {
    const parent = NEW();
    writeFileSync(join(parent, "a-file"), "");
    symlinkSync("nowhere", join(parent, "a-link"));

    expect(() => run("account", "--output", join(parent, name), "--force")).toThrow(
      `--output: "${join(parent, inTheWay)}" is not allowed; the folder cannot be made: `,
    );
  });

  test("fails for a folder that has files, and leaves them", () => {
    const output = NEW();
    writeFileSync(join(output, "main.tf"), "");

    expect(() => run("account", "--output", output)).toThrow(
      "the folder has files: name an empty one, or give --force",
    );
    expect(textsIn(output)).toEqual({ "main.tf": "" });
  });

  test("fails where no folder can be made", () => {
    expect(() => run("account", "--output", "/proc/nowhere/module")).toThrow("mkdir '/proc/nowhere'");
  });

  test("fails with exit code 2 for an unknown module, and lists those that exist", () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(__dirname, "../../cli/index.js"), "export", "acount", "--output", folder],
      { encoding: "utf8" },
    );

    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(
        /^module: "acount" is not allowed; did you mean account\? allowed: account/,
      ) as string,
    });
  });

  test("writes a fan-out so that the release removes what the other phases declare, under the same lock", () => {
    const [prepare = "", release = ""] = ["prepare", "release"].map((phase) => {
      const config = file(`${phase}.json`, { cloudTrailFanout: fanoutProps(phase) });
      const output = NEW();
      run("--config", config, "--output", output);
      return read(output, "cloudtrail-fanout", "main.tf");
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

  test("writes the module of an organization, with all its files", () => {
    const output = NEW();
    run("organization", "--output", output);

    expect(read(output, "members.tf")).toBe(read(moduleFolder("organization"), "members.tf"));
  });

  test.each([
    [
      "an unknown plan, and lists the plans",
      ["account", "--plans", "server", "--access-level", "default"],
      '--plans: "server" is not allowed; allowed: defenderCspm, serversP1, serversP2, containers, databases',
    ],
    [
      "both sub-plans of servers",
      ["account", "--plans", "serversP1,serversP2", "--access-level", "default"],
      "servers has one sub-plan: give serversP1 or serversP2",
    ],
    [
      "plans without an access level, and lists the levels",
      ["account", "--plans", "serversP1"],
      "--access-level: undefined is not allowed; allowed: default, leastPrivilege",
    ],
    [
      "an unknown access level",
      ["account", "--plans", "serversP1", "--access-level", "least"],
      '--access-level: "least" is not allowed; allowed: default, leastPrivilege',
    ],
    [
      "an access level without plans",
      ["account", "--access-level", "default"],
      "--plans: undefined is not allowed; --access-level needs it; allowed: defenderCspm,",
    ],
    [
      "plans beside a configuration file",
      ["account", "--config", "defender.json", "--plans", "serversP1"],
      "the file has plans and access level: leave out --plans and --access-level",
    ],
    ["no module and no file", [], "give one of account"],
    ["plans without a module", ["--plans", "serversP1"], "give one of account"],
    [
      "a module by the name of an object's own property",
      ["constructor"],
      'module: "constructor" is not allowed; allowed: account',
    ],
    [
      "a selection for the module of an organization",
      ["organization", "--plans", "serversP1", "--access-level", "default"],
      "a fixed selection is for the module account: leave out --plans and --config",
    ],
    ["a file that does not exist", ["--config", "/no/such/file.json"], "/no/such/file.json"],
  ])("fails for %s", (_, args, message) => {
    const output = NEW();

    expect(() => run(...args, "--output", output)).toThrow(message);
    expect(readdirSync(output)).toEqual([]);
  });

  test("fails for a wrong value in the file, and says where it is", () => {
    const accountOnboarding = { ...ACCOUNT, accessLevel: "leastPrivilege", plans: { servers: {} } };
    const config = file("wrong.json", { accountOnboarding });

    expect(() => run("account", "--config", config, "--output", NEW())).toThrow(/wrong\.json:1:\d+.*subPlan/);
  });

  test("fails for a module of a file without an account", () => {
    const cloudTrailFanout = CONSTRUCT_INPUTS.find(({ name }) => name === "CloudTrailFanout")?.examples[0];
    const config = file("other.json", { cloudTrailFanout });

    expect(() => run("account", "--config", config, "--output", NEW())).toThrow(
      "the module account needs the section accountOnboarding",
    );
  });

  test.each([
    { identityProvider: { mode: "extend" } },
    { identityProvider: { mode: "release" } },
    { roles: { all: { adoptExisting: true } } },
  ])("fails for a module that takes over or releases what exists: %j", (adoption) => {
    const accountOnboarding = { ...ACCOUNT, accessLevel: "default", plans: {}, ...adoption };
    const config = file("adoption.json", { accountOnboarding });

    expect(() => run("account", "--config", config, "--output", NEW())).toThrow(
      "a module can have neither; leave out the name of the module, to write a root",
    );
  });
});

describeWithTerraform("what the verb export writes", () => {
  afterEach(stopRehearsals);

  test("plans the objects of the construct, and is formatted as terraform fmt does", async () => {
    const config = file("choice.json", { accountOnboarding: { ...ACCOUNT, ...CHOICE } });
    const [plans, choice] = ["plans", "choice"].map((name) => join(folder, name)) as [string, string];
    run("account", "--plans", "serversP2,containers", "--access-level", "leastPrivilege", "--output", plans);
    run("account", "--config", config, "--output", choice);

    const [ofPlans, ofChoice] = await plannedByCalls([{ source: plans }, { source: choice }]);

    expect(ofPlans).toEqual(
      plannedByStack("account", {
        plans: { servers: { subPlan: "P2" }, containers: {} },
        accessLevel: "leastPrivilege",
      }),
    );
    expect(ofChoice).toEqual(plannedByStack("account", CHOICE));
    expect([unformatted(plans), unformatted(choice)]).toEqual(["", ""]);
  });

  async function rehearsalOf(root: string, aws?: AwsCloud) {
    const clouds = { ...(await organizationScenario({ accountId: ACCOUNT.awsAccountId })), ...(aws && { aws }) };
    const rehearsal = await rehearse({ ...clouds, stack: {}, moduleTypes: typesOf(root) });
    await rehearsal.addFile("main.tf", read(root, "main.tf"));
    return { ...clouds, rehearsal };
  }

  test("is an account, an organization and a fan-out as roots that are formatted and valid, and that plan or apply", async () => {
    const onboarding = { ...ACCOUNT, accessLevel: "default", plans: { servers: { subPlan: "P2" }, containers: {} } };
    const members = {
      stackSetName: "Defender",
      targets: ["r-ab12"],
      excludedAccountIds: ["444444444444"],
      templateBucketName: "templates",
      createTemplateBucket: true,
    };
    const config = file("roots.json", {
      accountOnboarding: onboarding,
      organizationOnboarding: { ...onboarding, ...members },
      cloudTrailFanout: fanoutProps("prepare"),
    });
    const output = join(folder, "roots");
    run("--config", config, "--output", output);
    expect(unformatted(output)).toBe("");

    const account = await rehearsalOf(join(output, "account-onboarding"));
    await account.rehearsal.init();
    await account.rehearsal.validate();

    const fanout = await rehearsalOf(join(output, "cloudtrail-fanout"), sentinelAccount(PLACE));
    await fanout.rehearsal.init();
    await fanout.rehearsal.validate();
    expect((await fanout.rehearsal.plan()).counts).toMatchObject({ import: 3, add: 11, change: 1 });

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
