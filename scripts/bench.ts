/**
 * Cost of the library: synthesis against a floor of raw resources of the same number and size, the cost of loading the
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
  return medianOf([first, ...again]);
}

/**
 * Measures a script and its floor, the raw resources of the same number and size, in turn: what else the machine does
 * then slows both.
 */
function measureWithFloor(script: string, ...args: string[]): { cost: Measure; floor: Measure; ratio: number } {
  const outdir = mkdtempSync(join(tmpdir(), "bench-"));
  const runs = [];
  do {
    const cost = measureOnce(script, args, outdir);
    runs.push({ cost, floor: measureOnce(join(root, "scripts/bench-floor.js"), [outdir]) });
  } while (runs.length < RUNS && (runs[0]?.cost.seconds ?? 0) < LONG);
  rmSync(outdir, { recursive: true });
  const cost = medianOf(runs.map((run) => run.cost));
  const floor = medianOf(runs.map((run) => run.floor));
  return { cost, floor, ratio: cost.seconds / floor.seconds };
}

function medianOf(runs: readonly Measure[]): Measure {
  const median = (key: "seconds" | "megabytes"): number =>
    runs.map((run) => run[key]).sort((a, b) => a - b)[runs.length >> 1] ?? NaN;
  return { seconds: median("seconds"), megabytes: median("megabytes"), resources: runs[0]?.resources ?? [] };
}

function measureOnce(script: string, args: readonly string[], keepIn?: string): Measure {
  const outdir = keepIn ?? mkdtempSync(join(tmpdir(), "bench-"));
  const start = process.hrtime.bigint();
  const child = spawnSync(process.execPath, ["-r", join(root, "scripts/report-memory.js"), script, ...args], {
    encoding: "utf8",
    env: { ...process.env, CDKTF_OUTDIR: outdir, FLOOR_BINDINGS: bindings },
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const resources = resourcesIn(outdir);
  if (keepIn === undefined) {
    rmSync(outdir, { recursive: true });
  }
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

const compare = (name: string, script: string, ...args: string[]): void => {
  const { cost, floor, ratio } = measureWithFloor(script, ...args);
  row(`floor: ${sum(cost.resources)} raw resources of the same size`, floor);
  row(name, cost);
  console.log(`${"".padEnd(44)} ${ratio.toFixed(2).padStart(7)} x the floor      ${goal(ratio <= 1.3, "1.3 times")}\n`);
};

compare("synthesis of all examples", join(root, "main.js"));
for (const accounts of ["100", "1000"]) {
  compare(`${accounts} onboarded accounts, all plans`, join(root, "scripts/bench-accounts.js"), accounts);
}

row("require cdktf", measure(join(root, "scripts/bench-require.js"), "cdktf"));
row("require the public entry", measure(join(root, "scripts/bench-require.js"), join(root, "modules")));
console.log();

const growth = [1, 10, 100].map((accounts) => {
  const cost = measure(join(root, "scripts/bench-accounts.js"), String(accounts));
  row(`${accounts} onboarded accounts, all plans`, cost);
  return { accounts, seconds: cost.seconds };
});
const perAccount = (from: number, to: number): number => {
  const [a, b] = [growth[from], growth[to]];
  return a && b ? ((b.seconds - a.seconds) / (b.accounts - a.accounts)) * 1000 : NaN;
};
const [early, late] = [perAccount(0, 1), perAccount(1, 2)];
console.log(
  `${"".padEnd(44)} ${early.toFixed(1)} ms an account from 1 to 10, ${late.toFixed(1)} ms from 10 to 100: ${goal(late < early * 1.5, "linear")}`,
);

console.log();
const organizations = [10, 100, 1000, 5000].map((members) => {
  const cost = measure(join(root, "scripts/bench-organization.js"), String(members));
  row(`an organization that names ${members} members`, cost, `${sum(cost.resources)} resources`);
  return sum(cost.resources);
});
const constant = new Set(organizations).size === 1;
console.log(`${"".padEnd(44)} ${goal(constant, "as many resources with 5,000 members as with 10")}`);
