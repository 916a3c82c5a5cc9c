import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { App } from "cdktf";
import type { Command } from "commander";
import { InputError } from "../modules/inputs";
import { configuredStacks, readConfiguration } from "./config";
import { EXIT_CODES_HELP } from "./exit-codes";
import { withCleanNames } from "./hcl";
import type { Blocks } from "./hcl";
import { fileTexts, MODULES } from "./modules";

interface Options {
  readonly config?: string;
  readonly output: string;
  readonly force?: true;
  readonly json?: true;
}

type Files = Readonly<Record<string, string>>;

const NAMES = Object.keys(MODULES).join(", ");

/** The verb `export`: writes plain Terraform, as HCL. */
export function addExportVerb(program: Command): void {
  program
    .command("export")
    .description("writes a plain Terraform module, or the roots of a configuration file, as HCL")
    .argument("[module]", `one of: ${NAMES}`)
    .option(
      "-c, --config <file>",
      "configuration file, in place of a module: a folder for each of its sections is written",
    )
    .requiredOption("-o, --output <folder>", "folder to write to: a new or an empty one")
    .option("--force", "writes into a folder that has files, and replaces those of the same names")
    .option("--json", "prints the names of the files as JSON")
    .addHelpText(
      "after",
      `\n\nExamples:\n  cdktf-defender-for-cloud export organization --output modules/defender\n  cdktf-defender-for-cloud export --config defender.yaml --output roots\n${EXIT_CODES_HELP}`,
    )
    .action(run);
}

function run(name: string | undefined, { config, output, force, json }: Options): void {
  const files = filesOf(name, config);
  mkdirSync(output, { recursive: true });
  if (!force && readdirSync(output).length > 0) {
    throw InputError.of("--output", output, "the folder has files: name an empty one, or give --force");
  }
  for (const [path, text] of Object.entries(files)) {
    const file = join(output, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const written = Object.keys(files).sort();
  process.stdout.write(
    json ? `${JSON.stringify({ output, files: written }, undefined, 2)}\n` : `${output}: ${written.join(", ")}\n`,
  );
}

function filesOf(name: string | undefined, config: string | undefined): Files {
  if ((name === undefined) === (config === undefined)) {
    throw InputError.of("module", name, `give one of ${NAMES}, or a configuration file with --config, and not both`);
  }
  if (config !== undefined) {
    return configuredRoots(config);
  }
  const files = name !== undefined && Object.hasOwn(MODULES, name) ? MODULES[name]?.() : undefined;
  if (files === undefined) {
    throw InputError.of("module", name, `allowed: ${NAMES}`);
  }
  return files;
}

/** A root for each section: its stack, with names that people read. */
function configuredRoots(config: string): Files {
  const outdir = mkdtempSync(join(tmpdir(), "defender-export-"));
  try {
    const app = new App({ outdir });
    const names = configuredStacks(app, readConfiguration(config)).map(({ node }) => node.id);
    app.synth();
    return Object.fromEntries(
      names.flatMap((name) => {
        const stack = JSON.parse(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8")) as Blocks;
        const texts = fileTexts({ "main.tf": withCleanNames(stack) });
        return Object.entries(texts).map(([file, text]) => [`${name}/${file}`, text]);
      }),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
