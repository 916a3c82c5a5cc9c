import { didYouMean } from "./did-you-mean";
import { hasFormat } from "./formats";
import type { Format } from "./formats";
import type { Report } from "./report";
import { isTerraformList, isTerraformMap, isTerraformNumber, isTerraformString } from "./terraform-values";

/** A part of a JSON Schema (draft 2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Defines an input once: the check, the default and the JSON Schema follow from it. The interfaces beside the schemas carry the
 * documentation.
 */
export interface Schema<Value> {
  /**
   * Reports every fault of a value and returns it with its defaults. Use the result only if nothing was reported.
   * @param at - where the value was given, as the caller writes it
   */
  readonly read: (value: unknown, at: string, report: Report) => Value;
  /** The same as JSON Schema; absent for what JSON cannot say, such as a provider. */
  readonly json?: JsonSchema;
  /** Whether the prop may be left out. */
  readonly isOptional?: true;
}

/** The value that a schema reads from an input, with every default filled in. */
export type Read<S> = S extends Schema<infer Value> ? Value : never;

/** Schemas by prop. */
export type Shape = Readonly<Record<string, Schema<unknown>>>;

/** A string of a format. Terraform values are checked at plan, unless the input has to be known at synth. */
export function text(format: Format, use: "literal" | "literalOrTerraform" = "literalOrTerraform"): Schema<string> {
  return {
    read: (value, at, report) => {
      if (use === "literalOrTerraform" && isTerraformString(value)) {
        report.atPlan({ prop: at, value: value as string, format });
      } else if (isTerraformString(value)) {
        report.fault(at, value, `it must be known when the stack is synthesized: give a literal, ${format.expected}`);
      } else if (typeof value !== "string" || !hasFormat(value, format)) {
        report.fault(at, value, `expected ${format.expected}`);
      }
      return value as string;
    },
    json: { type: "string", pattern: format.pattern, description: `Expected: ${format.expected}.` },
  };
}

/** A string, literal or Terraform value, that must only be non-empty. */
export function anyText(): Schema<string> {
  return {
    read: (value, at, report) => {
      if (typeof value !== "string" || value === "") {
        report.fault(at, value, "expected a non-empty string");
      }
      return value as string;
    },
    json: { type: "string", minLength: 1 },
  };
}

/** One of a few literals. */
export function oneOf<const Values extends readonly (string | number | boolean)[]>(
  values: Values,
): Schema<Values[number]> {
  return {
    read: (value, at, report) => {
      if (!values.includes(value as Values[number])) {
        report.fault(at, value, `allowed: ${values.map((entry) => JSON.stringify(entry)).join(", ")}`);
      }
      return value as Values[number];
    },
    json: { enum: values },
  };
}

/** A literal boolean: a string such as "false" would count as true. */
export function flag(): Schema<boolean> {
  return { ...oneOf([true, false]), json: { type: "boolean" } };
}

/** A whole number within a range, both ends included. */
export function wholeNumber(least: number, most: number, unit: string): Schema<number> {
  return {
    read: (value, at, report) => {
      if (isTerraformNumber(value)) {
        report.atPlan({ prop: at, value: value as number, least, most, unit });
      } else if (!Number.isInteger(value) || Number(value) < least || Number(value) > most) {
        report.fault(at, value, `expected a whole number from ${least} to ${most} (${unit})`);
      }
      return value as number;
    },
    json: { type: "integer", minimum: least, maximum: most },
  };
}

/** What a list must be besides the form of its entries. */
export interface ListRules {
  /**
   * Fewest entries.
   * @default 0
   */
  readonly least?: number;
  /**
   * Most entries.
   * @default any number
   */
  readonly most?: number;
  /** Message about an entry that is given twice. If present, entries must be unique. */
  readonly distinct?: string;
  /** Message about a list that is too short or too long. */
  readonly size?: string;
  /**
   * Format of the entries of a list that only Terraform knows.
   * @default such a list is refused: the number of entries has to be known at synth
   */
  readonly terraformEntries?: Format;
}

/** A literal list. */
export function list<Entry>(entry: Schema<Entry>, rules: ListRules = {}): Schema<readonly Entry[]> {
  const { least = 0, most = Infinity, distinct, terraformEntries: format } = rules;
  return {
    read: (value, at, report) => {
      if (isTerraformList(value) && format) {
        report.atPlan({ prop: at, value: value as string[], format, ...(distinct === undefined ? {} : { distinct }) });
        return value as readonly Entry[];
      }
      const entries = asList(value);
      if (entries === undefined) {
        report.fault(
          at,
          value,
          format ? `expected a list; each entry must be ${format.expected}` : "expected a literal list",
        );
        return [];
      }
      if (entries.length < least || entries.length > most) {
        report.fault(at, value, rules.size ?? `expected ${countOf(least, most)}`);
      }
      const seen = new Set<unknown>();
      return Array.from(entries, (item, index) => {
        if (distinct !== undefined && seen.has(item)) {
          report.fault(`${at}[${index}]`, item, distinct);
        }
        seen.add(item);
        return entry.read(item, `${at}[${index}]`, report);
      });
    },
    json: {
      type: "array",
      items: entry.json ?? {},
      ...(least > 0 ? { minItems: least } : {}),
      ...(most < Infinity ? { maxItems: most } : {}),
      ...(distinct === undefined ? {} : { uniqueItems: true }),
    },
  };
}

/** Holes of a sparse list also count as entries: they become `undefined`. */
function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && !isTerraformList(value) ? value : undefined;
}

function countOf(least: number, most: number): string {
  return most === Infinity ? `${least} or more entries` : `${least} to ${most} entries`;
}

/** A map with literal keys, for instance tags. */
export function map<Value>(key: Format, entry: Schema<Value>): Schema<Readonly<Record<string, Value>>> {
  return {
    read: (value, at, report) => {
      if (!isRecord(value) || isTerraformMap(value)) {
        report.fault(at, value, 'expected a literal map of strings, for instance { team: "lab" }');
        return {};
      }
      const entries = Object.entries(value).map(([name, item]) => {
        if (!hasFormat(name, key)) {
          report.fault(`${at}[${JSON.stringify(name)}]`, item, `expected a key of ${key.expected}`);
        }
        return [name, entry.read(item, `${at}[${JSON.stringify(name)}]`, report)] as const;
      });
      return Object.fromEntries(entries);
    },
    json: {
      type: "object",
      propertyNames: { pattern: key.pattern },
      additionalProperties: entry.json ?? {},
    },
  };
}

/**
 * An object with exactly the props of an interface: a misspelled prop is a fault, and the compiler refuses a schema that
 * forgets one.
 */
export function object<Props>() {
  return <S extends Readonly<Record<keyof Required<Props> & string, Schema<unknown>>>>(shape: S): ObjectSchema<S> => {
    const known = Object.keys(shape);
    const entries = Object.entries<Schema<unknown>>(shape);
    return {
      shape,
      read: (value, at, report) => {
        if (!isRecord(value) || isTerraformMap(value)) {
          report.fault(at === "" ? "props" : at, value, `expected an object with: ${known.join(", ")}`);
          return {} as ReadShape<S>;
        }
        const path = (key: string) => (at === "" ? key : `${at}.${key}`);
        const read: Record<string, unknown> = {};
        for (const [key, schema] of entries) {
          const result = schema.read(value[key], path(key), report);
          if (result !== undefined) {
            read[key] = result;
          }
        }
        for (const key of Object.keys(value).filter((given) => !Object.hasOwn(shape, given))) {
          const owner = at === "" ? "the props are" : `${at} has`;
          report.fault(path(key), value[key], `no such prop: ${didYouMean(key, known)}${owner}: ${known.join(", ")}`);
        }
        return read as ReadShape<S>;
      },
      json: {
        type: "object",
        properties: Object.fromEntries(entries.flatMap(([key, { json }]) => (json ? [[key, json]] : []))),
        required: entries.flatMap(([key, { json, isOptional }]) => (json && !isOptional ? [key] : [])),
        additionalProperties: false,
      },
    };
  };
}

/** A schema of an object, with the schemas of its props. */
export interface ObjectSchema<S> extends Schema<ReadShape<S>> {
  /** The schemas by prop. */
  readonly shape: S;
}

/** The object that a shape reads. */
export type ReadShape<S> = { readonly [Key in keyof S]: Read<S[Key]> };

/** A prop that may be left out. */
export function optional<Value>(schema: Schema<Value>): Schema<Value | undefined> {
  return {
    ...schema,
    isOptional: true,
    read: (value, at, report) => (value === undefined ? undefined : schema.read(value, at, report)),
  };
}

/** A prop that may be left out, with its default. */
export function withDefault<Value>(schema: Schema<Value>, value: object | string | number | boolean): Schema<Value> {
  return {
    ...schema,
    isOptional: true,
    read: (given, at, report) => schema.read(given === undefined ? value : given, at, report),
    ...(schema.json ? { json: { ...schema.json, default: value } } : {}),
  };
}

/** A feature: `true` is the feature with its defaults, `false` is off, an object is its settings. */
export function feature<Settings>(settings: ObjectSchema<Settings>): Schema<false | ReadShape<Settings>> {
  const allowed = `allowed: true, false or settings (${Object.keys(settings.shape as object).join(", ")})`;
  return {
    read: (value, at, report) => {
      if (value === false) {
        return false;
      }
      if (value !== true && !isRecord(value)) {
        report.fault(at, value, allowed);
        return false;
      }
      return settings.read(value === true ? {} : value, at, report);
    },
    json: { anyOf: [{ type: "boolean" }, settings.json] },
  };
}

/**
 * A feature that cannot be on without settings.
 * @param reason - why, and what to give
 */
export function offOr<Value>(settings: Schema<Value>, reason: string): Schema<false | Value> {
  return {
    read: (value, at, report) => {
      if (value === false) {
        return false;
      }
      if (!isRecord(value)) {
        report.fault(at, value, reason);
        return false;
      }
      return settings.read(value, at, report);
    },
    json: { anyOf: [{ const: false }, settings.json ?? {}] },
  };
}

/** One of several objects, distinguished by one prop. */
export function variant<Variants extends Readonly<Record<string, Schema<unknown>>>>(
  key: string,
  variants: Variants,
): Schema<Read<Variants[keyof Variants]>> {
  const names = Object.keys(variants);
  return {
    read: (value, at, report) => {
      const name = isRecord(value) ? value[key] : undefined;
      const schema = typeof name === "string" && Object.hasOwn(variants, name) ? variants[name] : undefined;
      if (!schema) {
        const allowed = names.map((known) => `{ ${key}: ${JSON.stringify(known)} }`).join(", ");
        report.fault(
          isRecord(value) ? (at === "" ? key : `${at}.${key}`) : at || "props",
          isRecord(value) ? name : value,
          `allowed: ${allowed}`,
        );
        return value as Read<Variants[keyof Variants]>;
      }
      return schema.read(value, at, report) as Read<Variants[keyof Variants]>;
    },
    json: { anyOf: Object.values(variants).map(({ json }) => json ?? {}) },
  };
}

/**
 * A rule between parts of a value. It applies only if the parts themselves have no fault.
 * @param rule - reports what is wrong; takes the value with its defaults, and as it was given
 */
export function withRule<Value>(
  schema: Schema<Value>,
  rule: (value: Value, at: string, report: Report, given: unknown) => void,
): Schema<Value> {
  return {
    ...schema,
    read: (value, at, report) => {
      const faults = report.faults.length;
      const read = schema.read(value, at, report);
      if (report.faults.length === faults && read !== undefined) {
        rule(read, at, report, value);
      }
      return read;
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
