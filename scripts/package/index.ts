/**
 * Makes lib/, which the npm package consists of, from the compiled code:
 *
 * - modules/ and bindings/: the library for cdktf, with copies of the provider bindings in use, so that nobody has to install the
 *   provider packages, which are hundreds of megabytes;
 * - cdktn/: the same for CDK Terrain;
 * - cli/: the command line tool in one file.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageOf } from "./bindings";
import { writeCommand } from "./command";
import { writeLibrary } from "./library";
import { notices } from "./licences";

const repository = resolve(__dirname, "../../..");
const target = join(repository, "lib");

async function main(): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  const bindings = writeLibrary(join(repository, "dist/modules"), target);
  const inCommand = await writeCommand(repository, bindings, join(target, "cli"));
  const providers = [...new Set(bindings.map(({ provider }) => `node_modules/${packageOf(provider)}`))];
  writeFileSync(
    join(target, "THIRD-PARTY-NOTICES.txt"),
    INTRODUCTION + notices(repository, [...providers, ...inCommand]),
  );
}

const INTRODUCTION = `This package contains code of the packages below, each under its own licence.

The folders named bindings/ hold files of the packages @cdktf/provider-*, under the Mozilla Public License 2.0, without their source
maps; under cdktn/ they import cdktn in place of cdktf. Their source is in those packages, in the versions below, at the npm registry.
The file cli/index.js bundles the others.

`;

void main();
