import Ajv2020 from "ajv/dist/2020";
import { jsonSchemas } from "../modules";
import { CONSTRUCT_INPUTS } from "./support/construct-inputs";
import { synth } from "./support/synth";

const schemas = jsonSchemas();
const validators = new Map(
  Object.entries(schemas).map(([name, schema]) => [name, new Ajv2020({ allErrors: true }).compile(schema)]),
);

function isValid(name: string, props: unknown): boolean {
  const validate = validators.get(name);
  if (!validate) {
    throw new Error(`no JSON Schema of ${name}`);
  }
  return validate(props);
}

test("there is a JSON Schema of each construct", () => {
  expect(Object.keys(schemas).sort()).toEqual(CONSTRUCT_INPUTS.map(({ name }) => name).sort());
});

describe.each(CONSTRUCT_INPUTS)("the JSON Schema of $name", ({ name, create, examples }) => {
  test("is data, as a file would hold it", () => {
    expect(JSON.parse(JSON.stringify(schemas[name]))).toEqual(schemas[name]);
  });

  test.each(examples)("takes what the construct takes (%#)", (example) => {
    synth((stack) => create(stack, example));
    const validate = validators.get(name);
    expect([validate?.(example), validate?.errors]).toEqual([true, null]);
  });

  test.each(examples)("refuses a wrong value of each prop, and a prop that does not exist (%#)", (example) => {
    for (const [key, value] of Object.entries(example)) {
      for (const wrong of [{ [key]: 1.5 }, { [key]: null }, { [`${key}_`]: value }]) {
        expect([wrong, isValid(name, { ...example, ...wrong })]).toEqual([wrong, false]);
      }
    }
  });

  test("refuses an object without the props that must be given", () => {
    expect(isValid(name, {})).toBe(false);
  });
});

test("a wrong value far inside is refused, too", () => {
  const [example] = CONSTRUCT_INPUTS.find(({ name }) => name === "IamRoles")?.examples ?? [];
  expect(
    isValid("IamRoles", { ...example, plans: { containers: { auditLogCollection: { retentionDays: 31 } } } }),
  ).toBe(false);
  expect(isValid("IamRoles", { ...example, roles: { cspmMonitor: { path: "security" } } })).toBe(false);
  expect(isValid("IamRoles", { ...example, roles: { cspmMonitr: {} } })).toBe(false);
});

test("the literal release is a phase of a fan-out, too", () => {
  const [example] = CONSTRUCT_INPUTS.find(({ name }) => name === "CloudTrailFanout")?.examples ?? [];
  expect(isValid("CloudTrailFanout", { ...example, phase: "release" })).toBe(true);
});
