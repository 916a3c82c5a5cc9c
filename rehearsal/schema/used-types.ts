import { recoverSchema } from "./bindings";
import type { Block, ProviderSchema } from "./schema";

/** A synthesized stack (`cdk.tf.json`), as far as the rehearsal looks into it. */
export interface StackJson {
  resource?: Record<string, object>;
  data?: Record<string, object>;
  variable?: Record<string, { default?: unknown; type?: string }>;
  removed?: Removed | Removed[];
  import?: Import | Import[];
  terraform?: { backend?: Record<string, object>; [setting: string]: unknown };
  [block: string]: unknown;
}

interface Removed {
  from: string;
  lifecycle?: { destroy?: boolean };
}

interface Import {
  to: string;
  id: string;
  provider?: string;
}

/** The types of resources and data sources in use. Only those are served: the schema of a whole provider is too large. */
export class UsedTypes {
  readonly resources = new Set<string>();
  readonly dataSources = new Set<string>();

  /** Adds the types of the stack. Types of earlier stacks stay: their objects are still in the state. */
  add(stack: StackJson): void {
    Object.keys(stack.resource ?? {}).forEach((type) => this.resources.add(type));
    Object.keys(stack.data ?? {}).forEach((type) => this.dataSources.add(type));
    const addresses = [
      ...[stack.removed ?? []].flat().map(({ from }) => from),
      ...[stack.import ?? []].flat().map(({ to }) => to),
    ];
    for (const address of addresses) {
      const type = /^(?:\$\{)?(\w+)\./.exec(address)?.[1];
      if (type) {
        this.resources.add(type);
      }
    }
  }
}

/** Folder of the bindings with a resource. */
export function resourceFolder(type: string): string {
  return type.slice(type.indexOf("_") + 1).replaceAll("_", "-");
}

/** Folder of the bindings with a data source. */
export function dataFolder(type: string): string {
  return `data-${type.replaceAll("_", "-")}`;
}

/**
 * The schema of a provider with generated bindings, for the types in use.
 * @param newer - data sources that the bindings do not have yet
 */
export function usedSchema(
  bindings: string,
  prefix: string,
  types: UsedTypes,
  newer: ReadonlyMap<string, Block> = new Map(),
): ProviderSchema {
  const find = (names: ReadonlySet<string>, folder: (type: string) => string) => {
    const found = new Map<string, Block>();
    for (const type of names) {
      const block = type.startsWith(`${prefix}_`) ? recoverSchema(bindings, folder(type)) : undefined;
      if (block) {
        found.set(type, block);
      }
    }
    return found;
  };
  return {
    provider: recoverSchema(bindings, "provider") ?? { attributes: {}, blocks: {} },
    resources: find(types.resources, resourceFolder),
    dataSources: new Map([...newer, ...find(types.dataSources, dataFolder)]),
  };
}
