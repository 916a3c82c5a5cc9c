import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { InputError } from "../../modules/inputs";
import type { StackJson } from "../../rehearsal";
import { readJson } from "../files";

/** Where cdktf writes stacks, from the folder in which it runs. */
const STACKS = join("cdktf.out", "stacks");
const FILE = "cdk.tf.json";
const VALUES = "terraform.tfvars.json";

/** A synthesized stack, and what lies beside it. */
export interface FoundStack {
  readonly name: string;
  readonly folder: string;
  readonly json: StackJson;
  /** Values in `terraform.tfvars.json` beside the stack. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The separate configuration for the same state that gives back what is shared: the stack `<name>-release`. */
  readonly release?: StackJson;
}

/**
 * Finds a stack.
 * @param given - a folder with a `cdk.tf.json`, or the name of a stack below `cdktf.out/stacks`
 */
export function findStack(given: string): FoundStack {
  const folder = [given, join(STACKS, given)].find((candidate) => existsSync(join(candidate, FILE)));
  if (folder === undefined) {
    throw InputError.of("stack", given, notFound(given));
  }
  const release = `${folder.replace(/[\\/]+$/, "")}-release`;
  return {
    name: basename(resolve(folder)),
    folder,
    json: read(folder),
    values: existsSync(join(folder, VALUES))
      ? (readJson("stack", join(folder, VALUES)) as Record<string, unknown>)
      : {},
    ...(existsSync(join(release, FILE)) && { release: read(release) }),
  };
}

function notFound(given: string): string {
  const what = statSync(given, { throwIfNoEntry: false })?.isDirectory()
    ? `the folder has no ${FILE}`
    : `expected a folder with a ${FILE}, or the name of a stack in ${STACKS}`;
  const known = existsSync(STACKS) ? readdirSync(STACKS) : [];
  return known.length > 0
    ? `${what}; ${STACKS} has: ${known.join(", ")}`
    : `${what}; synthesize first, with "npx cdktf synth" or, in this package's repository, "npm run synth"`;
}

function read(folder: string): StackJson {
  const file = join(folder, FILE);
  const parsed: unknown = readJson("stack", file);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw InputError.of("stack", file, "expected a Terraform configuration in JSON: an object");
  }
  return parsed as StackJson;
}
