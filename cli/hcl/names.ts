import type { Blocks } from "./configuration";

type Objects = Readonly<Record<string, Readonly<Record<string, { readonly "//"?: { metadata?: { path?: string } } }>>>>;

/** Ids on the path of a construct that tell a reader of HCL nothing. */
const SILENT = new Set(["Onboarding", "Fanout", "Roles", "Resource"]);

/** What cdktf appends to an id. */
const HASH = /_[0-9A-F]{8}$/;

/**
 * Gives resources, data sources, removed objects, locals and aliases of providers names without cdktf's hashes, from the path of their construct,
 * wherever the configuration names them.
 */
export function withCleanNames<Stack extends Blocks>(stack: Stack): Stack {
  const renamed = new Map<string, string>();
  for (const paths of groupsOf(stack)) {
    const short = paths.map(({ path }) => cleanName(path));
    paths.forEach(({ id, path }, index) => {
      const name = short[index] ?? "";
      renamed.set(id, short.indexOf(name) === short.lastIndexOf(name) ? name : fullName(path));
    });
  }
  const ids = [...renamed.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(?<![A-Za-z0-9_-])(${ids.join("|")})(?![A-Za-z0-9_-])`, "g");
  return ids.length === 0
    ? stack
    : (JSON.parse(JSON.stringify(stack).replaceAll(pattern, (id) => renamed.get(id) ?? id)) as Stack);
}

interface Named {
  readonly id: string;
  /** Path of its construct. */
  readonly path: string;
}

/** Ids in groups in which a name may occur once. */
function groupsOf({ resource, data, locals, provider, removed }: Blocks): readonly (readonly Named[])[] {
  const objects = [resource, data].flatMap((types) => Object.values((types ?? {}) as Objects));
  const aliases = Object.values((provider ?? {}) as Readonly<Record<string, readonly { alias?: string }[]>>);
  const released = (removed ?? []) as readonly { from: string }[];
  return [
    ...objects.map((group) =>
      Object.entries(group).map(([id, object]) => ({ id, path: object["//"]?.metadata?.path ?? pathOf(id) })),
    ),
    hashed(Object.keys(locals ?? {})),
    ...aliases.map((group) => hashed(group.flatMap(({ alias }) => alias ?? []))),
    // They must have the names that another configuration of the same state declared.
    ...released.map(({ from }) => hashed(from.split(".").slice(1))),
  ];
}

/** What has no path in a stack has one in its id. */
function hashed(ids: readonly string[]): readonly Named[] {
  return ids.filter((id) => HASH.test(id)).map((id) => ({ id, path: pathOf(id) }));
}

function pathOf(id: string): string {
  return `stack/${id.replace(HASH, "").replaceAll("_", "/")}`;
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
