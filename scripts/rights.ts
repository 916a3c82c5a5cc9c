import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import { AWS_PARTS } from "./rights/aws-types";
import { AZURE_PARTS } from "./rights/azure-types";
import { rightsPage } from "./rights/page";
import { awsFiles, azureFile } from "./rights/policies";

/*
 * Writes docs/rights.md and the files of rights/ from the tables in scripts/rights: `npm run rights`. With `--check` it writes
 * nothing and fails where a file is out of step.
 */

const ROOT = resolve(__dirname, "..", "..");
const FOLDER = join(ROOT, "rights");

async function main(check: boolean): Promise<void> {
  const files = [
    { path: join(ROOT, "docs", "rights.md"), text: rightsPage() },
    ...[...AWS_PARTS.flatMap(awsFiles), ...AZURE_PARTS.map(azureFile)].map(({ name, content }) => ({
      path: join(FOLDER, `${name}.json`),
      text: JSON.stringify(content),
    })),
  ];
  for (const { path, text } of files) {
    const formatted = await format(text, { ...(await resolveConfig(path)), filepath: path });
    if (!check) {
      await writeFile(path, formatted);
    } else if ((await readFile(path, "utf8").catch(() => undefined)) !== formatted) {
      throw new Error(`${path.slice(ROOT.length + 1)} is out of step with scripts/rights: run npm run rights`);
    }
  }
  const known = files.map(({ path }) => path);
  const left = (await readdir(FOLDER)).map((name) => join(FOLDER, name)).filter((path) => !known.includes(path));
  for (const path of left) {
    if (check) {
      throw new Error(`${path.slice(ROOT.length + 1)} is left over: run npm run rights`);
    }
    await rm(path);
  }
}

main(process.argv.includes("--check")).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
