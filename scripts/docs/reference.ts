import { join } from "node:path";
import { jsonSchemas } from "../../modules";
import type { JsonSchema } from "../../modules";
import { declarationsIn } from "./declarations";
import type { Declaration, Member } from "./declarations";
import { exportsOf } from "./exports";
import { code, table } from "./markdown";

/** The constructs, in the order in which a reader needs them. */
const CONSTRUCTS = [
  "AccountOnboarding",
  "OrganizationOnboarding",
  "CloudTrailFanout",
  "PortalTemplateOnboarding",
  "PortalTemplateOrganization",
  "IdentityProvider",
  "IamRoles",
  "ArcAutomation",
  "AzureConnector",
  "MemberAccounts",
];

/** docs/reference.md: inputs and outputs of each construct, and the types of the inputs. */
export function referencePage(root: string): string {
  const declarations = declarationsIn(join(root, "modules"));
  const schemas: Readonly<Record<string, JsonSchema | undefined>> = jsonSchemas();
  const types = new Map<string, JsonSchema | undefined>();
  const sections = CONSTRUCTS.flatMap((name) => {
    const construct = found(declarations, name);
    const props = membersOf(declarations, found(declarations, construct.props ?? ""));
    // The portal's template has no schema of its own; what it shares with an account is the same.
    const schema = schemas[name] ?? schemas.AccountOnboarding;
    collect(declarations, props, schema, types);
    return [
      `## ${name}`,
      construct.text,
      ...exampleOf(construct),
      "Inputs:",
      inputs(props, schema),
      "Outputs:",
      outputs(membersOf(declarations, construct)),
    ];
  });
  return [
    "# API reference: inputs and outputs of constructs, and everything else",
    "<!-- Written by scripts/docs.ts from modules. Do not edit. -->",
    "Each construct takes one object of inputs. A wrong literal is refused when the stack is synthesized, a wrong Terraform value when it is planned; the message names the input, the value and what is allowed. The literal inputs are also available as JSON Schema: `jsonSchemas()`.",
    ...sections,
    "# Types of the inputs",
    ...[...types].flatMap(([name, schema]) => {
      const type = found(declarations, name);
      return [`## ${name}`, type.text, inputs(membersOf(declarations, type), schema)];
    }),
    ...others(
      join(root, "modules"),
      new Set([...CONSTRUCTS, ...CONSTRUCTS.map((name) => `${name}Props`), ...types.keys()]),
    ),
  ].join("\n\n");
}

function found(declarations: ReadonlyMap<string, Declaration>, name: string): Declaration {
  const declaration = declarations.get(name);
  if (declaration === undefined) {
    throw new Error(`no interface, class or union ${name} in modules`);
  }
  return declaration;
}

/** Own and inherited members, as far as the modules declare them. What the parts of a union have differently is joined. */
function membersOf(declarations: ReadonlyMap<string, Declaration>, { members, bases }: Declaration): readonly Member[] {
  const inherited = bases.flatMap(({ name, without = [], only }) => {
    const declaration = declarations.get(name);
    return (declaration === undefined ? [] : membersOf(declarations, declaration)).filter(
      (member) => !without.includes(member.name) && (only?.includes(member.name) ?? true),
    );
  });
  const all = new Map(members.map((member) => [member.name, member]));
  for (const member of inherited) {
    const known = all.get(member.name);
    if (known === undefined) {
      all.set(member.name, member);
    } else if (!members.includes(known)) {
      const type = [...new Set([known.type, member.type])].join(" | ");
      const text = [...new Set([known.text, member.text])].join(" ");
      all.set(member.name, { ...known, type, text });
    }
  }
  return [...all.values()];
}

/** Interfaces that the inputs name, each once, with the part of the schema that describes it. */
function collect(
  declarations: ReadonlyMap<string, Declaration>,
  members: readonly Member[],
  schema: JsonSchema | undefined,
  types: Map<string, JsonSchema | undefined>,
): void {
  for (const { name, type } of members) {
    for (const [identifier] of type.matchAll(/\b[A-Z]\w+\b/g)) {
      const declaration = declarations.get(identifier);
      const nested = declaration === undefined ? [] : membersOf(declarations, declaration);
      if (nested.length > 0 && !types.has(identifier)) {
        const part = partOf(schema, name);
        types.set(identifier, part);
        collect(declarations, nested, part, types);
      }
    }
  }
}

interface SchemaPart extends JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly items?: JsonSchema;
}

/** What the schema says about a property, in all its alternatives. */
function partOf(schema: JsonSchema | undefined, name: string): JsonSchema | undefined {
  const parts: JsonSchema[] = alternatives(schema).flatMap(({ properties }) => {
    const part = properties?.[name];
    return part === undefined ? [] : [part];
  });
  return parts.length > 1 ? { anyOf: parts } : parts[0];
}

function alternatives(schema: JsonSchema | undefined): SchemaPart[] {
  if (schema === undefined) {
    return [];
  }
  const part: SchemaPart = schema;
  return [part, ...(part.anyOf ?? []).flatMap(alternatives), ...alternatives(part.items)];
}

function inputs(members: readonly Member[], schema: JsonSchema | undefined): string {
  return table(
    ["input", "type", "default", "meaning"],
    members.map((member) => [
      code(member.name),
      code(valuesOf(partOf(schema, member.name)) ?? member.type),
      byDefault(member),
      member.text,
    ]),
  );
}

/** Few values are shown in place of the name of their type. */
function valuesOf(schema: JsonSchema | undefined): string | undefined {
  const values = [...new Set(alternatives(schema).flatMap((part) => part.enum ?? []))];
  return values.length > 0 && values.length <= 6 && values.every((value) => typeof value !== "boolean")
    ? values.map((value) => JSON.stringify(value)).join(" | ")
    : undefined;
}

function byDefault({ isOptional, default: value }: Member): string {
  return value ?? (isOptional ? "none" : "required");
}

function outputs(members: readonly Member[]): string {
  return table(
    ["output", "type", "meaning"],
    members.map(({ name, type, text }) => [
      code(name),
      code(type),
      text || "The Terraform resources, for who waits for them.",
    ]),
  );
}

function exampleOf({ example }: { readonly example?: string }): string[] {
  return example === undefined ? [] : ["```ts\n" + example + "\n```"];
}

/** The entries of the package, with the file of each. */
const ENTRIES = [
  ["cdktf-defender-for-cloud", "index.ts"],
  ["cdktf-defender-for-cloud/portal", "portal.ts"],
] as const;

/**
 * Functions, constants and types that the sections before do not have.
 * @throws Error for one without a docstring
 */
function others(modules: string, known: ReadonlySet<string>): string[] {
  return ENTRIES.flatMap(([entry, file]) => [
    `# Also exported by ${entry}`,
    ...exportsOf(modules, file)
      .filter(({ name }) => !known.has(name))
      .flatMap((one) => {
        const isBinding = one.signature === "";
        if (one.text === "" && !isBinding) {
          throw new Error(`${one.name} is exported and has no docstring`);
        }
        return isBinding
          ? [`## ${one.name}`, "The provider's class, as cdktf generates it."]
          : [`## ${one.name}`, one.text, "```ts\n" + one.signature + "\n```", ...exampleOf(one)];
      }),
  ]);
}
