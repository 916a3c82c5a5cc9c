import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Attribute, Block, NestedBlock, Nesting, Type } from "./schema";

/**
 * Recovers a provider's schema from its generated CDKTF bindings. Each `lib/<resource>/index.js` carries its generated
 * TypeScript in an inline source map, and that text lists every attribute with its flags and its type. So a stack is
 * checked against the schema of the provider version that its bindings were generated from, without the provider.
 *
 * @param provider - npm package, for instance `@cdktf/provider-aws`
 * @param folder - folder under `lib`, for instance `iam-role` or `data-aws-iam-role`
 * @returns the schema block, or undefined when the provider has no such type
 */
export function recoverSchema(provider: string, folder: string): Block | undefined {
  const key = `${provider}/${folder}`;
  if (!recovered.has(key)) {
    const bindings = bindingsFile(provider);
    recovered.set(key, bindings === undefined ? packedSchemas()[key] : schemaOf(bindings, folder));
  }
  return recovered.get(key);
}

const recovered = new Map<string, Block | undefined>();

/** Why there is no schema of a type. */
export function whyUnknown(provider: string): string {
  const bindings = bindingsFile(provider);
  if (bindings === undefined) {
    return `no construct of this package uses it; install ${provider} beside the package to rehearse every type`;
  }
  const { version } = JSON.parse(readFileSync(bindings, "utf8")) as { readonly version: string };
  return `${provider} ${version} does not have it`;
}

/** The bindings of the project in which the command runs, so that its stack is checked against its own provider version; else ours. */
function bindingsFile(provider: string): string | undefined {
  try {
    return require.resolve(`${provider}/package.json`, { paths: [process.cwd(), __dirname] });
  } catch {
    return undefined;
  }
}

/** The npm package needs no bindings: beside its command is a file with the schemas of the types that its constructs use. */
function packedSchemas(): Readonly<Record<string, Block>> {
  return JSON.parse(readFileSync(join(__dirname, "schemas.json"), "utf8")) as Record<string, Block>;
}

function schemaOf(bindings: string, folder: string): Block | undefined {
  const source = readGeneratedSource(join(dirname(bindings), "lib", folder));
  return source === undefined ? undefined : new GeneratedSource(source).block();
}

function readGeneratedSource(folder: string): string | undefined {
  const file = join(folder, "index.js");
  if (!existsSync(file)) {
    return undefined;
  }
  const encoded = /sourceMappingURL=data:application\/json;[^,]*base64,([\w+/=]+)/.exec(
    readFileSync(file, "utf8"),
  )?.[1];
  if (encoded === undefined) {
    throw new Error(`no inline source map in ${file}: the provider's bindings have another format`);
  }
  const map = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as { sourcesContent: string[] };
  return map.sourcesContent[0];
}

/** One attribute as a class of the generated TypeScript describes it. */
interface Member {
  readonly name: string;
  readonly flags: Omit<Attribute, "type">;
  /** Code between this member's comment and the next one: field and getter. */
  readonly code: string;
}

/** What `synthesizeHclAttributes` or a `...ToHclTerraform` function says about a settable attribute. */
interface Setting {
  readonly isBlock: boolean;
  readonly type: string;
  readonly storage: string;
  /** Name of the property in TypeScript. */
  readonly property: string;
}

class GeneratedSource {
  private readonly classes = new Map<string, string>();
  private readonly functions = new Map<string, string>();
  private readonly interfaces = new Map<string, string>();

  constructor(source: string) {
    for (const text of source.split(/^export /m)) {
      const [, kind, name = ""] = /^(class|function|interface) (\w+)/.exec(text) ?? [];
      if (kind === "class") {
        this.classes.set(name, text);
      } else if (kind === "function") {
        this.functions.set(name, text);
      } else if (kind === "interface") {
        this.interfaces.set(name, text);
      }
    }
  }

  block(): Block {
    for (const text of this.classes.values()) {
      if (/extends cdktf\.Terraform(Resource|DataSource|Provider)\b/.test(text)) {
        return this.toBlock(members(text), settings(text.slice(text.indexOf("synthesizeHclAttributes"))));
      }
    }
    throw new Error("no resource, data source or provider class in the generated bindings");
  }

  private toBlock(list: readonly Member[], settable: ReadonlyMap<string, Setting>): Block {
    const attributes: Record<string, Attribute> = {};
    const blocks: Record<string, NestedBlock> = {};
    for (const { name, flags, code } of list) {
      const setting = settable.get(name);
      if (setting?.isBlock && !flags.computed) {
        blocks[name] = { nesting: nestingOf(setting.type), block: this.struct(setting.storage) };
      } else if (setting?.isBlock) {
        // A block that the provider may fill in itself is an attribute made of objects.
        attributes[name] = { type: collection(setting.type, this.objectType(setting.storage)), ...flags };
      } else {
        attributes[name] = { type: setting ? typeOfSetting(setting) : this.typeOfGetter(code), ...flags };
      }
    }
    return { attributes, blocks };
  }

  private struct(storage: string): Block {
    const struct = storage.replace(/(List|OutputReference|Map)$/, "");
    const reference = this.classes.get(`${struct}OutputReference`);
    const settable = settings(this.hcl(struct));
    // Without a class of its own, the members cannot be referred to: the blocks of a provider, for instance.
    return this.toBlock(reference ? members(reference) : this.plainMembers(struct, settable), settable);
  }

  private plainMembers(struct: string, settable: ReadonlyMap<string, Setting>): Member[] {
    const text = this.interfaces.get(struct) ?? "";
    return [...settable].map(([name, { property }]) => {
      const required = new RegExp(`^ {2}readonly ${property}: `, "m").test(text);
      return { name, flags: required ? { required } : { optional: true }, code: "" };
    });
  }

  private hcl(struct: string): string {
    return this.functions.get(`${struct.charAt(0).toLowerCase()}${struct.slice(1)}ToHclTerraform`) ?? "";
  }

  private objectType(storage: string): Type {
    return blockType(this.struct(storage));
  }

  /** The type of an attribute that only the provider sets. */
  private typeOfGetter(code: string): Type {
    const nested = /= new (\w+)(List|OutputReference|Map)\(this, "\w+"(?:, (true|false))?\)/.exec(code);
    if (nested?.[1] !== undefined) {
      const item = this.objectType(nested[1]);
      return nested[2] === "OutputReference"
        ? item
        : [nested[2] === "Map" ? "map" : nested[3] === "true" ? "set" : "list", item];
    }
    const wrapped = /= new cdktf\.(String|Number|Boolean|Any)(Map|List)(List)?\(this, "\w+"(?:, (true|false))?\)/.exec(
      code,
    );
    if (wrapped) {
      const item = primitive(wrapped[1] ?? "");
      const inner: Type = [wrapped[2] === "Map" ? "map" : "list", item];
      return wrapped[3] ? [wrapped[4] === "true" ? "set" : "list", inner] : inner;
    }
    const getter = /get(String|Number|Boolean|Any|)(List|Map|)Attribute\(/.exec(code);
    if (!getter) {
      return "dynamic";
    }
    const item = primitive(getter[1] ?? "");
    switch (getter[2]) {
      case "List":
        return [code.includes("Fn.tolist(") ? "set" : "list", item];
      case "Map":
        return ["map", item];
      default:
        return item;
    }
  }
}

/** Terraform reserves `alias`: it is not part of a provider's schema. */
const metaArguments = new Set(["alias"]);

function members(classText: string): Member[] {
  const marks = [...classText.matchAll(/^ {2}\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)$/gm)];
  return marks
    .map((mark, index) => ({
      name: mark[1] ?? "",
      flags: {
        ...(mark[2] === "true" && { computed: true }),
        ...(mark[3] === "true" && { optional: true }),
        ...(mark[4] === "true" && { required: true }),
      },
      code: classText.slice(mark.index, marks[index + 1]?.index),
    }))
    .filter(({ name }) => !metaArguments.has(name));
}

function settings(text: string): Map<string, Setting> {
  const pattern =
    /^ {4,6}(\w+): \{\s+value: .*?\.(\w+)(?:\.internalValue)?\),\s+isBlock: (true|false),\s+type: "(\w+)",\s+storageClassType: "(\w+)",?\s+\}/gm;
  return new Map(
    [...text.matchAll(pattern)].map((found) => [
      found[1] ?? "",
      { property: found[2] ?? "", isBlock: found[3] === "true", type: found[4] ?? "", storage: found[5] ?? "" },
    ]),
  );
}

function nestingOf(type: string): Nesting {
  return type === "struct" ? "single" : type === "set" ? "set" : "list";
}

function collection(type: string, item: Type): Type {
  return type === "struct" ? item : [type === "set" ? "set" : type === "map" ? "map" : "list", item];
}

/** `stringMapList` reads inside out: a list (or set, by the outer type) of maps of strings. */
function typeOfSetting({ type, storage }: Setting): Type {
  const [, base = "", suffixes = ""] = /^(string|number|boolean|any)((?:List|Map)*)$/.exec(storage) ?? [];
  const wrappers = suffixes.match(/List|Map/g) ?? [];
  return wrappers.reduce<Type>((inner, wrapper, index) => {
    const outermost = index === wrappers.length - 1;
    return [wrapper === "Map" ? "map" : outermost && type === "set" ? "set" : "list", inner];
  }, primitive(base));
}

function primitive(name: string): Type {
  switch (name.toLowerCase()) {
    case "number":
      return "number";
    case "boolean":
      return "bool";
    case "any":
      return "dynamic";
    default:
      return "string";
  }
}

function blockType({ attributes, blocks }: Block): Type {
  return [
    "object",
    {
      ...Object.fromEntries(Object.entries(attributes).map(([name, { type }]) => [name, type])),
      ...Object.fromEntries(
        Object.entries(blocks).map(([name, { nesting, block }]): [string, Type] => [
          name,
          nesting === "single" ? blockType(block) : [nesting, blockType(block)],
        ]),
      ),
    },
  ];
}
