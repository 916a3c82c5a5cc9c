import { entriesOf, entryOf } from "./source";
import type { SourceNode, Value } from "./source";
import { resourcesOf, section, typeOf } from "./template";
import type { PortalTemplate } from "./template";

/** A pseudo parameter as a text shows it: its value is unknown before the stack exists. */
export const STACK_ENVIRONMENT = {
  partition: "${AWS::Partition}",
  urlSuffix: "${AWS::URLSuffix}",
  accountId: "${AWS::AccountId}",
  region: "${AWS::Region}",
} as const;

/**
 * Resolves what a template says by itself: parameters and pseudo parameters (by the value given, else by their default),
 * conditions, mappings, names and ARNs of its roles, policies and identity providers. What only a stack knows stays as `${name}` in a text, or
 * as the intrinsic function that it is.
 */
export class Resolver {
  readonly #parameters: ReadonlyMap<string, SourceNode>;
  readonly #resources: ReadonlyMap<string, SourceNode>;
  readonly #conditions: ReadonlyMap<string, SourceNode>;
  readonly #mappings: ReadonlyMap<string, SourceNode>;
  readonly #given: Readonly<Record<string, string>>;
  /** What is being resolved: a template may name itself in a circle. */
  readonly #open = new Set<string>();

  public constructor(template: PortalTemplate, given: Readonly<Record<string, string>> = {}) {
    const nodes = (entries: readonly { readonly key: string; readonly value: SourceNode }[]) =>
      new Map(entries.map(({ key, value }) => [key, value]));
    this.#parameters = nodes(section(template, "Parameters"));
    this.#resources = nodes(resourcesOf(template));
    this.#conditions = nodes(section(template, "Conditions"));
    this.#mappings = nodes(section(template, "Mappings"));
    this.#given = given;
  }

  /** The value of a node; undefined for `AWS::NoValue` and for a node that is absent. */
  public resolve(node: SourceNode | undefined): Value | undefined {
    switch (node?.kind) {
      case undefined:
        return undefined;
      case "text":
        return node.value;
      case "list":
        return node.items.flatMap((item) => {
          const value = this.resolve(item);
          return value === undefined ? [] : [value];
        });
      case "map": {
        const [only, another] = node.entries;
        if (only && !another && isFunction(only.key)) {
          return this.#function(only.key, only.value);
        }
        return Object.fromEntries(
          node.entries.flatMap(({ key, value: content }) => {
            const value = this.resolve(content);
            return value === undefined ? [] : [[key, value]];
          }),
        );
      }
    }
  }

  /** The text that a node resolves to, as far as possible: anything else as JSON. */
  public text(node: SourceNode | undefined): string | undefined {
    const value = this.resolve(node);
    return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
  }

  /** Whether a condition holds; undefined where only a stack knows. */
  public holds(condition: string): boolean | undefined {
    return this.#once(`condition ${condition}`, () => this.#isTrue(this.#conditions.get(condition)), undefined);
  }

  /** What `Fn::GetAtt` gives, as far as it is known: ARNs of roles, policies and identity providers. */
  public attribute(name: string, attribute: string): string {
    const unknown = `\${${name}.${attribute}}`;
    const resource = this.#resources.get(name);
    if (resource === undefined || !/^(?:Policy)?Arn$/.test(attribute)) {
      return unknown;
    }
    const properties = entryOf(resource, "Properties")?.value;
    const property = (key: string) => this.text(entryOf(properties, key)?.value);
    const arn = (object: string) => `arn:${this.#pseudo("Partition")}:iam::${this.#pseudo("AccountId")}:${object}`;
    const path = () => property("Path") ?? "/";
    return this.#once(
      name,
      () => {
        switch (typeOf(resource)) {
          case "AWS::IAM::Role":
            return arn(`role${path()}${property("RoleName") ?? unknown}`);
          case "AWS::IAM::ManagedPolicy":
            return arn(`policy${path()}${property("ManagedPolicyName") ?? unknown}`);
          case "AWS::IAM::OIDCProvider":
            return arn(`oidc-provider/${(property("Url") ?? unknown).replace("https://", "")}`);
          default:
            return unknown;
        }
      },
      unknown,
    );
  }

  #function(name: string, argument: SourceNode): Value | undefined {
    const parts = argument.kind === "list" ? argument.items : [argument];
    const [first, second, third] = parts;
    switch (name) {
      case "Ref":
        return this.#ref(textOf(first));
      case "Fn::GetAtt": {
        const [resource = "", ...attribute] = parts.map(textOf).join(".").split(".");
        return this.attribute(resource, attribute.join("."));
      }
      case "Fn::Sub":
        return this.#substitute(textOf(first), second);
      case "Fn::Join": {
        const values = this.resolve(second);
        const texts = Array.isArray(values) ? (values as readonly Value[]) : [];
        if (second && texts.every((value) => typeof value === "string")) {
          return texts.join(textOf(first));
        }
        break;
      }
      case "Fn::If": {
        const holds = this.holds(textOf(first));
        if (holds !== undefined) {
          return this.resolve(holds ? second : third);
        }
        break;
      }
      case "Fn::FindInMap": {
        const table = this.#mappings.get(textOf(first));
        const row = entryOf(table, this.text(second) ?? "")?.value;
        const cell = entryOf(row, this.text(third) ?? "")?.value;
        if (cell) {
          return this.resolve(cell);
        }
        break;
      }
    }
    return { [name]: this.resolve(argument) ?? "" };
  }

  #ref(name: string): Value | undefined {
    if (name === "AWS::NoValue") {
      return undefined;
    }
    const parameter = this.#parameters.get(name);
    const value = this.#given[name] ?? this.text(entryOf(parameter, "Default")?.value);
    if (value !== undefined) {
      const type = textOf(entryOf(parameter, "Type")?.value);
      return type.startsWith("List<") || type === "CommaDelimitedList"
        ? value.split(",").map((entry) => entry.trim())
        : value;
    }
    const unknown = `\${${name}}`;
    const resource = this.#resources.get(name);
    const properties = entryOf(resource, "Properties")?.value;
    switch (resource && typeOf(resource)) {
      case "AWS::IAM::Role": {
        return this.#once(name, () => this.text(entryOf(properties, "RoleName")?.value) ?? unknown, unknown);
      }
      case "AWS::IAM::OIDCProvider":
      case "AWS::IAM::ManagedPolicy":
        return this.attribute(name, "Arn");
      default:
        return unknown;
    }
  }

  #pseudo(name: string): string {
    return this.#given[`AWS::${name}`] ?? `\${AWS::${name}}`;
  }

  #substitute(text: string, variables: SourceNode | undefined): string {
    return text.replaceAll(/\$\{(!?)([^{}]*)\}/g, (_placeholder, literal: string, written: string) => {
      if (literal) {
        return `\${${written}}`;
      }
      const content = written.trim();
      const variable = entryOf(variables, content)?.value;
      const [name = "", ...attribute] = content.split(".");
      const value = variable
        ? this.resolve(variable)
        : attribute.length > 0
          ? this.attribute(name, attribute.join("."))
          : this.#ref(name);
      return typeof value === "string" ? value : JSON.stringify(value ?? "");
    });
  }

  #isTrue(node: SourceNode | undefined): boolean | undefined {
    const [only] = entriesOf(node);
    const parts = only?.value.kind === "list" ? only.value.items : [];
    const values = () => parts.map((part) => this.#isTrue(part));
    switch (only?.key) {
      case "Condition":
        return this.holds(textOf(only.value));
      case "Fn::Equals": {
        const [one, other] = parts.map((part) => this.text(part) ?? "");
        return one === undefined || other === undefined || [one, other].some(isUnknown) ? undefined : one === other;
      }
      case "Fn::Not": {
        const [value] = values();
        return value === undefined ? undefined : !value;
      }
      case "Fn::And":
        return values().includes(false) ? false : values().includes(undefined) ? undefined : true;
      case "Fn::Or":
        return values().includes(true) ? true : values().includes(undefined) ? undefined : false;
      default:
        return undefined;
    }
  }

  #once<Result>(name: string, compute: () => Result, otherwise: Result): Result {
    if (this.#open.has(name)) {
      return otherwise;
    }
    this.#open.add(name);
    try {
      return compute();
    } finally {
      this.#open.delete(name);
    }
  }
}

/** True for what only a stack can resolve: a placeholder, or a function as JSON. */
export function isUnknown(text: string): boolean {
  return text.includes("${") || text.startsWith("{");
}

function isFunction(key: string): boolean {
  return key === "Ref" || key.startsWith("Fn::");
}

function textOf(node: SourceNode | undefined): string {
  return node?.kind === "text" ? node.value : "";
}
