import { readFileSync } from "node:fs";
import { isCollection, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document, Node, Pair } from "yaml";
import { InputError } from "../../modules/inputs";

/** A file of YAML, of which JSON is a part, and where its parts are. */
export interface YamlFile {
  readonly value: unknown;
  /** `file:line:column` of a prop, or of the deepest part of its path that the file has. */
  readonly positionOf: (path: readonly string[]) => string;
  /** True for a text of digits that YAML reads as a number, because it has no quotes. */
  readonly isBareNumber: (path: readonly string[]) => boolean;
}

/**
 * Reads a file.
 * @throws InputError for a file that cannot be read, and with every fault of its syntax
 */
export function readYaml(path: string): YamlFile {
  const text = readText(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new InputError(
      document.errors.map(({ pos, message }) => ({
        prop: path,
        message: `${at(pos[0])}: the file is neither JSON nor YAML: ${message}`,
      })),
    );
  }
  return {
    value: valueOf(document, path),
    positionOf: (parts) => at(offsetOf(document, parts)),
    isBareNumber: (parts) => {
      const node = document.getIn(parts.map(indexOrKey), true);
      return isScalar(node) && node.type === "PLAIN" && typeof node.value === "number";
    },
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw InputError.of("the configuration file", path, `it cannot be read: ${(error as Error).message}`);
  }
}

/** Aliases may repeat a part so often that the memory does not suffice: the parser refuses that. */
function valueOf(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw InputError.of("the configuration file", path, `it cannot be read: ${(error as Error).message}`);
  }
}

function offsetOf({ contents }: Document.Parsed, path: readonly string[]): number {
  let node: unknown = contents;
  let offset = contents?.range[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(({ key }) => isScalar(key) && String(key.value) === part);
      if (!pair) {
        return offset;
      }
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      offset = isCollection(node) || isScalar(node) ? (node.range?.[0] ?? offset) : offset;
    }
  }
  return offset;
}

function indexOrKey(part: string): string | number {
  return /^\d{1,6}$/.test(part) ? Number(part) : part;
}
