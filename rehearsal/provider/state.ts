import { createHash } from "node:crypto";

import { isAttributes, sameValue, UNKNOWN, type Attributes, type Value } from "../protocol/values";
import type { Block, Type } from "../schema/schema";

/** Gives the object exactly the attributes and blocks of its schema: Terraform accepts neither more nor less. */
export function conform(block: Block, given: Attributes): Attributes {
  const result: Attributes = {};
  for (const [name, { type }] of Object.entries(block.attributes)) {
    result[name] = conformValue(type, given[name] ?? null);
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const value = given[name];
    if (nested.nesting === "single") {
      result[name] = isAttributes(value) ? conform(nested.block, value) : (value ?? null);
    } else {
      result[name] = Array.isArray(value)
        ? value.map((item) => (isAttributes(item) ? conform(nested.block, item) : item))
        : (value ?? []);
    }
  }
  return result;
}

function conformValue(type: Type, value: Value): Value {
  if (typeof type === "string") {
    return value;
  }
  const [kind, item] = type;
  if (kind === "object" && isAttributes(value)) {
    return Object.fromEntries(
      Object.entries(item).map(([name, member]) => [name, conformValue(member, value[name] ?? null)]),
    );
  }
  if (kind === "map" && isAttributes(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, conformValue(item, member)]));
  }
  return Array.isArray(value) && kind !== "object" ? value.map((member) => conformValue(item, member)) : value;
}

/**
 * Sets what the provider will fill in to unknown: in a new object, and in a nested block that is new. In an existing
 * object a null stays, or the plan would never become empty.
 */
export function markComputed(block: Block, planned: Attributes, prior: Attributes | null): void {
  if (prior === null) {
    for (const [name, { computed }] of Object.entries(block.attributes)) {
      if (computed && planned[name] === null) {
        planned[name] = UNKNOWN;
      }
    }
  }
  for (const [name, { block: inner }] of Object.entries(block.blocks)) {
    const items = nestedItems(planned[name]);
    const priorItems = nestedItems(prior?.[name]);
    items.forEach((item, index) => {
      markComputed(inner, item, priorItems[index] ?? null);
    });
  }
}

function nestedItems(value: Value | undefined): Attributes[] {
  if (Array.isArray(value)) {
    return value.filter(isAttributes);
  }
  return isAttributes(value) ? [value] : [];
}

/** Replaces each value that is still unknown by one that stays the same from run to run. */
export function settle(block: Block, attributes: Attributes, key: string): Attributes {
  const result: Attributes = { ...attributes };
  for (const [name, { type }] of Object.entries(block.attributes)) {
    result[name] = settleValue(type, result[name] ?? null, `${key}.${name}`);
  }
  for (const [name, { block: inner }] of Object.entries(block.blocks)) {
    const value = result[name];
    if (Array.isArray(value)) {
      result[name] = value.map((item, index) =>
        isAttributes(item) ? settle(inner, item, `${key}.${name}.${index}`) : item,
      );
    } else if (isAttributes(value)) {
      result[name] = settle(inner, value, `${key}.${name}`);
    }
  }
  return result;
}

function settleValue(type: Type, value: Value, key: string): Value {
  if (value !== UNKNOWN) {
    return value;
  }
  switch (typeof type === "string" ? type : type[0]) {
    case "string":
      return /(^|[._])id$/.test(key) ? stableHex(key, 16) : key.endsWith("date") ? "2026-01-01T00:00:00Z" : "";
    case "number":
      return 0;
    case "bool":
      return false;
    case "list":
    case "set":
      return [];
    case "map":
      return {};
    default:
      return null;
  }
}

/** Says which of the attributes change between the two states. */
export function changeOf(names: readonly string[]): (prior: Attributes, planned: Attributes) => string[] {
  return (prior, planned) => names.filter((name) => name in planned && !sameValue(prior[name], planned[name]));
}

/** Hexadecimal digits that depend on the key only. */
export function stableHex(key: string, length: number): string {
  return createHash("sha256").update(key).digest("hex").slice(0, length);
}

/** A UUID that depends on the key only. */
export function stableUuid(key: string): string {
  const hex = stableHex(key, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}
