import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { CloudTrailFanoutExample, CloudTrailFanoutRelease } from "../../examples/cloudtrail-fanout";
import { SentinelConnected, SentinelConnectedRelease } from "../../examples/sentinel-connected";
import { FANOUT_PHASE } from "../../modules";
import { RELEASE } from "../../modules/cloudtrail-fanout/phase";
import { testApp } from "../support/test-app";

const REPOSITORY = resolve(__dirname, "..", "..", "..");

export const FOLDER = join(REPOSITORY, "pipelines");

/** docs/pipelines.md. */
export const PAGE = readFileSync(join(REPOSITORY, "docs", "pipelines.md"), "utf8");

/** The pipelines of a folder, by file name. */
export function pipelinesIn(folder: string): Map<string, { readonly text: string; readonly content: unknown }> {
  const files = readdirSync(join(FOLDER, folder), { recursive: true }).map(String);
  return new Map(
    files
      .filter((file) => file.endsWith(".yml"))
      .map((file) => {
        const text = readFileSync(join(FOLDER, folder, file), "utf8");
        // Fails on a duplicate key.
        return [file, { text, content: parse(text) as unknown }] as const;
      }),
  );
}

/** Every value under a key, at any depth. */
export function valuesOf(content: unknown, key: string): unknown[] {
  if (Array.isArray(content)) {
    return content.flatMap((item) => valuesOf(item, key));
  }
  if (typeof content !== "object" || content === null) {
    return [];
  }
  return Object.entries(content).flatMap(([name, value]: [string, unknown]) =>
    name === key ? [value, ...valuesOf(value, key)] : valuesOf(value, key),
  );
}

/** What bash says about a script that it only reads. */
export function syntaxErrors(script: string): string {
  return spawnSync("bash", ["-n"], { input: script, encoding: "utf8" }).stderr;
}

/** What the command line tool says to the verb that a pipeline runs, with the words after it. */
export function helpOfTheVerbIn(text: string): string {
  const [, verb = "", argument = ""] = /cdktf-defender-for-cloud (\w+) ([\w.]+)$/m.exec(text) ?? [];
  const cli = join(REPOSITORY, "dist", "cli", "index.js");
  return `${argument}: ${spawnSync(process.execPath, [cli, verb, "--help"], { encoding: "utf8" }).stdout}`;
}

/** A value, or a condition, that is known only when the pipeline is compiled. */
export const EXPRESSION = /\$\{\{.*?\}\}/g;

/** The phases that a fan-out has, the release included. */
export const PHASES = [...FANOUT_PHASE.pattern.matchAll(/\w+/g)].map(String).concat(RELEASE);

const fanouts = [new CloudTrailFanoutExample(testApp()), new SentinelConnected(testApp())];
const releases = [new CloudTrailFanoutRelease(testApp()), new SentinelConnectedRelease(testApp())];

/** The stacks with a fan-out, by name. */
export const FANOUT_STACKS = fanouts.map((stack) => stack.node.id);

/** The stacks that release a fan-out, by name. */
export const RELEASE_STACKS = releases.map((stack) => stack.node.id);

/** The Terraform variable that every stack with a fan-out has for the phase, and none that releases it. */
export const PHASE_VARIABLE = "fanout_phase";
