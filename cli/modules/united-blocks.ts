import { mapTexts } from "./texts";
import type { VariantObject } from "./variants";

/** Resources or data sources, by type and name. */
export type Objects = Record<string, Record<string, unknown>>;

/** Writes the objects of all variants as blocks: one with a condition has a `count`, and references to it follow. */
export function unitedBlocks(objects: readonly VariantObject[]): {
  readonly resource: Objects;
  readonly data: Objects;
} {
  const counted = objects.filter(({ when, body }) => when !== undefined && body.for_each === undefined).map(addressOf);
  const blocks: { resource: Objects; data: Objects } = { resource: {}, data: {} };
  for (const { kind, type, name, when, body } of objects) {
    const { depends_on: dependsOn, lifecycle, ...rest } = body;
    const count = when === undefined ? {} : { count: `\${${when} ? 1 : 0}` };
    (blocks[kind][type] ??= {})[name] = {
      ...count,
      ...withReferences(rest, counted),
      ...((dependsOn as string[] | undefined)?.length ? { depends_on: dependsOn } : {}),
      ...(lifecycle === undefined ? {} : { lifecycle: lifecycleOf(lifecycle as object, counted) }),
    };
  }
  return blocks;
}

function lifecycleOf(lifecycle: object, counted: readonly string[]): object {
  const { replace_triggered_by: triggers, ...rest } = lifecycle as { replace_triggered_by?: string[] };
  return {
    ...withReferences(rest, counted),
    ...(triggers ? { replace_triggered_by: triggers.map((text) => references(text, counted, "first")) } : {}),
  };
}

function withReferences(body: object, counted: readonly string[]): object {
  return mapTexts(body, (text) => references(text, counted, "one")) as object;
}

/** An object with `count` is a list. */
function references(text: string, counted: readonly string[], how: "one" | "first"): string {
  return counted.reduce(
    (result, address) =>
      result.replaceAll(
        new RegExp(`(?<![\\w.])${address.replaceAll(".", "\\.")}\\.([a-z_]+)`, "g"),
        (_, attribute: string) => (how === "one" ? `one(${address}[*].${attribute})` : `${address}[0].${attribute}`),
      ),
    text,
  );
}

function addressOf({ kind, type, name }: VariantObject): string {
  return `${kind === "data" ? "data." : ""}${type}.${name}`;
}
