import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { StackJson } from "../../rehearsal";

/** Folder of a published module. */
export function moduleFolder(name: string): string {
  return resolve(__dirname, "..", "..", "..", "terraform", name);
}

/** The types that a module uses, for the rehearsal. */
export function typesOf(folder: string): StackJson {
  const text = readdirSync(folder)
    .filter((file) => file.endsWith(".tf"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
  const named = (kind: string): Record<string, object> =>
    Object.fromEntries(
      [...text.matchAll(new RegExp(`^${kind} "(\\w+)"`, "gm"))].map(([, type = ""]): [string, object] => [type, {}]),
    );
  return { resource: named("resource"), data: named("data") };
}
