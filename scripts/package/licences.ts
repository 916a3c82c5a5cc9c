import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of the npm package that a file belongs to, for instance `node_modules/@azure/identity`. */
export function packageFolder(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

/** The notices of packages whose code is copied: name, version, licence and its text. */
export function notices(repository: string, folders: readonly string[]): string {
  return folders.map((folder) => notice(join(repository, folder))).join(`\n${"-".repeat(80)}\n\n`);
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license: string;
  };
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice)/i.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${name} ${version}, licence ${license}`, ...texts].join("\n\n") + "\n";
}
