import { isTerraformList, isTerraformMap } from "./terraform-values";

/**
 * The props of an object as it would be written out, each read once; undefined for everything else: instances of classes,
 * Terraform values, and what cannot be read, because a getter or a proxy throws.
 */
export function plainObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    return isObjectLiteral(value) && !isTerraformMap(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** The entries of a list as it would be written out; undefined for everything else, a list with holes included. */
export function plainList(value: unknown): readonly unknown[] | undefined {
  try {
    return Array.isArray(value) && !isTerraformList(value) && !hasHoles(value) ? Array.from<unknown>(value) : undefined;
  } catch {
    return undefined;
  }
}

/** True where the list has fewer entries than its length says. */
export function hasHoles(list: readonly unknown[]): boolean {
  return Object.keys(list).length < list.length;
}

/** True for an object without a class, from any realm. */
export function isObjectLiteral(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
