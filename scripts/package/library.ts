import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { bindingsIn, copyBindings, withCopiedBindings } from "./bindings";
import type { Binding } from "./bindings";

/** Writes the library for cdktf, and the same for CDK Terrain: only the name of what it imports differs. */
export function writeLibrary(compiled: string, target: string): readonly Binding[] {
  const files = new Map(
    readdirSync(compiled, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(js|d\.ts|js\.map)$/.test(name))
      .map((name) => [name, readFileSync(join(compiled, name), "utf8")] as const),
  );
  const bindings = bindingsIn([...files.values()]);
  for (const [folder, rewrite] of [
    [target, (text: string) => text],
    [join(target, "cdktn"), forCdkTerrain],
  ] as const) {
    copyBindings(bindings, join(folder, "bindings"), rewrite);
    for (const [name, text] of files) {
      const file = join(folder, "modules", name);
      mkdirSync(dirname(file), { recursive: true });
      // A source map shows the code as it was written.
      const code = name.endsWith(".map")
        ? text
        : rewrite(withCopiedBindings(text, relative(dirname(file), join(folder, "bindings"))));
      writeFileSync(file, code);
    }
  }
  return bindings;
}

/** The two names are of one length, so that source maps hold for both. */
function forCdkTerrain(text: string): string {
  return text.replaceAll(/(?<=(?:from |require\(|import\()(["']))cdktf(?=\1)/g, "cdktn");
}
