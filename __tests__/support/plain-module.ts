import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { emptyScenario } from "../../rehearsal";
import type { StackJson } from "../../rehearsal";
import { rehearse } from "./with-terraform";

/** Folder of a published module. */
export function moduleFolder(name: string): string {
  return resolve(__dirname, "..", "..", "..", "terraform", name);
}

/** What `terraform fmt` would change in the files of a folder and below: nothing where they are formatted. */
export function unformatted(folder: string): string {
  const { TERRAFORM_BIN_PATH: terraform = "terraform" } = process.env;
  const env = { ...process.env, CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: devNull };
  return spawnSync(terraform, ["fmt", "-check", "-diff", "-recursive", folder], { encoding: "utf8", env }).stdout;
}

/** The text of a module's files. */
export function moduleText(folder: string): string {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".tf"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
}

/** The types that modules use, for the rehearsal. */
export function typesOf(...folders: readonly string[]): StackJson {
  const text = folders.map(moduleText).join("\n");
  const named = (kind: string): Record<string, object> =>
    Object.fromEntries(
      [...text.matchAll(new RegExp(`^${kind} "(\\w+)"`, "gm"))].map(([, type = ""]): [string, object] => [type, {}]),
    );
  return { resource: named("resource"), data: named("data") };
}

/** What `terraform test` says about a published module. */
export function shippedTests(name: string): Promise<string> {
  return testsBeside(moduleFolder(name), typesOf(moduleFolder(name)));
}

/**
 * What `terraform test` says in a copy of a folder with tests.
 * @param stack - goes beside the tests, where the folder has no configuration of its own
 */
export async function testsBeside(folder: string, types: StackJson, stack?: StackJson): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), "terraform-test-"));
  try {
    cpSync(folder, copy, { recursive: true });
    if (stack) {
      writeFileSync(join(copy, "cdk.tf.json"), JSON.stringify(stack));
    }
    const { environment } = await rehearse({ ...emptyScenario(), stack: {}, moduleTypes: types });
    const terraform = (verb: string) =>
      promisify(execFile)("terraform", [verb, "-no-color"], { cwd: copy, env: { ...process.env, ...environment } });
    await terraform("init");
    return (await terraform("test")).stdout;
  } finally {
    rmSync(copy, { recursive: true });
  }
}
