import { entriesOf } from "./source";
import type { SourceEntry, SourceMap, SourceNode, SourceText } from "./source";

/** Something in a template that names a parameter, a resource, a condition or a mapping. */
export type Reference = {
  /** What is named. */
  readonly name: string;
  /** Where, as a path from the top of the template. */
  readonly at: string;
} & (
  | {
      /** `Ref`, or `Fn::GetAtt` with its attribute; an attribute that is computed is `undefined`. */
      readonly kind: "ref" | "attribute";
      readonly attribute?: string;
      readonly node: SourceMap;
    }
  | {
      /** `${name}` or `${name.attribute}` in a text of `Fn::Sub`. */
      readonly kind: "placeholder";
      readonly attribute?: string;
      readonly placeholder: string;
      readonly text: SourceText;
    }
  | {
      /** An entry of `DependsOn`: the part of the template to remove together with the name. */
      readonly kind: "dependsOn";
      readonly part: SourceEntry | SourceNode;
    }
  | { readonly kind: "condition" | "mapping" }
);

/** Parts of a template by identity. */
export type Parts = ReadonlySet<SourceEntry | SourceNode>;

// These parts name things for people or for the console: they use nothing.
const WITHOUT_REFERENCES = ["AWSTemplateFormatVersion", "Description", "Metadata"];

/** Path of a resource: one by itself, or one that a loop creates. */
const RESOURCE = /^Resources\.(?:Fn::ForEach::[^.]+\[2\]\.)?[^.[]+$/;

/** Every reference of a template, but for those in the parts left out. */
export function* references(root: SourceMap, leftOut: Parts = new Set()): Generator<Reference> {
  for (const entry of root.entries) {
    if (!WITHOUT_REFERENCES.includes(entry.key)) {
      yield* inEntry(entry, "", leftOut);
    }
  }
}

function* inEntry(entry: SourceEntry, parent: string, leftOut: Parts): Generator<Reference> {
  const { key, value } = entry;
  const at = parent === "" ? key : `${parent}.${key}`;
  if (leftOut.has(entry)) {
    return;
  }
  if (key === "Condition" && value.kind === "text") {
    yield { kind: "condition", name: value.value, at };
  } else if (key === "DependsOn" && RESOURCE.test(parent)) {
    yield* dependencies(entry, at, leftOut);
  } else {
    yield* inNode(value, at, leftOut);
  }
}

function* dependencies(entry: SourceEntry, at: string, leftOut: Parts): Generator<Reference> {
  if (entry.value.kind === "text") {
    yield { kind: "dependsOn", name: entry.value.value, at, part: entry };
  } else if (entry.value.kind === "list") {
    for (const item of entry.value.items) {
      if (item.kind === "text" && !leftOut.has(item)) {
        yield { kind: "dependsOn", name: item.value, at, part: item };
      }
    }
  }
}

function* inNode(node: SourceNode, at: string, leftOut: Parts): Generator<Reference> {
  if (leftOut.has(node)) {
    return;
  }
  if (node.kind === "list") {
    for (const [index, item] of node.items.entries()) {
      yield* inNode(item, `${at}[${index}]`, leftOut);
    }
  }
  if (node.kind === "map") {
    const [only, another] = node.entries;
    if (only && !another) {
      yield* ofFunction(node, only, at);
    }
    for (const entry of node.entries) {
      yield* inEntry(entry, at, leftOut);
    }
  }
}

/** What an intrinsic function names by itself; its arguments are looked at like any other part. */
function* ofFunction(node: SourceMap, { key, value }: SourceEntry, at: string): Generator<Reference> {
  const [first, ...rest] = value.kind === "list" ? value.items : [value];
  const name = first?.kind === "text" ? first.value : undefined;
  if (first?.kind !== "text" || name === undefined) {
    return;
  }
  switch (key) {
    case "Ref":
      yield { kind: "ref", name, at, node };
      break;
    case "Fn::GetAtt":
    case "Fn::ValueOf":
      yield { kind: "attribute", at, node, ...attributeOf(name, rest) };
      break;
    case "Fn::Sub": {
      const own = new Set(entriesOf(rest[0]).map((entry) => entry.key));
      for (const reference of placeholdersIn(name)) {
        if (!own.has(reference.placeholder.slice(2, -1).trim())) {
          yield { kind: "placeholder", at, text: first, ...reference };
        }
      }
      break;
    }
    case "Fn::If":
      yield { kind: "condition", name, at };
      break;
    case "Fn::FindInMap":
      yield { kind: "mapping", name, at };
      break;
  }
}

/** `[A, B]` and `A.B` name the attribute B of A. */
function attributeOf(first: string, rest: readonly SourceNode[]): { name: string; attribute?: string } {
  const [name = "", ...attribute] = [first, ...rest.map((node) => (node.kind === "text" ? node.value : ""))]
    .join(".")
    .split(".");
  return rest.every(({ kind }) => kind === "text") ? { name, attribute: attribute.join(".") } : { name };
}

/** The placeholders in a text of `Fn::Sub`; `${!x}` is a literal `${x}`. */
export function placeholdersIn(text: string): { name: string; attribute?: string; placeholder: string }[] {
  return [...text.matchAll(/\$\{([^!{}][^{}]*)\}/g)].map(([placeholder, content = ""]) => {
    const [name = "", ...attribute] = content.trim().split(".");
    return { name, placeholder, ...(attribute.length > 0 ? { attribute: attribute.join(".") } : {}) };
  });
}
