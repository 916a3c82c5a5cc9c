import { decode, encode, ExtensionCodec } from "@msgpack/msgpack";

/** A value that Terraform does not know before apply. */
export class Unknown {
  toJSON(): string {
    return "(known after apply)";
  }
}

/** The one unknown value: compare with `===`. */
export const UNKNOWN = new Unknown();

/** A value of Terraform's type system. A `dynamic` value is an array of its type (JSON, as bytes) and the value. */
export type Value = null | string | number | boolean | Uint8Array | Unknown | Value[] | Attributes;

/** The attributes and nested blocks of one object, by name. */
export interface Attributes {
  [name: string]: Value;
}

const extensions = new ExtensionCodec();
// Terraform writes an unknown value as extension 0, and as extension 12 when it knows something about it, for instance
// that it is not null. The refinements are of no use here.
extensions.register({
  type: 0,
  encode: (value) => (value instanceof Unknown ? Uint8Array.of(0) : null),
  decode: () => UNKNOWN,
});
extensions.register({ type: 12, encode: () => null, decode: () => UNKNOWN });

/** The message `DynamicValue` of the plugin protocol. */
export interface DynamicValue {
  msgpack?: Uint8Array;
  json?: Uint8Array;
}

export function encodeValue(value: Value): DynamicValue {
  return { msgpack: encode(value, { extensionCodec: extensions }) };
}

export function decodeValue(value: DynamicValue | null | undefined): Value {
  if (value?.msgpack && value.msgpack.length > 0) {
    return decode(value.msgpack, { extensionCodec: extensions }) as Value;
  }
  if (value?.json && value.json.length > 0) {
    return JSON.parse(Buffer.from(value.json).toString("utf8")) as Value;
  }
  return null;
}

/** The attributes in a message, or null for "no object". */
export function decodeAttributes(value: DynamicValue | null | undefined): Attributes | null {
  const decoded = decodeValue(value);
  return isAttributes(decoded) ? decoded : null;
}

export function isAttributes(value: Value | undefined): value is Attributes {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Unknown)
  );
}

/** The text in a value, or the empty text. */
export function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The texts in a list or set. */
export function texts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The nested blocks in a list or set. */
export function blocks(value: Value | undefined): Attributes[] {
  return Array.isArray(value) ? value.filter(isAttributes) : [];
}

/** The attributes without those that are still unknown, in nested blocks too. */
export function withoutUnknown(attributes: Attributes): Attributes {
  const known = (value: Value): Value =>
    Array.isArray(value) ? value.map(known) : isAttributes(value) ? withoutUnknown(value) : value;
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([, value]) => value !== UNKNOWN)
      .map(([name, value]) => [name, known(value)]),
  );
}

export function containsUnknown(value: Value | undefined): boolean {
  if (value instanceof Unknown) {
    return true;
  }
  if (Array.isArray(value)) {
    return value.some(containsUnknown);
  }
  return isAttributes(value) && Object.values(value).some(containsUnknown);
}

export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b || (a ?? null) === (b ?? null)) {
    return true;
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return Buffer.compare(a, b) === 0;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (isAttributes(a) && isAttributes(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].every((name) => sameValue(a[name], b[name]));
  }
  return false;
}

/** The value inside a `dynamic` attribute. */
export function fromDynamic(value: Value | undefined): Value {
  return Array.isArray(value) && value[0] instanceof Uint8Array ? (value[1] ?? null) : (value ?? null);
}

/** A value with its own type, as a `dynamic` attribute carries it. */
export function toDynamic(value: Value): Value {
  return value === null || value instanceof Unknown ? value : [Buffer.from(JSON.stringify(typeOf(value))), value];
}

function typeOf(value: Value): unknown {
  if (value === null || value instanceof Unknown) {
    return "dynamic";
  }
  if (Array.isArray(value)) {
    return ["tuple", value.map(typeOf)];
  }
  if (isAttributes(value)) {
    return ["object", Object.fromEntries(Object.entries(value).map(([name, item]) => [name, typeOf(item)]))];
  }
  return typeof value === "boolean" ? "bool" : typeof value === "number" ? "number" : "string";
}
