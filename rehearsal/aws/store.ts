import type { Attributes } from "../protocol/values";

interface Version {
  readonly since: number;
  readonly attributes: Attributes;
}

/** An object of a cloud, in the shape of its Terraform resource. */
export class StoredObject {
  private readonly versions: Version[] = [];

  constructor(
    readonly type: string,
    readonly id: string,
  ) {}

  get attributes(): Attributes {
    return this.versions.at(-1)?.attributes ?? {};
  }

  set(attributes: Attributes, since: number): void {
    this.versions.push({ since, attributes });
  }

  /** The object as it was at that time, for a reader that lags behind; undefined when it did not exist yet. */
  asOf(time: number): Attributes | undefined {
    return this.versions.filter(({ since }) => since <= time).at(-1)?.attributes;
  }
}

/** Objects by type and id. */
export class ObjectStore {
  private readonly types = new Map<string, Map<string, StoredObject>>();

  put(type: string, id: string, attributes: Attributes, since: number): StoredObject {
    const objects = this.types.get(type) ?? new Map<string, StoredObject>();
    this.types.set(type, objects);
    const object = objects.get(id) ?? new StoredObject(type, id);
    objects.set(id, object);
    object.set(attributes, since);
    return object;
  }

  get(type: string, id: string): StoredObject | undefined {
    return this.types.get(type)?.get(id);
  }

  delete(type: string, id: string): void {
    this.types.get(type)?.delete(id);
  }

  all(type: string): StoredObject[] {
    return [...(this.types.get(type)?.values() ?? [])];
  }

  /** Every object, ordered by type. */
  everything(): StoredObject[] {
    return [...this.types.keys()].sort().flatMap((type) => this.all(type));
  }
}
