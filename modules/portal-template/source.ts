import { Composer, isAlias, isScalar, isSeq, Lexer, Parser } from "yaml";
import type { Alias, CST, Document, Node, YAMLMap } from "yaml";
import { InputError } from "../inputs";

/** A part of a template's text, from `start` to just before `end`, in UTF-16 units. */
interface Span {
  /** Where it starts; a tag belongs to what it marks. */
  readonly start: number;
  /** Where it ends; white space and comments that follow are not part of it. */
  readonly end: number;
}

/** A scalar. All are texts: CloudFormation itself takes `true` and `"true"` for the same. */
export interface SourceText extends Span {
  /** Tells the kinds of nodes apart. */
  readonly kind: "text";
  /** Its value. */
  readonly value: string;
}

/** A list. */
export interface SourceList extends Span {
  /** Tells the kinds of nodes apart. */
  readonly kind: "list";
  /** Whether it is written in brackets. */
  readonly inBrackets: boolean;
  /** Its entries. */
  readonly items: readonly SourceNode[];
}

/** A map, or an intrinsic function in its short form: `!Ref A` is a map with the one key `Ref`. */
export interface SourceMap extends Span {
  /** Tells the kinds of nodes apart. */
  readonly kind: "map";
  /** Whether it is written in brackets. */
  readonly inBrackets: boolean;
  /** Its entries, in order. */
  readonly entries: readonly SourceEntry[];
}

/** An entry of a map. */
export interface SourceEntry extends Span {
  /** The key. */
  readonly key: string;
  /** The value. */
  readonly value: SourceNode;
}

/** A template's text as a tree that knows the position of each part. */
export type SourceNode = SourceText | SourceList | SourceMap;

/** The plain value of a node. */
export type Value = string | readonly Value[] | { readonly [key: string]: Value };

/** No template comes near it; the parser runs out of memory where a text nests many thousand times. */
const DEEPEST = 200;

/**
 * Parses JSON or YAML, of which JSON is a part, with CloudFormation's short tags.
 * @throws InputError with line and column for what is neither, and for what CloudFormation has no use for: aliases,
 * several documents, the same key twice
 */
export function parseSource(text: string, name: string): SourceNode {
  const fail = (offset: number, reason: string): never => {
    throw InputError.of(`${name}, ${position(text, offset)}`, excerpt(text, offset), reason);
  };
  const document = compose(text, fail);
  const [error] = document.errors;
  if (error) {
    if (error.code === "DUPLICATE_KEY") {
      fail(error.pos[0], "the key is there already, and a template has each only once");
    }
    const fault = jsonFault(text) ?? { offset: error.pos[0], message: error.message };
    fail(fault.offset, `the file is neither JSON nor YAML: ${fault.message}`);
  }
  if (document.contents === null) {
    return fail(0, "the file is empty");
  }
  return toSource(document.contents, [], fail);
}

/** The plain value of a node. */
export function valueOf(node: SourceNode): Value {
  switch (node.kind) {
    case "text":
      return node.value;
    case "list":
      return node.items.map(valueOf);
    case "map":
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, valueOf(value)]));
  }
}

/** The entry of a map; undefined where the node has none, or is no map. */
export function entryOf(node: SourceNode | undefined, key: string): SourceEntry | undefined {
  return node?.kind === "map" ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** The entries of a map; none for anything else. */
export function entriesOf(node: SourceNode | undefined): readonly SourceEntry[] {
  return node?.kind === "map" ? node.entries : [];
}

type Fail = (offset: number, reason: string) => never;

function compose(text: string, fail: Fail): Document {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > DEEPEST) {
      fail(parser.offset, `the file nests deeper than ${DEEPEST} levels, as no template does`);
    }
  }
  tokens.push(...parser.end());
  // All scalars as texts; the tags stay on the nodes.
  const documents = [
    ...new Composer({ schema: "failsafe", keepSourceTokens: true }).compose(tokens, true, text.length),
  ];
  const [first, second] = documents;
  if (second) {
    fail(second.range[0], "a template is one document, and another one starts here");
  }
  return first ?? fail(0, "the file is empty");
}

/** What a JSON parser says about a text in JSON; the message of the YAML parser would mislead there. */
function jsonFault(text: string): { readonly offset: number; readonly message: string } | undefined {
  if (!/^\uFEFF?\s*[{[]/.test(text)) {
    return undefined;
  }
  try {
    JSON.parse(text.replace(/^\uFEFF/, " "));
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const offset = /position (\d+)/.exec(message)?.[1];
    return {
      offset: offset === undefined ? text.trimEnd().length : Number(offset),
      message: message.replace(/ in JSON at position.*| at position.*/s, ""),
    };
  }
}

function toSource(node: Node, before: readonly CST.SourceToken[], fail: Fail): SourceNode {
  const [valueStart, valueEnd] = node.range ?? fail(0, "the parser lost its place");
  const tag = before.find(({ type }) => type === "tag");
  if (isAlias(node) || before.some(({ type }) => type === "anchor")) {
    return fail(valueStart, "CloudFormation has no YAML anchors and aliases: write the value out");
  }
  const start = tag?.offset ?? valueStart;
  const plain = untagged(node, valueStart, valueEnd, fail);
  if (tag === undefined || /^!!(?:str|map|seq)$/.test(tag.source)) {
    return { ...plain, start };
  }
  const name = /^!([A-Za-z0-9]+)$/.exec(tag.source)?.[1];
  if (name === undefined) {
    return fail(tag.offset, "CloudFormation has no such tag");
  }
  const key = name === "Ref" || name === "Condition" ? name : `Fn::${name}`;
  return {
    kind: "map",
    inBrackets: true,
    entries: [{ key, value: plain, start, end: plain.end }],
    start,
    end: plain.end,
  };
}

function untagged(node: Exclude<Node, Alias>, start: number, end: number, fail: Fail): SourceNode {
  if (isScalar(node)) {
    return { kind: "text", value: typeof node.value === "string" ? node.value : "", start, end };
  }
  const inBrackets = node.flow === true;
  // Comments after the last part of an indented collection count as its own for the parser.
  const lastEnd = (parts: readonly Span[]): number => (inBrackets ? end : (parts.at(-1)?.end ?? end));
  if (isSeq<Node>(node)) {
    const before = new Map(itemTokens(node.srcToken).map(({ value, start: tokens }) => [value, tokens]));
    const items = node.items.map((item) => toSource(item, before.get(item.srcToken) ?? [], fail));
    return { kind: "list", inBrackets, items, start, end: lastEnd(items) };
  }
  const entries = (node as YAMLMap<Node, Node | null>).items.map(({ key, value, srcToken }): SourceEntry => {
    const before = srcToken?.start ?? [];
    const name = toSource(key, before, fail);
    if (name.kind !== "text") {
      return fail(name.start, "the keys of a template are texts");
    }
    const content: SourceNode = value
      ? toSource(value, srcToken?.sep ?? [], fail)
      : { kind: "text", value: "", start: name.end, end: name.end };
    const first = before.find(({ type }) => type === "explicit-key-ind")?.offset ?? name.start;
    return { key: name.value, value: content, start: first, end: content.end };
  });
  return { kind: "map", inBrackets, entries, start, end: lastEnd(entries) };
}

function itemTokens(token: CST.Token | undefined): readonly CST.CollectionItem[] {
  return token !== undefined && "items" in token ? token.items : [];
}

function position(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
}

/** The line, as far as a message has room for it. */
function excerpt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(start).split(/\r?\n/, 1)[0] ?? "";
  const from = Math.max(0, offset - start - 40);
  return line.slice(from, from + 80).trim();
}
