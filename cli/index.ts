#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { InputError } from "../modules/inputs";
import { EXIT_CODES, EXIT_CODES_HELP } from "./exit-codes";

type AddVerb = (program: Command) => void;

const VERBS: Readonly<Record<string, () => Promise<AddVerb>>> = {
  discover: async () => (await import("./discover.js")).addDiscoverVerb,
  check: async () => (await import("./check.js")).addCheckVerb,
  template: async () => (await import("./template.js")).addTemplateVerb,
  export: async () => (await import("./export.js")).addExportVerb,
  rehearse: async () => (await import("./rehearse.js")).addRehearseVerb,
};

/** The verb that is named, or all: to load a verb with what it imports takes up to 0.3 s. */
function verbsOf(name = ""): Promise<AddVerb[]> {
  const named = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  return Promise.all((named ? [named] : Object.values(VERBS)).map((load) => load()));
}

async function program(): Promise<Command> {
  const { name, version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as {
    name: string;
    version: string;
  };
  const command = new Command(name)
    .description("Connects AWS accounts to Microsoft Defender for Cloud: what is done beside Terraform.")
    .version(version)
    .addHelpText("after", EXIT_CODES_HELP)
    .exitOverride();
  for (const addVerb of await verbsOf(process.argv[2])) {
    addVerb(command);
  }
  return command;
}

/** What the caller can correct: one message, without a stack trace. */
function isBadInput(error: unknown): error is Error {
  return error instanceof InputError || (error instanceof Error && "syscall" in error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    // The message is printed already; help and version are no errors.
    return error.exitCode === 0 ? EXIT_CODES.fine : EXIT_CODES.badInput;
  }
  if (isBadInput(error)) {
    process.stderr.write(`${error.message}\n`);
    return EXIT_CODES.badInput;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT_CODES.fault;
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", () => process.exit());

program()
  .then((command) => command.parseAsync())
  .catch((error: unknown) => {
    process.exitCode = exitCodeOf(error);
  });
