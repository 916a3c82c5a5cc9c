import { Code } from "./code";
import { templateParts } from "./template";

const STEP = "  ";
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]*$/;
/** Words that HCL reads as values where a key is expected. */
const RESERVED = new Set(["for", "null", "true", "false"]);

/** Writes a value of Terraform's JSON syntax as an HCL expression. */
export function writeExpression(value: unknown, indent = ""): string {
  if (value instanceof Code) {
    return value.pieces
      .map((piece) =>
        typeof piece === "string"
          ? piece.replaceAll("\n", `\n${indent}`)
          : writeExpression(piece.value, indent + STEP.repeat(piece.steps)),
      )
      .join("");
  }
  if (typeof value === "string") {
    return writeString(value);
  }
  if (Array.isArray(value)) {
    return writeList(value, indent);
  }
  if (typeof value === "object" && value !== null) {
    return writeObject(value as Readonly<Record<string, unknown>>, indent);
  }
  return JSON.stringify(value);
}

/** A policy is written as data, so that a reviewer reads it; another string stays a string. */
export function writeArgument(value: unknown, indent: string): string {
  const document = typeof value === "string" ? jsonDocument(value) : undefined;
  return document === undefined ? writeExpression(value, indent) : `jsonencode(${writeExpression(document, indent)})`;
}

/** What a string of JSON holds. One whose structure only Terraform knows is none. */
export function jsonDocument(text: string): object | undefined {
  if (!/^[{[]/.test(text)) {
    return undefined;
  }
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function writeString(value: string): string {
  const parts = templateParts(value);
  const [only] = parts;
  if (parts.length === 1 && only && "expression" in only) {
    return only.expression;
  }
  return `"${parts.map((part) => ("expression" in part ? `\${${part.expression}}` : escaped(part.text))).join("")}"`;
}

function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
}

function writeList(list: readonly unknown[], indent: string): string {
  const inner = indent + STEP;
  const short = `[${list.map((item) => writeExpression(item, inner)).join(", ")}]`;
  if (list.length < 2 && !short.includes("\n")) {
    return short;
  }
  return `[\n${list.map((item) => `${inner}${writeExpression(item, inner)},\n`).join("")}${indent}]`;
}

function writeObject(object: Readonly<Record<string, unknown>>, indent: string): string {
  const inner = indent + STEP;
  const entries = Object.entries(object).map(([name, value]) => ({
    name: IDENTIFIER.test(name) && !RESERVED.has(name) ? name : writeKey(name),
    value: writeExpression(value, inner),
  }));
  return entries.length === 0 ? "{}" : `{\n${aligned(entries, inner)}${indent}}`;
}

function writeKey(name: string): string {
  const written = writeString(name);
  return written.startsWith('"') ? written : `(${written})`;
}

/** Writes arguments as `terraform fmt` does: the equal signs of neighbours on one line each are aligned. */
export function aligned(entries: readonly { readonly name: string; readonly value: string }[], indent: string): string {
  const isShort = ({ value }: { readonly value: string }) => !value.includes("\n");
  const widths = entries.map((entry, index) => {
    if (!isShort(entry)) {
      return entry.name.length;
    }
    let [from, to] = [index, index];
    for (let before = entries[from - 1]; before && isShort(before); before = entries[from - 1]) {
      from -= 1;
    }
    for (let after = entries[to + 1]; after && isShort(after); after = entries[to + 1]) {
      to += 1;
    }
    return Math.max(...entries.slice(from, to + 1).map(({ name }) => name.length));
  });
  return entries.map(({ name, value }, index) => `${indent}${name.padEnd(widths[index] ?? 0)} = ${value}\n`).join("");
}
