import { TerraformVariable, Token } from "cdktf";
import type { TerraformStack } from "cdktf";
import { InputError, jsonSchemas } from "../../modules";
import type { Fault, JsonSchema } from "../../modules";
import { CONSTRUCT_INPUTS } from "../support/construct-inputs";
import { synth } from "../support/synth";

type Path = readonly (string | number)[];
type Value = string | number | boolean | readonly unknown[] | object;

/** What a refusal says; of an ARN whose parts are checked, the account may be left open. */
const REFUSAL = /it must be known when the stack is synthesized|the account alone may be a Terraform value/;

/** Strings of policies have no format: AWS's own `${...}` looks like Terraform's there. IAM checks them. */
const OF_POLICIES = /additionalStatements\[\d+\]\.(Action|Resource|Condition)/;
/** Rules compare these values with each other. */
const OF_A_TEMPLATE = "plans.databases.openSourceDatabases.";

/** Every value inside of an example that has the kind, by its path. */
function pathsOf(value: unknown, isOfKind: (value: unknown) => boolean, path: Path = []): Path[] {
  const inside =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, item]) =>
          pathsOf(item, isOfKind, [...path, Array.isArray(value) ? Number(key) : key]),
        )
      : [];
  return [...(path.length > 0 && isOfKind(value) ? [path] : []), ...inside];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((owner, key) => (owner as Record<string | number, unknown>)[key], value);
}

/** The example with a Terraform value in each place. */
function withTokens(stack: TerraformStack, example: object, paths: readonly Path[]): object {
  const props = JSON.parse(JSON.stringify(example)) as object;
  for (const path of paths) {
    const owner = valueAt(props, path.slice(0, -1)) as Record<string | number, unknown>;
    const key = path.at(-1) ?? "";
    owner[key] = token(stack, nameOf(path), owner[key] as Value);
  }
  return props;
}

function token(stack: TerraformStack, name: string, literal: Value): unknown {
  const variable = new TerraformVariable(stack, name, {});
  variable.overrideLogicalId(name);
  switch (typeof literal) {
    case "string":
      return variable.stringValue;
    case "number":
      return variable.numberValue;
    case "boolean":
      return variable.booleanValue;
    default:
      return Array.isArray(literal) ? variable.listValue : Token.asStringMap(variable.value);
  }
}

/** Name of the variable for a place. */
function nameOf(path: Path): string {
  return path.join("_").replaceAll(/[^A-Za-z0-9]+/g, "_");
}

/** The ways in which a message may write a path: the keys of maps are in brackets. */
function spellings([first, ...others]: Path): string[] {
  return others.reduce<string[]>(
    (starts, key) =>
      starts.flatMap((start) =>
        typeof key === "number" ? [`${start}[${key}]`] : [`${start}.${key}`, `${start}[${JSON.stringify(key)}]`],
      ),
    [String(first)],
  );
}

function faultsOf(create: () => unknown): readonly Fault[] {
  try {
    create();
    return [];
  } catch (error) {
    if (error instanceof InputError) {
      return error.faults;
    }
    throw error;
  }
}

const isLeaf = (value: unknown): boolean => typeof value !== "object" && value !== undefined;
const isListOfTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isLeaf) && value.length > 0;
const isOther = (value: unknown): boolean => !isLeaf(value) && !isListOfTexts(value);

/** Messages of all preconditions of a stack. */
function messagesOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const { precondition = [] } = value as { precondition?: readonly { readonly error_message: string }[] };
  return [...precondition.map((it) => it.error_message), ...Object.values(value).flatMap(messagesOf)];
}

describe.each(CONSTRUCT_INPUTS.flatMap((it) => it.examples.map((example, index) => ({ ...it, example, index }))))(
  "$name ($index)",
  ({ create, example }) => {
    test.each([
      ["text, number and switch", isLeaf],
      ["list", isListOfTexts],
    ])("checks each %s at plan where it is a Terraform value, or says that it must be a literal", (_, isOfKind) => {
      let open = pathsOf(example, isOfKind).filter((path) => !spellings(path)[0]?.startsWith(OF_A_TEMPLATE));
      let faults: readonly Fault[];
      let stack = {};
      do {
        faults = [];
        const current = open;
        stack = synth((it) => {
          faults = faultsOf(() => create(it, withTokens(it, example, current)));
        });
        const closed = open.filter((path) => faults.some(({ prop }) => spellings(path).includes(prop)));
        expect(faults.filter(({ message }) => !REFUSAL.test(message))).toEqual([]);
        expect(closed).toHaveLength(faults.length);
        open = open.filter((path) => !closed.includes(path));
      } while (faults.length > 0);
      const messages = messagesOf(stack);
      const unchecked = open
        .filter((path) => !OF_POLICIES.test(spellings(path)[0] ?? ""))
        .filter(
          (path) =>
            !messages.some(
              (message) =>
                spellings(path).some((prop) => message.startsWith(`${prop}: `)) &&
                message.includes(`var.${nameOf(path)}`),
            ),
        );
      expect(unchecked.map((path) => spellings(path)[0])).toEqual([]);
    });

    test("says that an object, a map or a list of objects must be a literal", () => {
      for (const path of pathsOf(example, isOther)) {
        let faults: readonly Fault[] = [];
        synth((stack) => {
          faults = faultsOf(() => create(stack, withTokens(stack, example, [path])));
        });
        expect(faults).toHaveLength(1);
        expect(spellings(path)).toContain(faults[0]?.prop);
        expect(faults[0]?.message).toMatch(REFUSAL);
      }
    });
  },
);

test("a Terraform value in what open-source databases take from the template is refused, checked, or replaced by the account's own", () => {
  const [roles] = CONSTRUCT_INPUTS.filter(({ name }) => name === "IamRoles");
  const example = roles?.examples[0] ?? {};
  const paths = pathsOf(example, isLeaf).filter((path) => spellings(path)[0]?.startsWith(OF_A_TEMPLATE));
  expect(paths.length).toBeGreaterThan(5);
  for (const path of paths) {
    let faults: readonly Fault[] = [];
    const stack = synth((it) => {
      faults = faultsOf(() => roles?.create(it, withTokens(it, example, [path])));
    });
    const messages = [...faults.map(({ message }) => message), ...messagesOf(stack)];
    const isUsed = JSON.stringify(stack).includes(`\${var.${nameOf(path)}}`);
    const isChecked = messages.some((message) => message.startsWith(OF_A_TEMPLATE));
    expect([path, isChecked || (faults.length === 0 && !isUsed)]).toEqual([path, true]);
  }
});

/** The props that a JSON Schema has, with those of every role as one. */
function propsOf(schema: JsonSchema, path = ""): string[] {
  const { properties, items, additionalProperties, anyOf } = schema as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly items?: JsonSchema;
    readonly additionalProperties?: JsonSchema | false;
    readonly anyOf?: readonly JsonSchema[];
  };
  return [
    path.replace(/^(roles|roleArns)\.\w+/, "$1.*"),
    ...Object.entries(properties ?? {}).flatMap(([key, prop]) => propsOf(prop, `${path}.${key}`.replace(/^\./, ""))),
    ...(items ? propsOf(items, `${path}[]`) : []),
    ...(additionalProperties ? propsOf(additionalProperties, `${path}{}`) : []),
    ...(anyOf ?? []).flatMap((variant) => propsOf(variant, path)),
  ];
}

/** Parts of a trust statement that the example does not need. */
const NOT_IN_EXAMPLES = /trustStatements\[\]\.(Sid|Resource|Principal\.(AWS|Service))/;
/** Props that members do not have, and audiences that the plans of the example need. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  AccountOnboarding: ["ciemIdentityProvider.retiredAudiences[]"],
  OrganizationOnboarding: [
    "identityProvider.retiredAudiences[]",
    "ciemIdentityProvider.retiredAudiences[]",
    "roles.*.existingRoleArn",
    "arcAutomation.regions",
  ],
  MemberAccounts: ["roles.*.existingRoleArn", "arcAutomation.regions"],
};

test.each(CONSTRUCT_INPUTS)("the examples of $name have every other prop", ({ name, examples }) => {
  const given = examples
    .flatMap((example) => pathsOf(example, () => true))
    .flatMap((path) => [
      path.reduce<string>((start, key) => (typeof key === "number" ? `${start}[]` : `${start}.${key}`), ""),
    ])
    .map((path) => path.replace(/^\./, "").replace(/^(roles|roleArns)\.\w+/, "$1.*"));
  const missing = propsOf(jsonSchemas()[name] ?? {}).filter(
    (prop) =>
      prop !== "" &&
      !NOT_IN_EXAMPLES.test(prop) &&
      !(REFUSED[name] ?? []).some((refused) => prop.startsWith(refused)) &&
      !prop.includes("{}") &&
      !given.some((path) => path === prop || path.startsWith(`${prop}.`)),
  );
  expect([...new Set(missing)]).toEqual([]);
});
