/** The value of a JSON text, or undefined if it is not JSON. */
export function parseJson(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    return undefined;
  }
}

/** Are the two texts JSON documents with the same content? */
export function sameDocument(a: string, b: string): boolean {
  return sameJson(a, b, (items) => `[${items.join(",")}]`);
}

/** Compares two JSON documents; `writeList` says when two lists are the same. */
export function sameJson(a: string, b: string, writeList: (items: string[]) => string): boolean {
  const write = (value: unknown): string => {
    if (Array.isArray(value)) {
      return writeList(value.map(write));
    }
    if (typeof value === "object" && value !== null) {
      const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${write(item)}`);
      return `{${members.sort().join(",")}}`;
    }
    return JSON.stringify(value);
  };
  const [left, right] = [parseJson(a), parseJson(b)];
  return typeof left === "object" && typeof right === "object" && write(left) === write(right);
}
