import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import { MODULES } from "../cli/modules";

/*
 * Writes the plain Terraform modules in terraform/ from the constructs: `npm run modules`. With `--check` it writes nothing and
 * fails where a file is out of step.
 */

const FOLDER = resolve(__dirname, "..", "..", "terraform");

async function main(check: boolean): Promise<void> {
  const files = await moduleFiles();
  const left = (await readdir(FOLDER, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !files.has(path));
  for (const [path, text] of files) {
    if (!check) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    } else if ((await readFile(path, "utf8").catch(() => undefined)) !== text) {
      throw new Error(`terraform/${relative(FOLDER, path)} is out of step with the constructs: run npm run modules`);
    }
  }
  for (const path of left) {
    if (check) {
      throw new Error(`terraform/${relative(FOLDER, path)} is left over: run npm run modules`);
    }
    await rm(path);
  }
}

async function moduleFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [name, texts] of Object.entries(MODULES)) {
    for (const [file, text] of Object.entries(texts())) {
      const path = join(FOLDER, name, file);
      const options = { ...(await resolveConfig(path)), filepath: path };
      files.set(path, file.endsWith(".md") ? await format(text, options) : text);
    }
  }
  return files;
}

main(process.argv.includes("--check")).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
