import { CloudError } from "../../cloud-error";

/** A CloudFormation template, as far as the rehearsal reads it. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string; readonly AllowedPattern?: string }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** The values of names in a template. */
export interface Scope {
  /** Parameters, pseudo parameters, and physical ids of resources. */
  readonly ref: (name: string) => unknown;
  readonly attribute: (resource: string, attribute: string) => unknown;
  readonly condition: (name: string) => boolean;
}

/** `Fn::If` chose nothing: the property is left out. */
const NO_VALUE = Symbol("AWS::NoValue");

/** Puts values in the place of the intrinsic functions. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolve(item, scope)).filter((item) => item !== NO_VALUE);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const [first, ...others] = Object.entries(value) as [string, unknown][];
  const [name, argument] = first ?? ["", undefined];
  if (others.length === 0 && (name === "Ref" || name === "Condition" || name.startsWith("Fn::"))) {
    return call(name, argument, scope);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]): [string, unknown] => [key, resolve(item, scope)])
      .filter(([, item]) => item !== NO_VALUE),
  );
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  const args = Array.isArray(argument) ? argument : [argument];
  const truth = (item: unknown): boolean => resolve(item, scope) === true;
  switch (name) {
    case "Ref":
      return argument === "AWS::NoValue" ? NO_VALUE : scope.ref(String(argument));
    case "Condition":
      return scope.condition(String(argument));
    case "Fn::GetAtt": {
      const [resource = "", ...attribute] = args.length === 1 ? String(args[0]).split(".") : args.map(String);
      return scope.attribute(resource, attribute.join("."));
    }
    case "Fn::Sub":
      return substitute(args, scope);
    case "Fn::Join":
      return (resolve(args[1], scope) as unknown[]).join(String(args[0]));
    case "Fn::If":
      return resolve(scope.condition(String(args[0])) ? args[1] : args[2], scope);
    case "Fn::Equals":
      return resolve(args[0], scope) === resolve(args[1], scope);
    case "Fn::Not":
      return !truth(args[0]);
    case "Fn::And":
      return args.every(truth);
    case "Fn::Or":
      return args.some(truth);
    default:
      throw new CloudError(`the rehearsal's CloudFormation does not know ${name}`);
  }
}

function substitute([text, variables = {}]: unknown[], scope: Scope): string {
  const own = variables as Record<string, unknown>;
  return String(text).replaceAll(/\$\{(!?)([^}]*)\}/g, (_match, literal: string, name: string) => {
    if (literal !== "") {
      return `\${${name}}`;
    }
    if (name in own) {
      return String(resolve(own[name], scope));
    }
    const [resource = "", ...attribute] = name.split(".");
    return String(attribute.length > 0 ? scope.attribute(resource, attribute.join(".")) : scope.ref(name));
  });
}

/** Logical ids of the resources in the order in which CloudFormation creates them. */
export function creationOrder(resources: Readonly<Record<string, TemplateResource>>): string[] {
  const order: string[] = [];
  const visit = (id: string, path: readonly string[]): void => {
    if (path.includes(id)) {
      throw new CloudError(`Circular dependency between resources: [${[...path, id].join(", ")}]`);
    }
    const resource = resources[id];
    if (resource === undefined || order.includes(id)) {
      return;
    }
    for (const other of dependencies(resource)) {
      visit(other, [...path, id]);
    }
    order.push(id);
  };
  for (const id of Object.keys(resources)) {
    visit(id, []);
  }
  return order;
}

function dependencies(resource: TemplateResource): string[] {
  const found = new Set([resource.DependsOn ?? []].flat());
  const record = (name: string): string => {
    found.add(name);
    return name;
  };
  resolve(resource.Properties ?? {}, { ref: record, attribute: record, condition: () => true });
  return [...found];
}
