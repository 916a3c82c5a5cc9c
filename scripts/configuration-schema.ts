import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import { configurationJsonSchema } from "../cli/config";

/** Writes schemas/configuration.schema.json from the schemas of the constructs: `npm run schema`. */
const FILE = resolve(__dirname, "..", "..", "schemas", "configuration.schema.json");

async function main(): Promise<void> {
  const config = await resolveConfig(FILE);
  await writeFile(FILE, await format(JSON.stringify(configurationJsonSchema()), { ...config, filepath: FILE }));
}

void main();
