import { InputError } from "../inputs";
import type { Parts } from "./references";
import type { SourceEntry, SourceNode } from "./source";
import type { PortalTemplate } from "./template";

/** What is to change in the text of a template. */
export interface Edits {
  /** Entries of maps and of lists to remove; a map or list that becomes empty is removed, too. */
  readonly removed: Parts;
  /** Nodes to rewrite, in the template's own language. */
  readonly replaced: ReadonlyMap<SourceNode, string>;
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type Part = SourceEntry | SourceNode;

/** The text with its edits. Everything else stays byte for byte: order, comments, quotes, white space. */
export function editedText({ name, text, root }: PortalTemplate, edits: Edits): string {
  const splices: Splice[] = [];
  const visit = (node: SourceNode): void => {
    const replacement = edits.replaced.get(node);
    if (replacement !== undefined) {
      splices.push({ start: node.start, end: node.end, text: replacement });
    } else if (node.kind !== "text") {
      const parts = partsOf(node);
      const gone = parts.map((part) => isGone(part, edits.removed));
      splices.push(...(node.inBrackets ? inBrackets(parts, gone) : inLines(text, name, parts, gone)));
      for (const part of parts.filter((_part, index) => !gone[index])) {
        visit(nodeOf(part));
      }
    }
  };
  visit(root);
  return splices
    .sort((one, other) => other.start - one.start)
    .reduce((result, { start, end, text: inserted }) => result.slice(0, start) + inserted + result.slice(end), text);
}

function isGone(part: Part, removed: Parts): boolean {
  if (removed.has(part)) {
    return true;
  }
  const parts = partsOf(nodeOf(part));
  return parts.length > 0 && parts.every((inner) => isGone(inner, removed));
}

function nodeOf(part: Part): SourceNode {
  return "kind" in part ? part : part.value;
}

function partsOf(node: SourceNode): readonly Part[] {
  return node.kind === "map" ? node.entries : node.kind === "list" ? node.items : [];
}

/** A part is removed with the separator that follows it; the last ones with the separator before them. */
function inBrackets(parts: readonly Part[], gone: readonly boolean[]): Splice[] {
  const lastKept = gone.lastIndexOf(false);
  const splices: Splice[] = [];
  parts.forEach((part, index) => {
    const next = parts[index + 1];
    if (gone[index] && index < lastKept && next) {
      splices.push({ start: part.start, end: next.start, text: "" });
    }
  });
  const [kept, last] = [parts[lastKept], parts.at(-1)];
  if (kept && last && kept !== last) {
    splices.push({ start: kept.end, end: last.end, text: "" });
  }
  return splices;
}

/** A part is removed with its lines; a comment above it stays. */
function inLines(text: string, name: string, parts: readonly Part[], gone: readonly boolean[]): Splice[] {
  return parts
    .filter((_part, index) => gone[index])
    .map((part) => {
      const start = text.lastIndexOf("\n", part.start - 1) + 1;
      const indentation = text.slice(start, part.start);
      if (!/^\s*(?:-\s+)?$/.test(indentation)) {
        throw InputError.of(
          name,
          text.slice(start, part.end),
          "this part must be removed, so it must be on lines of its own",
        );
      }
      // The value of a block scalar ends with its line.
      const endsLine = text[part.end - 1] === "\n";
      const lineEnd = endsLine ? part.end - 1 : text.indexOf("\n", part.end);
      return { start, end: lineEnd === -1 ? text.length : lineEnd + 1, text: "" };
    });
}
