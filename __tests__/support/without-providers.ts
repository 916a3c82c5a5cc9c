/** A synthesized stack, the content of `cdk.tf.json`. */
export type Stack = Readonly<Record<string, unknown>>;

type Block = Readonly<Record<string, unknown>>;
type Blocks = Readonly<Record<string, Block>>;

/**
 * Takes resources, data sources and settings of some providers out of a synthesized stack, so that the rest of it runs
 * where these providers are not installed. What reads a value of a removed object goes with it; what only comes after
 * one (`depends_on`) stays, and comes after what the removed object came after.
 *
 * @param providers local names, which are also the prefixes of their types, for instance `azurerm`
 */
export function withoutProviders(stack: Stack, providers: readonly string[]): Stack {
  const removed = removedAddresses(stack, providers);
  const dependencies = new Map(addressed(stack).map(([address, block]) => [address, dependsOn(block)]));
  const keptDependencies = (address: string): readonly string[] =>
    removed.has(address) ? (dependencies.get(address) ?? []).flatMap(keptDependencies) : [address];

  const keep = (address: string, block: unknown): unknown => {
    if (removed.has(address)) return undefined;
    if (!isBlock(block) || !("depends_on" in block)) return block;
    const kept = [...new Set(dependsOn(block).flatMap(keptDependencies))];
    return { ...block, depends_on: kept };
  };
  const names = (prefix: string) => (section: unknown) =>
    mapEntries(section, (name, block) => keep(prefix + name, block));
  const types = (prefix: string) => (section: unknown) =>
    mapEntries(section, (type, blocks) => names(`${prefix}${type}.`)(blocks));
  const isKept = (block: Block) => {
    const addresses = [block.from, block.to].map(String);
    const isAbsent = addresses.some((address) => providers.includes(providerOf(address)));
    return !isAbsent && ![...removed].some((address) => refersTo(block, address));
  };
  const list = (section: unknown) => {
    const kept = asList(section).filter(isKept);
    return kept.length > 0 ? kept : undefined;
  };
  const settings = (section: unknown) =>
    mapEntries(section, (name, block) => (providers.includes(name) ? undefined : block));

  const sections: Readonly<Record<string, (section: unknown) => unknown>> = {
    resource: types(""),
    data: types("data."),
    locals: names("local."),
    output: names("output."),
    check: names("check."),
    import: list,
    moved: list,
    removed: list,
    provider: settings,
    terraform: (section) =>
      mapEntries(section, (name, block) => (name === "required_providers" ? settings(block) : block)),
  };
  return mapEntries(stack, (name, section) => (name in sections ? sections[name]?.(section) : section)) ?? {};
}

/** The objects of the providers, and everything that reads a value of one of them, at any distance. */
function removedAddresses(stack: Stack, providers: readonly string[]): ReadonlySet<string> {
  const all = addressed(stack);
  const removed = new Set(all.map(([address]) => address).filter((address) => providers.includes(providerOf(address))));
  // A set visits what is added while it is walked, so this ends when nothing new is found.
  for (const address of removed)
    for (const [reader, block] of all) if (refersTo(withoutDependsOn(block), address)) removed.add(reader);
  return removed;
}

function providerOf(address: string): string {
  return /^(?:data\.)?([a-z0-9]+)_/.exec(address)?.[1] ?? "";
}

/** Everything of the stack that a reference or a `depends_on` can name, and outputs and checks. */
function addressed(stack: Stack): readonly (readonly [string, unknown])[] {
  const typed = (section: unknown, prefix: string) =>
    Object.entries((section ?? {}) as Record<string, Blocks>).flatMap(([type, blocks]) =>
      Object.entries(blocks).map(([name, block]) => [`${prefix}${type}.${name}`, block] as const),
    );
  const named = (section: unknown, prefix: string) =>
    Object.entries((section ?? {}) as Blocks).map(([name, block]) => [`${prefix}${name}`, block] as const);
  return [
    ...typed(stack.resource, ""),
    ...typed(stack.data, "data."),
    ...named(stack.locals, "local."),
    ...named(stack.output, "output."),
    ...named(stack.check, "check."),
  ];
}

function refersTo(block: unknown, address: string): boolean {
  const reference = new RegExp(`(?<![\\w.-])${address.replaceAll(".", "\\.")}(?![\\w-])`);
  // Without a template it can only be an address itself: in an import, moved or removed block, or in `lifecycle`.
  return strings(block).some((text) => (/[$%]\{/.test(text) ? reference.test(text) : text === address));
}

function strings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}

function dependsOn(block: unknown): readonly string[] {
  return isBlock(block) ? ((block.depends_on ?? []) as readonly string[]) : [];
}

function withoutDependsOn(block: unknown): unknown {
  return isBlock(block) ? { ...block, depends_on: [] } : block;
}

function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asList(section: unknown): readonly Block[] {
  return (Array.isArray(section) ? section : [section]) as readonly Block[];
}

/** Drops entries mapped to `undefined`, and the whole section when none is left. */
function mapEntries(section: unknown, map: (name: string, value: unknown) => unknown): Block | undefined {
  const entries = Object.entries(section as Block)
    .map(([name, value]) => [name, map(name, value)] as const)
    .filter(([, value]) => value !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
