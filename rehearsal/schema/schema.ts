/** A type of Terraform's type system in its JSON form: `"string"`, `["set", "string"]`, `["object", { ... }]`. */
export type Type =
  "string" | "number" | "bool" | "dynamic" | ["list" | "set" | "map", Type] | ["object", { [name: string]: Type }];

export interface Attribute {
  readonly type: Type;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
}

export type Nesting = "single" | "list" | "set";

export interface NestedBlock {
  readonly nesting: Nesting;
  readonly block: Block;
}

/** What Terraform calls a schema block: attributes and nested blocks, by name. */
export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly blocks: Readonly<Record<string, NestedBlock>>;
}

/** The schemas of one provider, as far as they are in use. */
export interface ProviderSchema {
  readonly provider: Block;
  readonly resources: ReadonlyMap<string, Block>;
  readonly dataSources: ReadonlyMap<string, Block>;
}
