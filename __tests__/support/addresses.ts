import type { StackJson } from "../../rehearsal";

interface Block {
  readonly count?: unknown;
  readonly depends_on?: readonly string[];
}

/** Every resource of a stack by its address, without those with `count = 0`. */
export function resourcesByAddress(stack: StackJson): ReadonlyMap<string, Block> {
  const types = (stack.resource ?? {}) as Readonly<Record<string, Readonly<Record<string, Block>>>>;
  return new Map(
    Object.entries(types).flatMap(([type, resources]) =>
      Object.entries(resources)
        .filter(([, { count }]) => count !== 0)
        .map(([name, block]) => [`${type}.${name}`, block] as const),
    ),
  );
}

/** Addresses of a type. */
export function addressesOf(stack: StackJson, type: string): string[] {
  return [...resourcesByAddress(stack).keys()].filter((address) => address.startsWith(`${type}.`));
}

/** The only address of a type. */
export function onlyAddress(stack: StackJson, type: string): string {
  const [address, ...others] = addressesOf(stack, type);
  if (address === undefined || others.length > 0) {
    throw new Error(`expected one ${type}, found ${[address, ...others].join(", ")}`);
  }
  return address;
}

/** What Terraform makes before a resource, at any distance: what it names in `depends_on` or reads in an expression. */
export function comesAfter(stack: StackJson, address: string): Set<string> {
  const resources = resourcesByAddress(stack);
  const found = new Set<string>();
  const visit = (current: string): void => {
    const block = resources.get(current);
    const text = JSON.stringify({ ...block, depends_on: [] });
    const read = [...text.matchAll(/\$\{[^}]*?([a-z0-9]+_[a-z0-9_]+\.[A-Za-z0-9_-]+)\./g)].map(([, name = ""]) => name);
    for (const next of [...(block?.depends_on ?? []), ...read]) {
      if (resources.has(next) && !found.has(next)) {
        found.add(next);
        visit(next);
      }
    }
  };
  visit(address);
  return found;
}
