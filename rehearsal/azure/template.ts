import { CloudError } from "../cloud-error";

/** A resource of an ARM template, after its expressions were evaluated. */
export interface TemplateResource {
  readonly type: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly location?: string;
  readonly tags?: Record<string, string>;
  readonly properties?: Record<string, unknown>;
}

export interface EvaluatedTemplate {
  readonly resources: readonly TemplateResource[];
  readonly outputs: Record<string, { type: string; value: unknown }>;
}

/** What the deployment's functions can refer to. */
export interface Scope {
  readonly subscriptionId: string;
  readonly resourceGroup: { readonly id: string; readonly name: string; readonly location: string };
}

interface Template {
  readonly $schema?: string;
  readonly contentVersion?: string;
  readonly parameters?: Record<string, { type: string; defaultValue?: unknown }>;
  readonly variables?: Record<string, unknown>;
  readonly resources?: readonly unknown[];
  readonly outputs?: Record<string, { type: string; value: unknown }>;
}

/** Evaluates an ARM template, with the few functions that a connector's template needs. */
export function evaluateTemplate(content: string, parametersContent: string, scope: Scope): EvaluatedTemplate {
  const template = parse("template_content", content) as Template;
  const given = parse("parameters_content", parametersContent || "{}") as Record<string, { value?: unknown }>;
  if (template.$schema === undefined || template.contentVersion === undefined) {
    throw invalidTemplate("The template is missing '$schema' or 'contentVersion'.");
  }
  for (const name of Object.keys(given)) {
    if (template.parameters?.[name] === undefined) {
      throw invalidTemplate(
        `The following parameters were supplied, but do not correspond to any parameters: '${name}'.`,
      );
    }
  }
  const evaluate = (value: unknown): unknown => {
    if (typeof value === "string") {
      return evaluateString(value, call);
    }
    if (Array.isArray(value)) {
      return value.map(evaluate);
    }
    return typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, item]) => [String(evaluate(name)), evaluate(item)]))
      : value;
  };
  const call = (name: string, args: unknown[]): unknown => {
    const first = String(args[0]);
    switch (name.toLowerCase()) {
      case "parameters": {
        const value = given[first]?.value ?? evaluate(template.parameters?.[first]?.defaultValue);
        if (value === undefined) {
          throw invalidTemplate(`The value for the template parameter '${first}' is not provided.`);
        }
        return value;
      }
      case "variables":
        return evaluate(template.variables?.[first]);
      case "concat":
        return args.map(String).join("");
      case "resourcegroup":
        return scope.resourceGroup;
      case "subscription":
        return { subscriptionId: scope.subscriptionId, id: `/subscriptions/${scope.subscriptionId}` };
      case "resourceid":
        return `${scope.resourceGroup.id}/providers/${args.map(String).join("/")}`;
      default:
        throw new CloudError(`the rehearsal does not know the template function "${name}"`);
    }
  };
  return {
    resources: (template.resources ?? []).map((resource) => evaluate(resource) as TemplateResource),
    outputs: evaluate(template.outputs ?? {}) as EvaluatedTemplate["outputs"],
  };
}

/** A template as Azure hands it back: the types of its parameters capitalized (terraform-provider-azurerm#12520). */
export function templateAsReturned(content: string): string {
  const template = parse("template_content", content) as Template;
  for (const parameter of Object.values(template.parameters ?? {})) {
    parameter.type = parameter.type.charAt(0).toUpperCase() + parameter.type.slice(1);
  }
  return JSON.stringify(template);
}

function parse(attribute: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new CloudError(`"${attribute}" contains an invalid JSON`);
  }
}

function invalidTemplate(message: string): CloudError {
  return new CloudError(
    `unexpected status 400 (400 Bad Request) with error: InvalidTemplate: Deployment template validation failed: ${message}`,
  );
}

type Call = (name: string, args: unknown[]) => unknown;

/** A text that begins and ends with a bracket is an expression, or with `[[` itself without one bracket (Learn, template-expressions). */
function evaluateString(value: string, call: Call): unknown {
  if (!value.startsWith("[") || !value.endsWith("]")) {
    return value;
  }
  return value.startsWith("[[") ? value.slice(1) : new Expression(value.slice(1, -1), call).evaluate();
}

/** `name(arguments).property`, where an argument is another expression, a number or a text in single quotes. */
class Expression {
  private position = 0;

  constructor(
    private readonly source: string,
    private readonly call: Call,
  ) {}

  /** The value of the whole text. */
  evaluate(): unknown {
    const value = this.next();
    if (this.position < this.source.length) {
      throw invalidTemplate(`The expression '[${this.source}]' is not valid.`);
    }
    return value;
  }

  private next(): unknown {
    const literal = this.take(/^\s*(?:'((?:[^']|'')*)'|(\d+))/);
    if (literal) {
      return literal[1] === undefined ? Number(literal[2]) : literal[1].replace(/''/g, "'");
    }
    const name = this.take(/^\s*(\w+)\s*\(/)?.[1];
    if (name === undefined) {
      throw invalidTemplate(`The expression '[${this.source}]' is not valid.`);
    }
    const args: unknown[] = [];
    while (!this.take(/^\s*\)/)) {
      args.push(this.next());
      this.take(/^\s*,/);
    }
    let value = this.call(name, args);
    for (let member = this.take(/^\.(\w+)/); member; member = this.take(/^\.(\w+)/)) {
      value = (value as Record<string, unknown>)[member[1] ?? ""];
    }
    return value;
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.source.slice(this.position)) ?? undefined;
    this.position += found?.[0].length ?? 0;
    return found;
  }
}
