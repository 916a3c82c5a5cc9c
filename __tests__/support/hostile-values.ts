import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { Fn, Lazy, TerraformLocal, TerraformOutput, TerraformVariable, Token } from "cdktf";
import type { TerraformStack } from "cdktf";

function throws(): never {
  throw new TypeError("hostile");
}

const THROWING: ProxyHandler<object> = Object.fromEntries(
  (["get", "has", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor"] as const).map((trap) => [trap, throws]),
);

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function circular(): object {
  const it: Record<string, unknown> = { a: {} };
  it.self = it;
  return it;
}

function deep(): object {
  let it: object = {};
  for (let level = 0; level < 20_000; level += 1) {
    it = { it };
  }
  return it;
}

class Instance {
  public readonly mode = "create";
  public readonly name = "x";
}

/** Values that no user should give, by what they are; each is made for one stack. */
export const HOSTILE_VALUES: Readonly<Record<string, (stack: TerraformStack) => unknown>> = {
  null: () => null,
  undefined: () => undefined,
  true: () => true,
  false: () => false,
  zero: () => 0,
  negative: () => -1,
  fraction: () => 1.5,
  NaN: () => NaN,
  Infinity: () => Infinity,
  "-Infinity": () => -Infinity,
  "a number like a token": () => -1e300,
  bigint: () => 10n,
  symbol: () => Symbol("hostile"),
  function: () => () => "x",
  class: () => Instance,
  instance: () => new Instance(),
  date: () => new Date(0),
  map: () => new Map([["a", "b"]]),
  set: () => new Set(["a"]),
  regexp: () => /x/,
  promise: () => Promise.resolve("x"),
  "boxed string": () => new String("x"),
  "throwing proxy": () => new Proxy({}, THROWING),
  "throwing proxy of a list": () => new Proxy([], THROWING),
  "revoked proxy": () => revoked({}),
  "revoked proxy of a list": () => revoked([]),
  "throwing getter": () => Object.defineProperty({}, "mode", { enumerable: true, get: throws }),
  "list with a throwing getter": () => Object.defineProperty(["x"], 0, { enumerable: true, get: throws }),
  "throwing toString": () => ({ toString: throws, toJSON: throws }),
  "list with holes": () => Object.assign(Array<unknown>(3), { 1: "x" }),
  "long list with holes": () => Array<unknown>(4_000_000_000),
  circular,
  "circular list": () => {
    const list: unknown[] = [];
    list.push(list);
    return list;
  },
  deep,
  "empty object": () => ({}),
  "empty list": () => [],
  "frozen object": () => Object.freeze({ mode: "create" }),
  "frozen list": () => Object.freeze(["x"]),
  "object without prototype": () => Object.assign(Object.create(null) as object, { a: "b" }),
  "object with inherited props": () => Object.create({ mode: "create", awsAccountId: "111122223333" }) as object,
  "own __proto__": () => JSON.parse('{ "__proto__": { "a": "b" }, "constructor": "x", "toString": "y" }') as object,
  "__proto__ with a text": () => JSON.parse('{ "__proto__": "x" }') as object,
  "odd keys": () => ({ "": "x", "a.b": "x", "a[0]": "x", "${var.x}": "x", "%{if": "x", '"': "x", "//": "x" }),
  "empty string": () => "",
  space: () => " ",
  "line break": () => "a\nb",
  "control character": () => "\u0000",
  "lone surrogate": () => "\ud800",
  unicode: () => "\u{1f600}e\u0301\u2028",
  quotes: () => 'a"b\\c',
  directive: () => "%{ if true }",
  "huge string": () => "x".repeat(300_000),
  "huge string of slashes": () => "/a".repeat(150_000),
  __proto__text: () => "__proto__",
  constructor: () => "constructor",
  wildcard: () => "*",
  "raw interpolation": () => "${var.x}",
  "raw interpolation in a text": () => 'a-${lookup({ a = "b" }, "a", "}")}-b',
  "interpolation without an end": () => "a${b",
  "escaped interpolation": () => "a$${b}",
  "string token": (stack) => variable(stack).stringValue,
  "string token in a text": (stack) => `arn:aws:iam::${variable(stack).stringValue}:role/X`,
  "string token in an interpolation": (stack) => `\${upper(${variable(stack).stringValue})}`,
  "number token": (stack) => variable(stack).numberValue,
  "number token in a text": (stack) => `aws-${variable(stack).numberValue}`,
  "boolean token": (stack) => variable(stack).booleanValue,
  "list token": (stack) => variable(stack).listValue,
  "list token with more": (stack) => ["r-ab12", ...variable(stack).listValue],
  "entry of a list token": (stack) => variable(stack).listValue[0],
  "number list token": (stack) => Token.asNumberList(variable(stack).value),
  "map token": (stack) => Token.asStringMap(variable(stack).value),
  "map token with more": (stack) => ({ a: "b", ...Token.asStringMap(variable(stack).value) }),
  "key of a map token": (stack) => Object.keys(Token.asStringMap(variable(stack).value))[0],
  "token as a key": (stack) => ({ [variable(stack).stringValue]: "x" }),
  "list of string tokens": (stack) => [variable(stack).stringValue, variable(stack).stringValue],
  resolvable: (stack) => variable(stack).value as unknown,
  "resolvable of a function": (stack) => Fn.upper(variable(stack).stringValue),
  "lazy string": () => Lazy.stringValue({ produce: () => "111122223333" }),
  "lazy list": () => Lazy.listValue({ produce: () => ["r-ab12"] }),
  variable,
  output: (stack) => new TerraformOutput(stack, unique(stack), { value: "x" }),
  local: (stack) => new TerraformLocal(stack, unique(stack), "x"),
  resource: (stack) => new S3Bucket(stack, unique(stack), {}),
  "attribute of a resource": (stack) => new S3Bucket(stack, unique(stack), {}).arn,
  provider: (stack) => new AwsProvider(stack, unique(stack), { alias: "other" }),
  "like a provider": () => ({ terraformResourceType: "aws" }),
  "like a dependency": () => ({ fqn: 5 }),
  stack: (stack) => stack,
};

function variable(stack: TerraformStack): TerraformVariable {
  return new TerraformVariable(stack, unique(stack), {});
}

function unique(stack: TerraformStack): string {
  return `hostile${stack.node.children.length}`;
}
