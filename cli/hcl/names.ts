import type { Blocks } from "./configuration";

type Objects = Readonly<Record<string, Readonly<Record<string, { readonly "//"?: { metadata?: { path?: string } } }>>>>;

/** Ids on the path of a construct that tell a reader of HCL nothing. */
const SILENT = new Set(["Onboarding", "Fanout", "Roles", "Resource"]);

/**
 * Gives resources and data sources names without cdktf's hashes, from the path of their construct, wherever the configuration
 * names them.
 */
export function withCleanNames<Stack extends Blocks>(stack: Stack): Stack {
  const renamed = new Map<string, string>();
  for (const kind of ["resource", "data"]) {
    for (const objects of Object.values((stack[kind] ?? {}) as Objects)) {
      const paths = Object.entries(objects).map(([id, object]) => ({ id, path: object["//"]?.metadata?.path ?? id }));
      const short = paths.map(({ path }) => cleanName(path));
      paths.forEach(({ id, path }, index) => {
        const name = short[index] ?? "";
        renamed.set(id, short.indexOf(name) === short.lastIndexOf(name) ? name : fullName(path));
      });
    }
  }
  const ids = [...renamed.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(?<![A-Za-z0-9_-])(${ids.join("|")})(?![A-Za-z0-9_-])`, "g");
  return ids.length === 0
    ? stack
    : (JSON.parse(JSON.stringify(stack).replaceAll(pattern, (id) => renamed.get(id) ?? id)) as Stack);
}

/** Name in snake case, from a construct's path without the stack and without ids that tell nothing. */
function cleanName(path: string): string {
  const ids = path.split("/").slice(1);
  const telling = ids.filter((id) => !SILENT.has(id));
  return snakeCase((telling.length > 0 ? telling : ids).join("_"));
}

function fullName(path: string): string {
  return snakeCase(path.split("/").slice(1).join("_"));
}

/** `camelCase` and `Words-like-this` in snake case. */
export function snakeCase(text: string): string {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
}
