import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { preProcessFile } from "typescript";

type Sources = ReadonlyMap<string, string>;

/** The source files below a folder, by path. */
function sourcesBelow(folder: string): Sources {
  const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  return new Map(files.filter((file) => file.endsWith(".ts")).map((file) => [file, readFileSync(file, "utf8")]));
}

/** Files of the same sources that the file imports, type-only imports included. */
function importsOf(file: string, sources: Sources): string[] {
  return preProcessFile(sources.get(file) ?? "")
    .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => join(dirname(file), fileName))
    .flatMap((path) => [`${path}.ts`, join(path, "index.ts")])
    .filter((path) => sources.has(path));
}

/** Circles, each as the path that comes back to its start. */
function circlesIn(sources: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    } else if (!done.has(file)) {
      for (const imported of importsOf(file, sources)) {
        visit(imported, [...path, file]);
      }
      done.add(file);
    }
  };
  for (const file of sources.keys()) {
    visit(file, []);
  }
  return found;
}

describe("imports form no circle, type-only imports included", () => {
  test.each(["modules", "rehearsal"])("in %s", (folder) => {
    const sources = sourcesBelow(folder);
    const imports = [...sources.keys()].flatMap((file) => importsOf(file, sources));
    expect(imports.length).toBeGreaterThan(sources.size);
    expect(circlesIn(sources)).toEqual([]);
  });

  test("fails for a circle of types over an index file", () => {
    const sources = new Map([
      ["a.ts", 'import type { B } from "./b";'],
      ["b/index.ts", 'export type { C } from "./c";'],
      ["b/c.ts", 'export type C = import("../a").A;'],
    ]);
    expect(circlesIn(sources)).toEqual(["a.ts -> b/index.ts -> b/c.ts -> a.ts"]);
  });
});
