import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Consumer, packedPackage, REPOSITORY, versionOf } from "./support/consumer";
import { terraformAvailable } from "../../rehearsal";
import { ACCOUNT } from "../support/synth";
import type { Flavour } from "./support/consumer";

const COMMAND = "node_modules/.bin/cdktf-defender-for-cloud";
const MEGABYTE = 2 ** 20;
const target = mkdtempSync(join(tmpdir(), "packed-"));
const tarball = packedPackage(target);

/** The stacks of the app in the repository: its text by its name. */
const expected = stacksOf(synthesizedHere());

function synthesizedHere(): string {
  execFileSync(process.execPath, [join(REPOSITORY, "dist/main.js")], { cwd: target });
  return target;
}

function stacksOf(folder: string): Readonly<Record<string, string>> {
  const stacks = join(folder, "cdktf.out/stacks");
  return Object.fromEntries(
    readdirSync(stacks).map((name) => [name, readFileSync(join(stacks, name, "cdk.tf.json"), "utf8")]),
  );
}

afterAll(() => {
  rmSync(target, { recursive: true });
});

test("the packed package is smaller than 3 MB", () => {
  expect(statSync(tarball).size).toBeLessThan(3 * MEGABYTE);
});

describe.each<Flavour>(["cdktf", "cdktn"])("an empty project that installs the package and %s", (flavour) => {
  let consumer: Consumer;

  beforeAll(() => {
    consumer = new Consumer(flavour, tarball);
    consumer.copyExamples();
  });

  afterAll(() => {
    consumer.remove();
  });

  test("has less than 25 MB to install, and no provider package", () => {
    expect(consumer.installedBytes()).toBeLessThan(25 * MEGABYTE);
    expect(readdirSync(join(consumer.folder, "node_modules"))).not.toContain("@cdktf");
  });

  test("compiles every example with module resolution node10", () => {
    consumer.compile("node10");
  });

  test("compiles every example with module resolution node16, and synthesizes each as the repository does", () => {
    consumer.compile("node16");
    consumer.run("built/main.js");
    const stacks = stacksOf(consumer.folder);
    expect(flavour === "cdktf" ? stacks : contents(stacks)).toEqual(
      flavour === "cdktf" ? expected : contents(expected),
    );
  });
});

describe("the command of the package in an empty project", () => {
  const consumer = new Consumer("cdktf", tarball);

  afterAll(() => {
    consumer.remove();
  });

  test("says its version, and how a verb is used", () => {
    expect(consumer.run(COMMAND, "--version")).toBe(`${versionOf(REPOSITORY)}\n`);
    expect(consumer.run(COMMAND, "check", "--help")).toContain(
      "Usage: cdktf-defender-for-cloud check [options] <file>",
    );
  });

  test.each(["account", "organization"])("exports the module %s as the package holds it", (name) => {
    const output = join("exported", name);
    consumer.run(COMMAND, "export", name, "--output", output);
    const shipped = join(consumer.folder, "node_modules/cdktf-defender-for-cloud/terraform", name);
    const files = readdirSync(shipped, { recursive: true, encoding: "utf8" }).filter((file) =>
      /\.(tf|hcl)$/.test(file),
    );
    expect(files).toContain("main.tf");
    for (const file of files) {
      expect([file, consumer.read(join(output, file))]).toEqual([file, readFileSync(join(shipped, file), "utf8")]);
    }
  });

  test("exports a module with a fixed selection", () => {
    consumer.run(COMMAND, "export", "account", "--plans", "serversP1", "--access-level", "default", "-o", "chosen");
    expect(consumer.read("chosen/main.tf")).toContain('resource "aws_iam_role" "defender_for_servers"');
  });

  test("inspects a template of the portal", () => {
    const template = join(REPOSITORY, "examples/portal-template/template.json");
    expect(consumer.run(COMMAND, "template", "inspect", template)).toContain("Identity providers");
  });

  test("fails for a wrong configuration file, and says where", () => {
    consumer.write("defender.yaml", "accountOnboarding:\n  awsAccountId: 1234\n");
    const { status, stderr } = consumer.attempt(COMMAND, "check", "defender.yaml");
    expect(status).toBe(2);
    expect(stderr).toContain(
      "defender.yaml:2:3: accountOnboarding.awsAccountId: 1234 is not allowed; expected an AWS account id",
    );
  });

  // Each loads the SDKs of the clouds that are in the bundle.
  test.each([
    ["discover", ["--region", "eu-central-1"]],
    ["check", ["complete.json"]],
  ])("%s fails without credentials, and says that they are missing", (verb, args) => {
    consumer.write("complete.json", JSON.stringify({ accountOnboarding: ONBOARDING }));
    const { status, stderr } = consumer.attempt(COMMAND, verb, ...args);
    expect(status).toBe(2);
    expect(stderr).toContain("Could not load credentials from any providers");
  });

  (terraformAvailable() ? test : test.skip)("rehearses a stack of the user's own, offline", () => {
    consumer.write("main.ts", OWN_STACK);
    consumer.compile("node16");
    consumer.run("built/main.js");
    const result = consumer.run(COMMAND, "rehearse", "cdktf.out/stacks/own", "--json");
    expect(JSON.parse(result)).toMatchObject({ stack: "own", result: "complete" });
  });

  test("fails to rehearse a type that no construct uses, and says which package has it", () => {
    consumer.write("other/cdk.tf.json", JSON.stringify({ resource: { aws_vpc: { other: {} } } }));
    expect(() => consumer.run(COMMAND, "rehearse", "other")).toThrow(
      "aws_vpc (no construct of this package uses it; install @cdktf/provider-aws beside the package to rehearse every type)",
    );
  });
});

const ONBOARDING = { ...ACCOUNT, accessLevel: "leastPrivilege", plans: { servers: { subPlan: "P2" } } };

/** What a user writes: an onboarding, and objects of the stack itself. */
const OWN_STACK = `
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { AccountOnboarding, addProviders } from "cdktf-defender-for-cloud";
import type { AccountOnboardingProps } from "cdktf-defender-for-cloud";

const props: AccountOnboardingProps = ${JSON.stringify(ONBOARDING)};
const app = new App();
const stack = new TerraformStack(app, "own");
const { awsAccountId, awsRegion, azureSubscriptionId } = props;
addProviders(stack, { awsAccountId, awsRegion, azureSubscriptionId });
const { account, connectorId, roleArns } = new AccountOnboarding(stack, "Onboarding", props);
new TerraformOutput(stack, "connector", { value: connectorId, dependsOn: [account.roles] });
new TerraformOutput(stack, "reader", { value: roleArns.cspmMonitor });
app.synth();
`;

/** What stacks say, without what differs under CDK Terrain: the version that wrote them, and how an empty list is written. */
function contents(stacks: Readonly<Record<string, string>>): unknown {
  return Object.fromEntries(
    Object.entries(stacks).map(([name, text]) => {
      const stack = JSON.parse(text) as { readonly "//": { readonly metadata: { version?: string } } };
      delete stack["//"].metadata.version;
      return [name, stack];
    }),
  );
}
