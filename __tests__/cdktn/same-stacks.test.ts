import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { synthesizeAll } from "./stacks";
import type { Synthesized } from "./stacks";

// Only jest.cdktn.config.js runs this file: there, what the code imports as cdktf is CDK Terrain.
const withCdktn = synthesizeAll();

/** The same by a process of its own, where cdktf is cdktf. */
const withCdktf = JSON.parse(
  execFileSync(process.execPath, [join(__dirname, "stacks.js")], { encoding: "utf8", maxBuffer: 2 ** 28 }),
) as Synthesized;

test("the two libraries synthesize the same stacks", () => {
  expect([withCdktn.library, withCdktf.library]).toEqual(["cdktn", "cdktf"]);
  expect(Object.keys(withCdktn.stacks)).toEqual(Object.keys(withCdktf.stacks));
});

test.each(Object.keys(withCdktn.stacks))("%s: addresses and values are equal", (name) => {
  expect(withCdktn.stacks[name]).toEqual(withCdktf.stacks[name]);
});
