import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { page, pages, REPOSITORY } from "./markdown";

/** Lines of code of a page that begin with a command, without what a comment says about it. */
function commands(path: string, program: RegExp): string[] {
  const text = page(path).replaceAll(/\\\n\s*/g, "");
  const inBlocks = [...text.matchAll(/^ *```(?:sh)?\n([^]*?)^ *```$/gm)].flatMap(([, block = ""]) => block.split("\n"));
  const inText = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return [...inBlocks, ...inText]
    .flatMap((line) => line.replace(/(^|\s)#.*$/, "").split("&&"))
    .map((command) => command.trim())
    .filter((command) => program.test(command));
}

/** Commands of all pages, each with its page. */
function everywhere(program: RegExp): [command: string, page: string][] {
  return pages().flatMap((path) => commands(path, program).map((command): [string, string] => [command, path]));
}

let folder: string;
let stacks: ReadonlyMap<string, readonly string[]>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "commands-"));
  execFileSync(process.execPath, [join(REPOSITORY, "dist/main.js")], { cwd: folder });
  const synthesized = join(folder, "cdktf.out/stacks");
  stacks = new Map(
    readdirSync(synthesized).map((name) => {
      const stack = JSON.parse(readFileSync(join(synthesized, name, "cdk.tf.json"), "utf8")) as { variable?: object };
      return [name, Object.keys(stack.variable ?? {})];
    }),
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Names of the reader's own stacks, which the pages use as examples. */
const OWN = /^(production|<[\w ]+>|cdktf\.out\/stacks\/(production|<stack>))$/;

test("every stack that a page deploys, destroys or rehearses exists, and so does every variable that it sets", () => {
  const found = everywhere(
    /^(npx cdktf (deploy|destroy)|npm run rehearse --|(npx )?cdktf-defender-for-cloud rehearse) /,
  );
  expect(found.length).toBeGreaterThan(10);
  const wrong = found.filter(([command]) => {
    const [stack = "", ...rest] = command.replace(/^.*?(deploy|destroy|rehearse --|rehearse) /, "").split(/\s+/);
    if (!OWN.test(stack) && !stacks.has(stack)) {
      return true;
    }
    const variables = [...rest.join(" ").matchAll(/--var (\w+)=/g)].map(([, name = ""]) => name);
    return !OWN.test(stack) && !variables.every((name) => stacks.get(stack)?.includes(name));
  });
  expect(wrong).toEqual([]);
});

test("every npm script that a page runs exists", () => {
  const { scripts } = JSON.parse(page("package.json")) as { scripts: object };
  const found = everywhere(/^npm (run (--silent )?[\w:]|start$|test$)/);
  expect(found.length).toBeGreaterThan(5);
  const wrong = found.filter(([command]) => {
    const [, name = ""] = /^npm (?:run (?:--silent )?)?([\w:]+)/.exec(command) ?? [];
    return !(name in scripts);
  });
  expect(wrong).toEqual([]);
});

test("every verb and option of the command line tool that a page uses exists", () => {
  const found = everywhere(/^((npx )?cdktf-defender-for-cloud|npm run --silent cli --) [a-z]/);
  expect(found.length).toBeGreaterThan(3);
  const help = new Map<string, string>();
  const wrong = found.filter(([command]) => {
    const words = command.replace(/^.*?(cdktf-defender-for-cloud|cli --) /, "").split(/\s+/);
    const verb = words[0] === "template" ? words.slice(0, 2) : words.slice(0, 1);
    const key = verb.join(" ");
    if (!help.has(key)) {
      help.set(
        key,
        execFileSync(process.execPath, [join(REPOSITORY, "dist/cli/index.js"), ...verb, "--help"], {
          encoding: "utf8",
        }),
      );
    }
    const options = words.filter((word) => /^--\w/.test(word)).map((word) => word.replace(/=.*/, ""));
    return !options.every((option) => help.get(key)?.includes(option));
  });
  expect(wrong).toEqual([]);
});
