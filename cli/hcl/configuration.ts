import { recoverSchema } from "../../rehearsal/schema/bindings";
import type { Block } from "../../rehearsal/schema/schema";
import { dataFolder, resourceFolder } from "../../rehearsal/schema/used-types";
import { aligned, writeArgument } from "./expression";

/** Blocks of Terraform's JSON syntax, by kind: `resource`, `data`, `variable` and the others. */
export type Blocks = Readonly<Record<string, unknown>>;

type Body = Readonly<Record<string, unknown>>;

const STEP = "  ";
const DYNAMIC = "dynamic";
/** Providers whose schemas are recovered from their bindings. Of the others only `timeouts` is a block. */
const BINDINGS: Readonly<Record<string, string>> = { aws: "@cdktf/provider-aws", azurerm: "@cdktf/provider-azurerm" };
const NONE: Block = { attributes: {}, blocks: {} };
const TIMEOUTS: Block = { attributes: {}, blocks: { timeouts: { nesting: "single", block: NONE } } };
const LIFECYCLE: Block = nested("precondition", "postcondition");
const SETTINGS: Readonly<Record<string, Block>> = {
  variable: nested("validation"),
  terraform: nested("required_providers", "backend"),
  removed: nested("lifecycle"),
};
/** Arguments that take an address or a type, never a text. */
const REFERENCES = new Set(["depends_on", "ignore_changes", "replace_triggered_by", "provider", "to", "from"]);

/** Writes the blocks of one kind as HCL, as `terraform fmt` formats it. */
export function writeBlocks(kind: string, blocks: unknown): string {
  switch (kind) {
    case "resource":
    case "data":
      return entriesOf(blocks)
        .flatMap(([type, named]) => entriesOf(named).map(([name, body]) => ({ type, name, body: body as Body })))
        .map(({ type, name, body }) => block(`${kind} "${type}" "${name}"`, body, schemaOf(kind, type), ""))
        .join("\n");
    case "variable":
    case "output":
    case "module":
      return entriesOf(blocks)
        .map(([name, body]) => block(`${kind} "${name}"`, body as Body, SETTINGS[kind] ?? NONE, "", kind))
        .join("\n");
    case "provider":
      return entriesOf(blocks)
        .flatMap(([name, bodies]) => [bodies].flat().map((body) => ({ name, body: body as Body })))
        .map(({ name, body }) => block(`provider "${name}"`, body, providerSchema(name), ""))
        .join("\n");
    default:
      return [blocks]
        .flat()
        .map((body) => block(kind, body as Body, SETTINGS[kind] ?? NONE, "", kind))
        .join("\n");
  }
}

function nested(...names: readonly string[]): Block {
  return { attributes: {}, blocks: Object.fromEntries(names.map((name) => [name, { nesting: "list", block: NONE }])) };
}

function schemaOf(kind: "resource" | "data", type: string): Block {
  const bindings = BINDINGS[type.split("_")[0] ?? ""];
  const folder = kind === "data" ? dataFolder(type) : resourceFolder(type);
  const { attributes, blocks } = (bindings === undefined ? undefined : recoverSchema(bindings, folder)) ?? TIMEOUTS;
  return { attributes, blocks: { ...blocks, lifecycle: { nesting: "single", block: LIFECYCLE } } };
}

function providerSchema(name: string): Block {
  const bindings = BINDINGS[name];
  return (bindings === undefined ? undefined : recoverSchema(bindings, "provider")) ?? NONE;
}

function block(header: string, body: Body, schema: Block, indent: string, kind = ""): string {
  const inner = indent + STEP;
  const parts = Object.entries(body).filter(([name, value]) => name !== "//" && !isNothing(name, value));
  const isBlock = ([name]: readonly [string, unknown]) => name === DYNAMIC || Object.hasOwn(schema.blocks, name);
  const written = aligned(
    parts
      .filter((part) => !isBlock(part))
      .map(([name, value]) => ({ name, value: argument(kind, name, value, inner) })),
    inner,
  );
  const blocks = parts
    .filter(isBlock)
    .flatMap(([name, value]) =>
      name === "backend" || name === DYNAMIC
        ? entriesOf(value).map(([type, item]) =>
            block(
              `${inner}${name} "${type}"`,
              item as Body,
              name === DYNAMIC ? dynamicSchema(schema, type) : NONE,
              inner,
            ),
          )
        : [value]
            .flat()
            .map((item) => block(`${inner}${name}`, item as Body, schema.blocks[name]?.block ?? NONE, inner)),
    );
  const content = [...(written === "" ? [] : [written]), ...blocks].join("\n");
  return content === "" ? `${header} {\n${indent}}\n` : `${header} {\n${content}${indent}}\n`;
}

/** The schema of a `dynamic` block, whose content has the schema of the block that it repeats. */
function dynamicSchema({ blocks }: Block, type: string): Block {
  return { attributes: {}, blocks: { content: { nesting: "single", block: blocks[type]?.block ?? NONE } } };
}

function argument(kind: string, name: string, value: unknown, indent: string): string {
  const isReference = REFERENCES.has(name) || (kind === "variable" && name === "type");
  return isReference && (typeof value === "string" || Array.isArray(value))
    ? writeArgument(asReference(value), indent)
    : writeArgument(value, indent);
}

function isNothing(name: string, value: unknown): boolean {
  return value === undefined || value === null || (name === "depends_on" && Array.isArray(value) && value.length === 0);
}

/** An address is written without quotes. */
function asReference(value: string | readonly unknown[]): unknown {
  return typeof value === "string"
    ? value.startsWith("${")
      ? value
      : `\${${value}}`
    : value.map((item) => `\${${String(item)}}`);
}

function entriesOf(value: unknown): [string, unknown][] {
  return Object.entries(value ?? {});
}
