import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { App } from "cdktf";
import type { Command } from "commander";
import { didYouMean, InputError } from "../modules/inputs";
import { ACCESS_LEVELS } from "../modules/plans";
import { configuredStacks, readConfiguration } from "./config";
import { namesIn, PLAN_NAMES, selectionOf } from "./discover/plans";
import { EXIT_CODES_HELP } from "./exit-codes";
import { makeFolder, writeFiles } from "./files";
import { withCleanNames } from "./hcl";
import type { Blocks } from "./hcl";
import { chosenAccount, fileTexts, MODULES, withoutPlace } from "./modules";
import type { AccountChoice } from "./modules";

interface Options {
  readonly config?: string;
  readonly plans?: readonly string[];
  readonly accessLevel?: string;
  readonly output: string;
  readonly force?: true;
  readonly json?: true;
}

type Files = Readonly<Record<string, string>>;

const NAMES = Object.keys(MODULES).join(", ");

const HELP = `
Without --plans and --config the module is the published one: its plans, features and access level are variables. With --plans, or with
--config and the name of the module, the selection is fixed: only the place is variables. What --plans can name: ${PLAN_NAMES.join(", ")}.
For single features, CIEM and names of roles use a configuration file. With --config alone a root is written for each section of the
file, with providers and a local state: the way to take over what exists.

Examples:
  cdktf-defender-for-cloud export organization --output modules/defender
  cdktf-defender-for-cloud export account --plans defenderCspm,serversP2 --access-level leastPrivilege --output modules/defender
  cdktf-defender-for-cloud export account --config defender.yaml --output modules/defender
  cdktf-defender-for-cloud export --config defender.yaml --output roots
${EXIT_CODES_HELP}`;

/** The verb `export`: writes plain Terraform, as HCL. */
export function addExportVerb(program: Command): void {
  program
    .command("export")
    .description("writes a plain Terraform module, or the roots of a configuration file, as HCL")
    .argument("[module]", `one of: ${NAMES}`)
    .option("-c, --config <file>", "configuration file: what it selects, as a module or as a root for each section")
    .option("--plans <names>", "Defender plans of the module, separated by commas", namesIn)
    .option("--access-level <level>", `access level of the module: ${ACCESS_LEVELS.join(" or ")}`)
    .requiredOption("-o, --output <folder>", "folder to write to: a new or an empty one")
    .option("--force", "writes into a folder that has files, and replaces those of the same names")
    .option("--json", "prints the names of the files as JSON")
    .addHelpText("after", HELP)
    .action(run);
}

function run(name: string | undefined, options: Options): void {
  const { output, force, json } = options;
  const files = filesOf(name, options);
  makeFolder(output);
  if (!force && readdirSync(output).length > 0) {
    throw InputError.of("--output", output, "the folder has files: name an empty one, or give --force");
  }
  const texts = Object.entries(files).map(([path, text]) => [join(output, path), text] as const);
  for (const [path] of texts) {
    makeFolder(dirname(path));
  }
  writeFiles(texts, { force: force === true });
  const others = otherTerraformFiles(texts.map(([path]) => path));
  if (others.length > 0) {
    process.stderr.write(
      `note: not part of this export, but Terraform reads them, too: ${others.join(", ")}. Delete what an earlier export left.\n`,
    );
  }
  const written = Object.keys(files).sort();
  process.stdout.write(
    json ? `${JSON.stringify({ output, files: written }, undefined, 2)}\n` : `${output}: ${written.join(", ")}\n`,
  );
}

/** Files beside the written ones that Terraform reads with them. */
function otherTerraformFiles(written: readonly string[]): readonly string[] {
  const folders = new Set(written.map((path) => dirname(path)));
  return [...folders]
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => /\.(tf|tf\.json|tftest\.hcl)$/.test(path) && !written.includes(path))
    .sort();
}

function filesOf(name: string | undefined, options: Options): Files {
  if (name === undefined) {
    if (options.config === undefined || options.plans || options.accessLevel !== undefined) {
      throw InputError.of("module", name, `give one of ${NAMES}, or only a configuration file with --config`);
    }
    return configuredRoots(options.config);
  }
  const published = Object.hasOwn(MODULES, name) ? MODULES[name] : undefined;
  if (published === undefined) {
    throw InputError.of("module", name, `${didYouMean(name, Object.keys(MODULES))}allowed: ${NAMES}`);
  }
  const choice = choiceOf(options);
  if (choice !== undefined && name !== "account") {
    throw InputError.of("module", name, "a fixed selection is for the module account: leave out --plans and --config");
  }
  return choice === undefined ? published() : chosenAccount(choice);
}

/** The selection that the module shall have fixed, if any. */
function choiceOf({ config, plans, accessLevel }: Options): AccountChoice | undefined {
  if (config !== undefined) {
    if (plans || accessLevel !== undefined) {
      throw InputError.of(
        "--config",
        config,
        "the file has plans and access level: leave out --plans and --access-level",
      );
    }
    const { accountOnboarding } = readConfiguration(config);
    if (accountOnboarding === undefined) {
      throw InputError.of("--config", config, "the module account needs the section accountOnboarding");
    }
    return withoutPlace(accountOnboarding.props);
  }
  if (!plans && accessLevel === undefined) {
    return undefined;
  }
  if (!plans) {
    throw InputError.of("--plans", undefined, `--access-level needs it; allowed: ${PLAN_NAMES.join(", ")}`);
  }
  const level = ACCESS_LEVELS.find((one) => one === accessLevel);
  if (level === undefined) {
    throw InputError.of("--access-level", accessLevel, `allowed: ${ACCESS_LEVELS.join(", ")}`);
  }
  return { accessLevel: level, plans: selectionOf(plans) };
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
