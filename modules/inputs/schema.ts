import { didYouMean } from "./did-you-mean";
import { hasFormat } from "./formats";
import type { Format } from "./formats";
import { plainObject } from "./plain-data";
import { AS_LITERAL, AS_NUMBER, AS_STRING, refuse } from "./refuse";
import type { Report } from "./report";
import { isListOrMapMarker, isTerraformNumber, isTerraformString } from "./terraform-values";

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
  const [takesTerraform, forTerraform] = use === "literal" ? [false, AS_LITERAL] : [true, AS_STRING];
  return {
    read: (value, at, report) => {
      const isTerraform = isTerraformString(value);
      if (isTerraform && takesTerraform) {
        report.atPlan({ prop: at, value: value as string, format });
      } else if (isTerraform || typeof value !== "string" || isListOrMapMarker(value) || !hasFormat(value, format)) {
        refuse(report, at, value, `expected ${format.expected}`, forTerraform);
      }
      return value as string;
    },
    json: {
      type: "string",
      pattern: format.pattern,
      ...(format.longest === undefined ? {} : { maxLength: format.longest }),
      ...(format.refused === undefined ? {} : { not: { enum: format.refused } }),
      description: `Expected: ${format.expected}.`,
    },
  };
}

/**
 * A string, literal or Terraform value, that must only be non-empty: for what a rule checks, and for strings of policies, where
 * AWS's own `${...}` looks like Terraform's.
 */
export function anyText(): Schema<string> {
  return {
    read: (value, at, report) => {
      if (typeof value !== "string" || value === "" || isListOrMapMarker(value)) {
        refuse(report, at, value, "expected a non-empty string", AS_STRING);
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
        refuse(report, at, value, `allowed: ${values.map((entry) => JSON.stringify(entry)).join(", ")}`);
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
      } else if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
        refuse(report, at, value, `expected a whole number from ${least} to ${most} (${unit})`, AS_NUMBER);
      }
      return value as number;
    },
    json: { type: "integer", minimum: least, maximum: most },
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
        const given = plainObject(value);
        if (given === undefined) {
          refuse(report, at || "props", value, `expected an object with: ${known.join(", ")}`);
          return {} as ReadShape<S>;
        }
        const path = (key: string) => (at === "" ? key : `${at}.${key}`);
        const read: Record<string, unknown> = {};
        for (const [key, schema] of entries) {
          const result = schema.read(given[key], path(key), report);
          if (result !== undefined) {
            read[key] = result;
          }
        }
        for (const key of Object.keys(given).filter((name) => !Object.hasOwn(shape, name))) {
          const owner = at === "" ? "the props are" : `${at} has`;
          report.fault(path(key), given[key], `no such prop: ${didYouMean(key, known)}${owner}: ${known.join(", ")}`);
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
  const { read, json } = offOr(settings, allowed);
  return {
    read: (value, at, report) => read(value === true ? {} : value, at, report),
    json: { anyOf: [{ const: true }, json] },
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
      const given = plainObject(value);
      if (given === undefined) {
        refuse(report, at, value, reason);
        return false;
      }
      return settings.read(given, at, report);
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
      const given = plainObject(value);
      const name = given?.[key];
      const schema = typeof name === "string" && Object.hasOwn(variants, name) ? variants[name] : undefined;
      if (!schema) {
        const allowed = names.map((known) => `{ ${key}: ${JSON.stringify(known)} }`).join(", ");
        const [wrongAt, wrong] = given ? [at === "" ? key : `${at}.${key}`, name] : [at || "props", value];
        refuse(report, wrongAt, wrong, `allowed: ${allowed}`);
        return value as Read<Variants[keyof Variants]>;
      }
      return schema.read(given, at, report) as Read<Variants[keyof Variants]>;
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
