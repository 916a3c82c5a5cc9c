import { hcl, jsonDocument, Nested } from "../hcl";
import type { Selection } from "./choices";
import { byChoice, condition } from "./by-choice";
import type { Reference } from "./by-choice";

type Body = Readonly<Record<string, unknown>>;
type Objects = Readonly<Record<string, Readonly<Record<string, Body>>>>;

/** A synthesized stack, and the choices that it was made with. */
export interface Variant {
  readonly selection: Selection;
  readonly stack: { readonly resource?: object; readonly data?: object };
}

/** A resource or data source that some of the variants have. */
export interface VariantObject {
  readonly kind: "resource" | "data";
  readonly type: string;
  readonly name: string;
  /** Path of its construct, without the stack. */
  readonly path: string;
  /** Condition on the choices under which it exists; absent: always. */
  readonly when?: string;
  /** Its arguments. */
  readonly body: Body;
}

/** Meta-arguments in which a variant lists more than another: the module lists all. */
const UNITED = new Set(["depends_on"]);

/** One configuration for all variants: the objects of all of them, each under the condition that it exists in a variant. */
export function uniteVariants(variants: readonly Variant[], reference: Reference): readonly VariantObject[] {
  return (["resource", "data"] as const).flatMap((kind) =>
    addressesIn(variants, kind).map(({ type, name }) => {
      const having = variants.flatMap(({ selection, stack }) => {
        const body = objectsOf(stack, kind)[type]?.[name];
        return body === undefined || body.count === 0 ? [] : [{ selection, body }];
      });
      const when = condition(
        variants.map(({ selection }) => ({
          selection,
          holds: having.some((one) => one.selection === selection),
        })),
        reference,
      );
      const [first] = having;
      return {
        kind,
        type,
        name,
        path: pathOf(first?.body),
        ...(having.length === variants.length ? {} : { when }),
        body: uniteBodies(having, reference),
      };
    }),
  );
}

function addressesIn(variants: readonly Variant[], kind: "resource" | "data") {
  const found = new Map<string, { type: string; name: string }>();
  for (const { stack } of variants) {
    for (const [type, objects] of Object.entries(objectsOf(stack, kind))) {
      for (const [name] of Object.entries(objects).filter(([, { count }]) => count !== 0)) {
        found.set(`${type}.${name}`, { type, name });
      }
    }
  }
  return [...found.values()];
}

function uniteBodies(having: readonly { selection: Selection; body: Body }[], reference: Reference): Body {
  const names = [...new Set(having.flatMap(({ body }) => Object.keys(body)))].filter((name) => name !== "//");
  return Object.fromEntries(
    names.map((name) => {
      const values = having.map(({ selection, body }) => ({ selection, value: readable(body[name]) }));
      return [
        name,
        UNITED.has(name)
          ? [...new Set(values.flatMap(({ value }) => (value ?? []) as string[]))]
          : byChoice(values, reference),
      ];
    }),
  );
}

/** A document as data, so that both sides of a conditional are written as such. */
function readable(value: unknown): unknown {
  const document = typeof value === "string" ? jsonDocument(value) : undefined;
  return document === undefined ? value : hcl`jsonencode(${new Nested(document)})`;
}

function objectsOf(stack: Variant["stack"], kind: "resource" | "data"): Objects {
  return (stack[kind] ?? {}) as Objects;
}

function pathOf(body: Body | undefined): string {
  const { metadata } = (body?.["//"] ?? {}) as { metadata?: { path?: string } };
  return (metadata?.path ?? "").split("/").slice(1).join("/");
}
