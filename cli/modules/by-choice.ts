import { call, Code, hcl, Nested } from "../hcl";
import type { Selection } from "./choices";

/** A value, as it is for one selection. */
export interface ValueFor {
  readonly selection: Selection;
  readonly value: unknown;
}

/** How HCL refers to a choice of a selection. */
export type Reference = (prop: string) => string;

/**
 * Writes one expression that has, for each selection, the value that was given for it.
 * @throws Error where no condition on the choices tells the values apart
 */
export function byChoice(values: readonly ValueFor[], reference: Reference): unknown {
  const [first] = values;
  if (!first) {
    throw new Error("no selection, so no value");
  }
  const texts = values.map(({ value }) => JSON.stringify(value));
  if (texts.every((text) => text === texts[0])) {
    return first.value;
  }
  const same = Object.keys(first.selection).find((prop) =>
    values.every(({ selection, value }) => selection[prop] === value),
  );
  if (same !== undefined) {
    return `\${${reference(same)}}`;
  }
  if (values.every(({ value }) => isObject(value))) {
    return objectByChoice(
      values as readonly (ValueFor & { readonly value: Readonly<Record<string, unknown>> })[],
      reference,
    );
  }
  if (values.every(({ value }) => typeof value === "boolean")) {
    return hcl`${condition(
      values.map(({ selection, value }) => ({ selection, holds: value === true })),
      reference,
    )}`;
  }
  const deciding = Object.keys(first.selection).find((prop) => decides(prop, values));
  if (deciding !== undefined) {
    const byValue = values.map(({ selection, value }) => [String(selection[deciding]), value]);
    return hcl`${new Nested(Object.fromEntries(byValue))}[${reference(deciding)}]`;
  }
  const holds = values.map(({ selection, value }) => ({ selection, holds: JSON.stringify(value) === texts[0] }));
  const [yes, no] = [true, false].map((wanted) => values.filter((_, index) => holds[index]?.holds === wanted));
  return hcl`${condition(holds, reference)} ? ${new Nested(byChoice(yes ?? [], reference))} : ${new Nested(byChoice(no ?? [], reference))}`;
}

/** Whether the value follows from one choice among words. */
function decides(prop: string, values: readonly ValueFor[]): boolean {
  const seen = new Map<unknown, string>();
  return values.every(({ selection, value }) => {
    const text = JSON.stringify(value);
    const known = seen.get(selection[prop]) ?? text;
    seen.set(selection[prop], known);
    return typeof selection[prop] === "string" && known === text;
  });
}

/** What holds for a selection. */
export interface HoldsFor {
  readonly selection: Selection;
  readonly holds: boolean;
}

/** A condition on the choices that holds for exactly these selections: one choice, or one of several. */
export function condition(cases: readonly HoldsFor[], reference: Reference): string {
  const tests = testsOf(cases);
  const sufficient = tests.filter(({ of }) => cases.every(({ selection, holds }) => holds || !of(selection)));
  const all = cases.every(({ selection, holds }) => holds === sufficient.some(({ of }) => of(selection)));
  if (!all) {
    throw new Error(`no condition on the choices tells the selections apart: ${JSON.stringify(cases[0]?.selection)}`);
  }
  const exact = sufficient.find(({ of }) => cases.every(({ selection, holds }) => holds === of(selection)));
  return (exact ? [exact] : sufficient).map(({ write }) => write(reference)).join(" || ");
}

interface Test {
  readonly of: (selection: Selection) => boolean;
  readonly write: (reference: Reference) => string;
}

function testsOf(cases: readonly HoldsFor[]): Test[] {
  return Object.keys(cases[0]?.selection ?? {}).flatMap((prop) => {
    const values = [...new Set(cases.flatMap(({ selection }) => selection[prop] ?? []))];
    const isFlag = values.every((value) => typeof value === "boolean");
    const equals = values.map((value) => ({
      of: (selection: Selection) => selection[prop] === value,
      write: (reference: Reference) =>
        isFlag ? `${value === true ? "" : "!"}${reference(prop)}` : `${reference(prop)} == "${String(value)}"`,
    }));
    const differs = values.map((value) => ({
      of: (selection: Selection) => selection[prop] !== value,
      write: (reference: Reference) => `${reference(prop)} != "${String(value)}"`,
    }));
    return isFlag ? equals : [...equals, ...differs];
  });
}

function objectByChoice(
  values: readonly (ValueFor & { readonly value: Readonly<Record<string, unknown>> })[],
  reference: Reference,
): unknown {
  const keys = [...new Set(values.flatMap(({ value }) => Object.keys(value)))];
  const always: Record<string, unknown> = {};
  const sometimes = new Map<string, Record<string, unknown>>();
  for (const key of keys) {
    const having = values.filter(({ value }) => key in value);
    const written = byChoice(
      having.map(({ selection, value }) => ({ selection, value: value[key] })),
      reference,
    );
    if (having.length === values.length) {
      always[key] = written;
    } else {
      const when = condition(
        values.map(({ selection, value }) => ({ selection, holds: key in value })),
        reference,
      );
      sometimes.set(when, { ...sometimes.get(when), [key]: written });
    }
  }
  const optional = [...sometimes].map(
    ([when, fields]) => hcl`{\n  for field, value in ${new Nested(fields, 1)} : field => value if ${when}\n}`,
  );
  // A conditional would ask for one type on both sides.
  return optional.length === 0 ? always : call("merge", [hcl`${new Nested(always)}`, ...optional]);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Code);
}
