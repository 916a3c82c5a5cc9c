import { Code, Nested } from "../hcl";

/** Rewrites every text of a value, HCL code included. */
export function mapTexts(value: unknown, rewrite: (text: string) => string): unknown {
  if (typeof value === "string") {
    return rewrite(value);
  }
  if (value instanceof Code) {
    return new Code(
      value.pieces.map((piece) =>
        typeof piece === "string" ? rewrite(piece) : new Nested(mapTexts(piece.value, rewrite), piece.steps),
      ),
    );
  }
  if (Array.isArray(value)) {
    return value.map((item) => mapTexts(item, rewrite));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, rewrite)]));
  }
  return value;
}
