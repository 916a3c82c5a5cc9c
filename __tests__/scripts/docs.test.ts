import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as entry from "../../modules";
import * as portal from "../../modules/portal";

const SCRIPT = resolve(__dirname, "..", "..", "scripts", "docs.js");

test("what the documentation takes from the code is what the code says today", () => {
  expect(() => execFileSync(process.execPath, [SCRIPT, "--check"], { stdio: "pipe" })).not.toThrow();
});

test("the API reference has a section for each export", () => {
  const page = readFileSync(resolve(__dirname, "../../../docs/reference.md"), "utf8");
  const names = [...Object.keys(entry), ...Object.keys(portal)];
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => !page.includes(`\n## ${name}\n`))).toEqual([]);
});
