import { hasFormat } from "./formats";
import type { Format } from "./formats";
import { plainList, plainObject } from "./plain-data";
import { AS_LIST, AS_LITERAL, refuse } from "./refuse";
import type { Schema } from "./schema";
import { isTerraformList, isTerraformString } from "./terraform-values";

/** What a list must be besides the format of its entries. */
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
      const differ = distinct === undefined ? {} : { distinct };
      if (isTerraformList(value) && format) {
        report.atPlan({ prop: at, entries: value as string[], format, ...differ });
        return value as readonly Entry[];
      }
      const entries = plainList(value);
      if (entries === undefined) {
        const allowed = format ? `expected a list; each entry must be ${format.expected}` : "expected a literal list";
        refuse(report, at, value, allowed, format ? AS_LIST : AS_LITERAL);
        return [];
      }
      if (entries.length < least || entries.length > most) {
        report.fault(at, value, rules.size ?? `expected ${countOf(least, most)}`);
      }
      if (distinct !== undefined && entries.length > 1 && entries.some(isTerraformString)) {
        report.atPlan({ prop: at, entries: entries.filter((item) => typeof item === "string"), distinct });
      }
      const seen = new Set<unknown>();
      return entries.map((item, index) => {
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

function countOf(least: number, most: number): string {
  return most === Infinity ? `${least} or more entries` : `${least} to ${most} entries`;
}

/** What is said about a map, and what its keys may be. */
export interface MapRules {
  /**
   * What the map is.
   * @default tags
   */
  readonly expected?: string;
  /**
   * Whether keys may be Terraform values, because the map ends as text.
   * @default "literal"
   */
  readonly keys?: "literal" | "literalOrTerraform";
}

/** A map, for instance of tags. */
export function map<Value>(
  key: Format,
  entry: Schema<Value>,
  rules: MapRules = {},
): Schema<Readonly<Record<string, Value>>> {
  const { expected = 'a literal map of strings, for instance { team: "lab" }', keys = "literal" } = rules;
  return {
    read: (value, at, report) => {
      const given = plainObject(value);
      if (given === undefined) {
        refuse(report, at, value, `expected ${expected}`);
        return {};
      }
      const entries = Object.entries(given).map(([name, item]) => {
        const itemAt = `${at}[${JSON.stringify(name)}]`;
        if (keys === "literal" && isTerraformString(name)) {
          report.fault(at, value, `expected literal keys of ${key.expected}`);
        } else if (name === "__proto__" || !(isTerraformString(name) || hasFormat(name, key))) {
          // JavaScript takes the one name for itself.
          report.fault(itemAt, item, `expected a key of ${key.expected}`);
        }
        return [name, entry.read(item, itemAt, report)] as const;
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
