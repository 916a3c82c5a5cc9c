import { CLOUDTRAIL_FANOUT } from "../../modules/cloudtrail-fanout";
import type { JsonSchema, ObjectSchema, Schema } from "../../modules/inputs";
import { ACCOUNT_ONBOARDING, ORGANIZATION_ONBOARDING } from "../../modules/onboarding";

/** The sections of a configuration file: one for each construct that a file can describe. */
export const SECTIONS = {
  accountOnboarding: ACCOUNT_ONBOARDING,
  organizationOnboarding: ORGANIZATION_ONBOARDING,
  cloudTrailFanout: CLOUDTRAIL_FANOUT,
} as const;

/** The name of a section. */
export type Section = keyof typeof SECTIONS;

/** Names of the sections. */
export const SECTION_NAMES = Object.keys(SECTIONS) as readonly Section[];

/** The props of a construct that a file can hold: all but providers and dependencies. */
export function propsOf(section: Section): readonly string[] {
  const { shape } = SECTIONS[section] as ObjectSchema<Readonly<Record<string, Schema<unknown>>>>;
  return Object.entries(shape).flatMap(([prop, { json }]) => (json ? [prop] : []));
}

/** JSON Schema of a configuration file, for editors. */
export function configurationJsonSchema(): JsonSchema {
  return withDefinitions({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Configuration of cdktf-defender-for-cloud",
    description:
      "What connects AWS accounts to Microsoft Defender for Cloud. Each section has the props of a construct.",
    type: "object",
    properties: {
      $schema: { type: "string", description: "Where an editor finds this schema." },
      ...Object.fromEntries(Object.entries(SECTIONS).map(([section, { json }]) => [section, json ?? {}])),
    },
    anyOf: SECTION_NAMES.map((section) => ({ required: [section] })),
    additionalProperties: false,
  });
}

/** Objects that occur more than once become definitions: the same options hold for every role, and plans for two sections. */
function withDefinitions(schema: JsonSchema): JsonSchema {
  const counts = new Map<string, number>();
  JSON.stringify(schema, (key, value: unknown) => {
    if (isLongSchema(key, value)) {
      const text = JSON.stringify(value);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    return value;
  });
  const repeated = [...counts].filter(([, count]) => count > 1).map(([text]) => text);
  const name = (text: string) => `d${repeated.indexOf(text) + 1}`;
  const shared = (value: unknown, self?: string): unknown =>
    JSON.parse(
      JSON.stringify(value, (key, part: unknown) => {
        const text = isLongSchema(key, part) ? JSON.stringify(part) : "";
        return text !== self && repeated.includes(text) ? { $ref: `#/$defs/${name(text)}` } : part;
      }),
    );
  return {
    ...(shared(schema) as JsonSchema),
    $defs: Object.fromEntries(repeated.map((text) => [name(text), shared(JSON.parse(text), text)])),
  };
}

function isLongSchema(key: string, value: unknown): boolean {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && key !== "properties" && JSON.stringify(value).length > 200;
}
