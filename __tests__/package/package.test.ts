import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Consumer, packedPackage, REPOSITORY, versionOf } from "./support/consumer";
import { terraformAvailable } from "../../rehearsal";
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

  (terraformAvailable() ? test : test.skip)("rehearses a stack, without a provider package", () => {
    const result = consumer.run(COMMAND, "rehearse", "cdktf.out/stacks/standalone", "--json");
    expect(JSON.parse(result)).toMatchObject({ stack: "standalone", result: "complete" });
  });

  test("fails to rehearse a type that no construct uses, and says which package has it", () => {
    consumer.write("other/cdk.tf.json", JSON.stringify({ resource: { aws_vpc: { other: {} } } }));
    expect(() => consumer.run(COMMAND, "rehearse", "other")).toThrow(
      "aws_vpc (no construct of this package uses it; install @cdktf/provider-aws beside the package to rehearse every type)",
    );
  });

  test("runs the command line tool", () => {
    expect(consumer.run(COMMAND, "--version")).toBe(`${versionOf(REPOSITORY)}\n`);
    expect(consumer.run(COMMAND, "template", "inspect", "examples/portal-template/template.json")).toContain(
      "Identity providers",
    );
  });
});

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
