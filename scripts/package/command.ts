import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { recoverSchema } from "../../rehearsal/schema/bindings";
import { packageOf } from "./bindings";
import type { Binding } from "./bindings";
import { packageFolder } from "./licences";

/**
 * Bundles the command line tool, with everything that it uses, into one file: cdktf, the SDKs of both clouds, the rehearsal. A verb
 * evaluates only what it imports. Beside it are the files that the code reads.
 * @returns the npm packages inside
 */
export async function writeCommand(
  repository: string,
  bindings: readonly Binding[],
  target: string,
): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: ["cli/index.ts"],
    outfile: join(target, "index.js"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    // cdktf and the SDKs go by the names of classes.
    keepNames: true,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  const lambda = "ensure-identity-provider";
  cpSync(join(repository, "dist/modules/member-accounts", lambda, "index.js"), join(target, lambda, "index.js"));
  writeFileSync(join(target, "schemas.json"), JSON.stringify(schemas(bindings)));
  return [...new Set(Object.keys(metafile.inputs).flatMap((input) => packageFolder(input) ?? []))].sort();
}

/** The schemas of the bindings in use, for the rehearsal, which recovers them from source maps that the package lacks. */
function schemas(bindings: readonly Binding[]): object {
  const providers = [...new Set(bindings.map(({ provider }) => provider))];
  const all = [...bindings, ...providers.map((provider) => ({ provider, folder: "provider" }))];
  return Object.fromEntries(
    all.map(({ provider, folder }) => [`${packageOf(provider)}/${folder}`, recoverSchema(packageOf(provider), folder)]),
  );
}
