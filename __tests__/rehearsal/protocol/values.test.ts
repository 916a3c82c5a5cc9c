import { encode, ExtData } from "@msgpack/msgpack";
import fc from "fast-check";

import {
  containsUnknown,
  decodeValue,
  encodeValue,
  fromDynamic,
  sameValue,
  toDynamic,
  UNKNOWN,
  type Value,
} from "../../../rehearsal/protocol/values";

describe("values on the wire", () => {
  test("come back as they were sent", () => {
    const value = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constant(null),
        fc.constant(UNKNOWN),
        fc.boolean(),
        fc.string(),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
        fc.array(tie("value")),
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((key) => key !== "__proto__"),
          tie("value"),
        ),
      ),
    })).value;
    fc.assert(
      fc.property(value, (sent) => {
        expect(decodeValue(encodeValue(sent))).toEqual(sent);
      }),
    );
  });

  test("are unknown for both of Terraform's extensions", () => {
    const refined = new ExtData(12, Uint8Array.of(0x81, 0x01, 0xc2));
    expect(decodeValue({ msgpack: encode({ a: new ExtData(0, Uint8Array.of(0)), b: refined }) })).toEqual({
      a: UNKNOWN,
      b: UNKNOWN,
    });
    expect(encodeValue(UNKNOWN).msgpack).toEqual(Uint8Array.of(0xd4, 0, 0));
  });

  test("are read from JSON where Terraform sends JSON, and null where it sends nothing", () => {
    expect(decodeValue({ json: Buffer.from('{"a":[1]}') })).toEqual({ a: [1] });
    expect(decodeValue({})).toBeNull();
    expect(decodeValue(undefined)).toBeNull();
  });

  test("carry their own type in a dynamic attribute", () => {
    const value = { name: "x", sizes: [1, true], none: null };
    const sent = toDynamic(value) as [Uint8Array, Value];
    expect(JSON.parse(Buffer.from(sent[0]).toString())).toEqual([
      "object",
      { name: "string", sizes: ["tuple", ["number", "bool"]], none: "dynamic" },
    ]);
    expect(fromDynamic(decodeValue(encodeValue(sent)))).toEqual(value);
  });

  test("are compared by content, and null is the same as absent", () => {
    expect(sameValue({ a: [1, { b: null }] }, { a: [1, {}] })).toBe(true);
    expect(sameValue({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
    expect(sameValue(UNKNOWN, null)).toBe(false);
  });

  test("show whether something inside is unknown", () => {
    expect(containsUnknown({ a: [{ b: UNKNOWN }] })).toBe(true);
    expect(containsUnknown({ a: [{ b: "x" }] })).toBe(false);
  });
});
