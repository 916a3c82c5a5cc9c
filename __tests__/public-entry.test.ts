import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";

const MODULES = resolve(__dirname, "..", "modules");

/** What a fresh process has loaded after `require` of an entry. */
function loadedBy(entry: string): { files: string[]; megabytes: number } {
  const script = `require(${JSON.stringify(entry)});
    console.log(JSON.stringify({ files: Object.keys(require.cache), megabytes: process.memoryUsage().rss / 2 ** 20 }))`;
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })) as ReturnType<
    typeof loadedBy
  >;
}

const loaded = loadedBy(MODULES);

describe("the public entry", () => {
  test("loads no index of a provider package: one costs seconds and hundreds of megabytes", () => {
    const providers = loaded.files.filter((file) => file.includes("/@cdktf/provider-"));
    expect(providers.length).toBeGreaterThan(0);
    expect(providers.filter((file) => /provider-[a-z]+\/lib\/index\.js$/.test(file))).toEqual([]);
  });

  test("loads fewer than 600 files and takes less than 120 MB", () => {
    expect(loaded.files.length).toBeLessThan(600);
    expect(loaded.megabytes).toBeLessThan(120);
  });

  test("reaches every file of modules/: none is left over", () => {
    // Code that runs in AWS Lambda: its text is read, and nothing loads it here.
    const lambda = "member-accounts/ensure-identity-provider/index.js";
    const files = readdirSync(MODULES, { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".js") && file !== lambda,
    );
    // Templates of the portal are read by an entry of its own, because of the parser that it loads.
    const reached = [...loaded.files, ...loadedBy(resolve(MODULES, "portal")).files];
    const orphans = files.filter((file) => !reached.includes(resolve(MODULES, file)));
    expect(orphans).toEqual([]);
  });
});
