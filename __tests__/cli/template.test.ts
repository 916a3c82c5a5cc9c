import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { resolvePlans } from "../../modules";
import type { DefenderPlans } from "../../modules";
import { readTemplate, takeOver, withoutIdentityProvider } from "../../modules/portal";
import type { TakenOver, TemplateDifference, TemplateSelection } from "../../modules/portal";
import { AUDIENCES } from "../../modules/plans";
import { OPEN_SOURCE_DATABASES } from "../support/plan-selections";
import { portalTemplate, PROVIDER } from "../support/portal-template";
import { ACCOUNT } from "../support/synth";

const CLI = resolve("dist/cli/index.js");
const PLANS: DefenderPlans = { servers: { subPlan: "P2", arcAutoProvisioning: false } };
const SELECTION: TemplateSelection = {
  plans: PLANS,
  accessLevel: "default",
  entraTenantId: ACCOUNT.entraTenantId,
  awsAccountId: ACCOUNT.awsAccountId,
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "template-cli-"));
  write("defender.json", portalTemplate(PLANS));
  write("selection.json", SELECTION);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: object): void {
  writeFileSync(join(folder, name), JSON.stringify(content, undefined, 2));
}

const text = (name: string) => readFileSync(join(folder, name), "utf8");

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { cwd: folder, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** A wrong call: exit code 2, nothing on standard output, one message, no stack trace, and no new file. */
function fails(...args: string[]) {
  const before = readdirSync(folder);
  const { status, stdout, stderr } = run("template", ...args);
  expect({ status, stdout, files: readdirSync(folder) }).toEqual({ status: 2, stdout: "", files: before });
  expect(stderr).not.toMatch(/\n\s+at /);
  return expect(stderr);
}

describe("template inspect", () => {
  test("shows providers with their audiences, roles by their resolved name, and parameters", () => {
    const { status, stdout } = run("template", "inspect", "defender.json", "--parameter", "CspmMonitorAwsRoleName=Own");
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`${PROVIDER} +https://sts.windows.net/.*/ +${AUDIENCES.cspm}\n`));
    expect(stdout).toMatch(/CspmMonitorRole +Own +arn:/);
    expect(stdout).toMatch(/CspmMonitorAwsRoleName +String +CspmMonitorAws\n/);
  });

  test("prints JSON for machines, and no control character of the template for people", () => {
    write("defender.json", { ...portalTemplate(PLANS), Description: "red \u001b[31m" });
    const { description } = JSON.parse(run("template", "inspect", "defender.json", "--json").stdout) as {
      description: string;
    };
    expect(description).toBe("red \u001b[31m");
    expect(run("template", "inspect", "defender.json").stdout).toContain("red \\u001b[31m\n");
  });
});

describe("template clean", () => {
  const cleaned = withoutIdentityProvider(readTemplate(JSON.stringify(portalTemplate(PLANS), undefined, 2)));

  test("writes the cleaned template into a file, says what changed, and leaves its input as it is", () => {
    const before = text("defender.json");
    const { status, stdout } = run("template", "clean", "defender.json", "--output", "cleaned.json");
    expect(status).toBe(0);
    expect(text("cleaned.json")).toBe(cleaned.template.text);
    expect(stdout).toMatch(new RegExp(`removed +Resources.${PROVIDER} `));
    expect(stdout).toContain(AUDIENCES.vmScanner);
    expect(text("defender.json")).toBe(before);
    expect(readdirSync(folder).sort()).toEqual(["cleaned.json", "defender.json", "selection.json"]);
  });

  test("prints the template alone where no file is named, so that it can be piped", () => {
    const { stdout, stderr } = run("template", "clean", "defender.json");
    expect(stdout).toBe(cleaned.template.text);
    expect(stderr).toContain("Changes");
    const { changes, audiences } = cleaned;
    expect(JSON.parse(run("template", "clean", "defender.json", "--json").stdout)).toEqual({
      changes,
      audiences,
      template: cleaned.template.text,
    });
  });

  test("replaces a file only with --force", () => {
    fails("clean", "defender.json", "-o", "selection.json").toBe(
      '--output: "selection.json" is not allowed; the file exists: name another place, or give --force\n',
    );
    expect(JSON.parse(text("selection.json"))).toEqual(SELECTION);
    expect(run("template", "clean", "defender.json", "-o", "selection.json", "--force").status).toBe(0);
    expect(text("selection.json")).toBe(cleaned.template.text);
  });

  test("fails for its own input as output, also with --force and under another name, for a folder and for no folder", () => {
    mkdirSync(join(folder, "folder"));
    symlinkSync("defender.json", join(folder, "link.json"));
    const before = text("defender.json");
    for (const name of ["defender.json", "link.json"]) {
      fails("clean", "defender.json", "-o", name, "--force").toContain("it is the file that was read");
    }
    fails("clean", "defender.json", "-o", "folder", "--force").toContain("it is a folder");
    fails("clean", "defender.json", "-o", "missing/cleaned.json").toContain(
      "there is no folder missing: make it, or name another one",
    );
    fails("clean", "defender.json", "-o", "defender.json/cleaned.json").toContain("there is no folder defender.json");
    expect(text("defender.json")).toBe(before);
  });
});

describe("template compare", () => {
  test("ends with 0 where nothing differs, and with 1 and the difference where something does", () => {
    expect(run("template", "compare", "defender.json", "-s", "selection.json")).toEqual({
      status: 0,
      stdout: "The template and the catalogue do not differ.\n",
      stderr: "",
    });
    const template = portalTemplate(PLANS);
    Object.assign(template.Resources[PROVIDER]?.Properties ?? {}, {
      ClientIdList: [AUDIENCES.cspm, AUDIENCES.servers, AUDIENCES.vmScanner, "api://new"],
    });
    write("defender.json", template);
    const { status, stdout } = run("template", "compare", "defender.json", "-s", "selection.json");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^1 difference\n[^]*audience +https:\S+ +api:\/\/new +-\n$/);
    const json = run("template", "compare", "defender.json", "-s", "selection.json", "--json");
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout) as TemplateDifference[]).toEqual([
      { kind: "audience", subject: expect.stringContaining("sts.windows.net") as unknown, template: "api://new" },
    ]);
  });

  test("says for a cleaned template that audiences are not compared", () => {
    run("template", "clean", "defender.json", "-o", "cleaned.json");
    expect(run("template", "compare", "cleaned.json", "-s", "selection.json")).toEqual({
      status: 0,
      stdout: "The template and the catalogue do not differ.\n",
      stderr: expect.stringMatching(
        /^The template has no identity provider, so its audiences are not compared: /,
      ) as unknown,
    });
  });

  test("lists a loop, whose roles it cannot know, as a difference, and inspect shows it", () => {
    const template: { Resources: object } = portalTemplate(PLANS);
    const loop = ["Name", ["A"], { "Role${Name}": { Type: "AWS::IAM::Role" } }];
    write("defender.json", { ...template, Resources: { ...template.Resources, "Fn::ForEach::Roles": loop } });
    const { status, stdout } = run("template", "compare", "defender.json", "-s", "selection.json");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^1 difference\n[^]*resource +Fn::ForEach::Roles +Fn::ForEach +-\n$/);
    expect(run("template", "inspect", "defender.json").stdout).toMatch(/Fn::ForEach::Roles +Fn::ForEach\n/);
  });

  test("fails for parameters of the selection that the template does not have", () => {
    write("wrong.json", { ...SELECTION, parameters: { Wrong: "x" } });
    fails("compare", "defender.json", "-s", "wrong.json").toContain(
      'parameters["Wrong"]: "x" is not allowed; defender.json has no such parameter; it has: ',
    );
  });

  test("fails for a selection that is no JSON, and for one that AccountOnboarding would refuse", () => {
    writeFileSync(join(folder, "broken.json"), "{ plans");
    fails("compare", "defender.json", "-s", "broken.json").toContain(
      '--selection: "broken.json" is not allowed; expected a JSON file: ',
    );
    write("wrong.json", { ...SELECTION, accessLevel: "all", plan: {} });
    fails("compare", "defender.json", "-s", "wrong.json").toMatch(
      /^2 inputs are not allowed:\n- accessLevel: "all".*\n- plan/,
    );
  });
});

describe("template extract", () => {
  test("writes what plans and roles accept as it is", () => {
    const databases = { sqlServersOnMachines: false };
    const template = portalTemplate({ databases: { ...databases, openSourceDatabases: OPEN_SOURCE_DATABASES } });
    const selection = { ...SELECTION, plans: { databases } };
    write("defender.json", template);
    write("selection.json", selection);
    expect(run("template", "extract", "defender.json", "-s", "selection.json", "-o", "taken.json")).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
    const taken = JSON.parse(text("taken.json")) as TakenOver;
    expect(taken).toEqual(takeOver(readTemplate(JSON.stringify(template)), selection));
    const plans = resolvePlans({ databases: { ...databases, ...taken.plans.databases } });
    expect(plans.databases).toMatchObject({ openSourceDatabases: OPEN_SOURCE_DATABASES });
  });
});

describe("a call that is wrong", () => {
  test("fails for a file that is no template, with the place of the error", () => {
    writeFileSync(join(folder, "broken.json"), '{\n  "Resources": [\n}');
    fails("inspect", "broken.json").toMatch(/broken.json.*line 3/);
    fails("inspect", "selection.json").toContain('expected a CloudFormation template: "Resources" at its top');
    fails("inspect", "missing.json").toContain("there is no such file");
    write("empty.json", { Description: "x", Resources: {} });
    fails("inspect", "empty.json").toContain("empty.json: [] is not allowed; expected at least one resource");
  });

  test("fails for a parameter that the template does not have, and for one without a value", () => {
    fails("clean", "defender.json", "--parameter", "Wrong=x").toContain("defender.json has no such parameter");
    fails("clean", "defender.json", "--parameter", "Wrong").toContain("expected name=value");
  });

  test("fails for a value that the template's parameter does not allow", () => {
    const template = portalTemplate(PLANS);
    write("defender.json", {
      ...template,
      Parameters: { ...template.Parameters, Mode: { Type: "String", Default: "on", AllowedValues: ["on", "off"] } },
    });
    fails("inspect", "defender.json", "--parameter", "Mode=maybe").toContain(
      '--parameter["Mode"]: "maybe" is not allowed; the template allows: on, off',
    );
    expect(run("template", "inspect", "defender.json", "--parameter", "Mode=off").status).toBe(0);
  });

  test("fails for an unknown option and for a missing one, with exit code 2, which is no difference", () => {
    fails("compare", "defender.json").toContain("required option '-s, --selection <file>' not specified");
    fails("clean", "defender.json", "--in-place").toContain("unknown option '--in-place'");
  });

  test.each(["", "inspect", "clean", "compare", "extract"])("finds an example in the help of template %s", (verb) => {
    const { status, stdout } = run(...`template ${verb}`.trim().split(" "), "--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(/Example:\n {2}cdktf-defender-for-cloud template /);
    expect(stdout).toContain("1  check, compare: differences");
  });
});
