import { UNKNOWN, type Attributes } from "../../../rehearsal/protocol/values";
import { conform, markComputed, settle } from "../../../rehearsal/provider/state";
import { seconds } from "../../../rehearsal/provider/time";
import type { Block } from "../../../rehearsal/schema/schema";

const block: Block = {
  attributes: {
    name: { type: "string", required: true },
    note: { type: "string", optional: true },
    arn: { type: "string", computed: true },
    size: { type: "number", optional: true, computed: true },
  },
  blocks: {
    rule: {
      nesting: "list",
      block: { attributes: { id: { type: "string", optional: true, computed: true } }, blocks: {} },
    },
  },
};

describe("state", () => {
  test("has exactly what the schema has", () => {
    expect(conform(block, { name: "x", other: 1, rule: [{ more: true }] })).toEqual({
      name: "x",
      note: null,
      arn: null,
      size: null,
      rule: [{ id: null }],
    });
  });

  test("is unknown where the provider fills in a new object", () => {
    const planned = conform(block, { name: "x", size: 2, rule: [{}, { id: "mine" }] });
    markComputed(block, planned, null);
    expect(planned).toEqual({
      name: "x",
      note: null,
      arn: UNKNOWN,
      size: 2,
      rule: [{ id: UNKNOWN }, { id: "mine" }],
    });
  });

  test("keeps a null in an existing object, and is unknown in a nested block that is new", () => {
    const prior = conform(block, { name: "x", arn: "arn:x", rule: [{}] });
    const planned = conform(block, { name: "x", arn: "arn:x", rule: [{}, {}] });
    markComputed(block, planned, prior);
    expect(planned).toMatchObject({ size: null, rule: [{ id: null }, { id: UNKNOWN }] });
  });

  test("settles what is unknown, to the same values every time", () => {
    const planned: Attributes = { name: "x", note: null, arn: UNKNOWN, size: UNKNOWN, rule: [{ id: UNKNOWN }] };
    const settled = settle(block, planned, "thing.x");
    expect(settled).toMatchObject({ name: "x", note: null, arn: "", size: 0 });
    expect(settled.rule).toEqual([{ id: expect.stringMatching(/^[0-9a-f]{16}$/) as string }]);
    expect(settle(block, planned, "thing.x")).toEqual(settled);
    expect(settle(block, planned, "thing.y")).not.toEqual(settled);
  });
});

describe("durations", () => {
  test.each([
    ["30s", 30],
    ["1m30s", 90],
    ["1.5h", 5400],
    ["250ms", 0.25],
  ])("%s", (duration, expected) => {
    expect(seconds(duration)).toBeCloseTo(expected);
  });

  test("fails without a unit", () => {
    expect(() => seconds("30")).toThrow('"30" is not a valid duration');
  });
});
