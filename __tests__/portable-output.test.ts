import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { testAgreedAddresses, type Addresses } from "./support/agreed-addresses";

const DIST = resolve(__dirname, "..");
const REPOSITORY = resolve(DIST, "..");

/** What one clone synthesizes, by stack. */
interface Clone {
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
  readonly backends: ReadonlyMap<string, string>;
}

/** A second clone: the compiled app in a folder of its own, synthesized there. */
function clone(): Clone {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "clone-")));
  for (const part of ["main.js", "modules", "examples"]) {
    cpSync(join(DIST, part), join(folder, "dist", part), { recursive: true });
  }
  symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  execFileSync(process.execPath, ["dist/main.js"], { cwd: folder, env: { PATH: process.env.PATH } });
  const stacks = join(folder, "cdktf.out", "stacks");
  const contents = (file: string) =>
    new Map(readdirSync(stacks).map((stack) => [stack, readFileSync(join(stacks, stack, file), "utf8")] as const));
  return { folder, files: contents("cdk.tf.json"), backends: contents("backend.tf.json") };
}

const clones = [clone(), clone()] as const;
const stacks = [...clones[0].files];

afterAll(() => {
  clones.forEach(({ folder }) => {
    rmSync(folder, { recursive: true });
  });
});

test("is byte-identical from two clones in different folders", () => {
  expect(stacks.length).toBeGreaterThan(0);
  expect(clones[1].files).toEqual(clones[0].files);
});

test("keeps the state at the top of the repository, one per example: a release is another configuration of the same state", () => {
  for (const [stack, text] of clones[0].backends) {
    const path = `../../../terraform.${stack.replace(/-release$/, "")}.tfstate`;
    expect(JSON.parse(text)).toEqual({ terraform: { backend: { local: { path } } } });
  }
});

describe.each(stacks)("the synthesized example %s", (example, text) => {
  const { terraform } = JSON.parse(text) as {
    terraform: { required_providers: Record<string, { source: string; version: string }>; required_version: string };
  };

  test("holds no path of the machine that made it", () => {
    for (const { folder } of clones) {
      expect(text).not.toContain(folder);
    }
    expect(text).not.toContain(REPOSITORY);
    expect(text).not.toMatch(/"path":"\//);
  });

  test("has no backend: a copy in another folder has its state there", () => {
    expect(terraform).not.toHaveProperty("backend");
  });

  test("names its providers by qualified source, in a range of versions", () => {
    for (const { source, version } of Object.values(terraform.required_providers)) {
      expect(source).toMatch(/^(hashicorp|Azure)\/[a-z]+$/);
      expect(version).toMatch(/^(~> \d+\.\d+|>= [\d.]+, < [\d.]+)$/);
    }
  });

  test("asks for a version of Terraform", () => {
    expect(terraform.required_version).toMatch(/^>= \d+\.\d+$/);
  });

  test("has outputs that wait for what they name: the text of an ARN is known before the object exists", () => {
    const { output } = JSON.parse(text) as { output: Record<string, { depends_on?: readonly string[] }> };
    const awaited = Object.entries(output).flatMap(([name, { depends_on: addresses = [] }]) =>
      addresses.map((address) => [name, address] as const),
    );
    for (const [, address] of awaited) {
      expect(text).toContain(`"uniqueId": "${address.split(".").at(-1) ?? ""}"`);
    }
    const isRelease = example.endsWith("-release");
    const named = Object.keys(output).filter((name) => !/^(bucket_arn|key_policy_statements)$/.test(name));
    // A release destroys the topic and the queues.
    const expected = named.filter((name) => !(isRelease && /queue|topic/.test(name)));
    expect([...new Set(awaited.map(([name]) => name))].sort()).toEqual(expected.sort());
  });
});

describe("the addresses of the examples", () => {
  testAgreedAddresses(
    "addresses.json",
    Object.fromEntries(stacks.map(([stack, text]) => [stack, addressesIn(JSON.parse(text) as Stack)])),
  );
});

interface Stack {
  readonly resource?: Readonly<Record<string, object>>;
  readonly moved?: readonly { readonly from: string }[];
}

function addressesIn({ resource: types = {}, moved = [] }: Stack): Addresses {
  return {
    resources: Object.entries(types).flatMap(([type, resources]) =>
      Object.keys(resources).map((name) => `${type}.${name}`),
    ),
    moved: moved.map(({ from }) => from),
  };
}
