import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import { consequencesOfExamples, consequencesPage } from "./docs/consequences";
import { pictures } from "./docs/pictures";
import { referencePage } from "./docs/reference";

/*
 * Writes what the documentation takes from the code: `npm run docs`. With `--check` it writes nothing and fails where a file is
 * out of step.
 */

const ROOT = resolve(__dirname, "..", "..");

/** Files that are generated as a whole, by their path. */
function pages(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/consequences.md", consequencesPage()],
    ["docs/reference.md", referencePage(ROOT)],
    ...[...pictures()].map(([name, svg]): [string, string] => [`docs/pictures/${name}.svg`, svg]),
  ]);
}

/** READMEs of examples, with their generated part. */
async function readmes(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [example, text] of consequencesOfExamples()) {
    const path = `examples/${example}/README.md`;
    const begin = `<!-- consequences of ${example}: npm run docs -->`;
    const end = "<!-- end of the consequences -->";
    const [before, rest] = (await readFile(join(ROOT, path), "utf8")).split(begin);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) {
      throw new Error(`${path} has no place for its consequences: ${begin} ... ${end}`);
    }
    files.set(path, `${before}${begin}\n\n${text}\n\n${end}${after}`);
  }
  return files;
}

async function main(check: boolean): Promise<void> {
  for (const [path, text] of [...pages(), ...(await readmes())]) {
    const file = join(ROOT, path);
    const formatted = path.endsWith(".md")
      ? await format(text, { ...(await resolveConfig(file)), parser: "markdown" })
      : text;
    if (!check) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, formatted);
    } else if ((await readFile(file, "utf8").catch(() => undefined)) !== formatted) {
      throw new Error(`${path} is out of step with the code: run npm run docs`);
    }
  }
}

main(process.argv.includes("--check")).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
