import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
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

/** What `terraform test` says about a published module. Fails for an example of the module that is not valid. */
export async function shippedTests(name: string): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), `module-${name}-`));
  try {
    cpSync(moduleFolder(name), copy, { recursive: true });
    const { environment } = await rehearse({ ...emptyScenario(), stack: {}, moduleTypes: typesOf(copy) });
    const terraform = (verb: string, cwd = copy) =>
      promisify(execFile)("terraform", [verb, "-no-color"], { cwd, env: { ...process.env, ...environment } });
    for (const example of readdirSync(join(copy, "examples"))) {
      const folder = join(copy, "examples", example);
      await terraform("init", folder);
      await terraform("validate", folder);
    }
    await terraform("init");
    return (await terraform("test")).stdout;
  } finally {
    rmSync(copy, { recursive: true });
  }
}
