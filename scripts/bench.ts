/**
 * Cost of the library: synthesis of the examples against a floor with as many raw resources, the cost of loading the
 * public entry, and growth with the number of accounts, in stacks of their own and in an organization. Each figure is the
 * median of several fresh processes; of one where a process takes long.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const RUNS = 5;
/** Seconds after which one run is enough. */
const LONG = 5;
const root = join(__dirname, "..");
const bindings = bindingsOfExamples();

interface Measure {
  readonly seconds: number;
  readonly megabytes: number;
  /** Number of Terraform resources in each stack that was synthesized. */
  readonly resources: readonly number[];
}

/** Runs a script of this folder in a process of its own; it reports its own peak memory on its last line. */
function measure(script: string, ...args: string[]): Measure {
  const first = measureOnce(script, args);
  const again = first.seconds > LONG ? [] : Array.from({ length: RUNS - 1 }, () => measureOnce(script, args));
  const runs = [first, ...again];
  const median = (key: "seconds" | "megabytes"): number =>
    runs.map((run) => run[key]).sort((a, b) => a - b)[runs.length >> 1] ?? NaN;
  return { seconds: median("seconds"), megabytes: median("megabytes"), resources: first.resources };
}

function measureOnce(script: string, args: readonly string[]): Measure {
  const outdir = mkdtempSync(join(tmpdir(), "bench-"));
  const start = process.hrtime.bigint();
  const child = spawnSync(process.execPath, ["-r", join(root, "scripts/report-memory.js"), script, ...args], {
    encoding: "utf8",
    env: { ...process.env, CDKTF_OUTDIR: outdir, FLOOR_BINDINGS: bindings },
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const resources = resourcesIn(outdir);
  rmSync(outdir, { recursive: true });
  if (child.status !== 0) {
    throw new Error(`${script} ${args.join(" ")} failed:\n${child.stderr}`);
  }
  return { seconds, megabytes: Number(child.stderr.trim().split("\n").at(-1)), resources };
}

/** The files of the provider packages that the examples load, as JSON. */
function bindingsOfExamples(): string {
  const outdir = mkdtempSync(join(tmpdir(), "bench-"));
  const script = `require(${JSON.stringify(join(root, "main.js"))});
    console.log(JSON.stringify(Object.keys(require.cache).filter((file) => file.includes("provider-"))))`;
  const child = spawnSync(process.execPath, ["-e", script], {
    encoding: "utf8",
    env: { ...process.env, CDKTF_OUTDIR: outdir },
  });
  rmSync(outdir, { recursive: true });
  return child.stdout.trim();
}

/** Number of Terraform resources in each synthesized stack. */
function resourcesIn(outdir: string): number[] {
  const stacks = join(outdir, "stacks");
  return (existsSync(stacks) ? readdirSync(stacks) : []).map((stack) => {
    const json = JSON.parse(readFileSync(join(stacks, stack, "cdk.tf.json"), "utf8")) as {
      resource: Record<string, object>;
    };
    return sum(Object.values(json.resource).map((resources) => Object.keys(resources).length));
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function row(name: string, { seconds, megabytes }: Measure, note = ""): void {
  console.log(`${name.padEnd(44)} ${seconds.toFixed(2).padStart(7)} s ${megabytes.toFixed(0).padStart(6)} MB  ${note}`);
}

const goal = (met: boolean, text: string): string => `${met ? "within" : "MISSES"} the goal: ${text}`;

console.log(`median of ${RUNS} processes, or one that takes more than ${LONG} s; Node ${process.version}\n`);

const examples = measure(join(root, "main.js"));
const floor = measure(join(root, "scripts/bench-floor.js"), ...examples.resources.map(String));
row(`floor: ${sum(examples.resources)} raw resources in ${examples.resources.length} stacks`, floor);
row("synthesis of all examples", examples, goal(examples.seconds < 1 && examples.megabytes < 150, "1 s, 150 MB"));
const ratio = examples.seconds / floor.seconds;
console.log(`${"".padEnd(44)} ${ratio.toFixed(2).padStart(7)} x the floor      ${goal(ratio <= 1.3, "1.3 times")}\n`);

row("require cdktf", measure(join(root, "scripts/bench-require.js"), "cdktf"));
row("require the public entry", measure(join(root, "scripts/bench-require.js"), join(root, "modules")));
console.log();

const growth = [1, 10, 100, 1000].map((accounts) => {
  const cost = measure(join(root, "scripts/bench-accounts.js"), String(accounts));
  row(`${accounts} onboarded accounts, all plans`, cost);
  return { accounts, seconds: cost.seconds };
});
const perAccount = (from: number, to: number): number => {
  const [a, b] = [growth[from], growth[to]];
  return a && b ? ((b.seconds - a.seconds) / (b.accounts - a.accounts)) * 1000 : NaN;
};
const [early, late] = [perAccount(1, 2), perAccount(2, 3)];
console.log(
  `${"".padEnd(44)} ${early.toFixed(1)} ms an account from 10 to 100, ${late.toFixed(1)} ms from 100 to 1,000: ${goal(late < early * 1.5, "linear")}`,
);

console.log();
const organizations = [10, 100, 1000, 5000].map((members) => {
  const cost = measure(join(root, "scripts/bench-organization.js"), String(members));
  row(`an organization that names ${members} members`, cost, `${sum(cost.resources)} resources`);
  return sum(cost.resources);
});
const constant = new Set(organizations).size === 1;
console.log(`${"".padEnd(44)} ${goal(constant, "as many resources with 5,000 members as with 10")}`);
