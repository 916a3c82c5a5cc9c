#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { InputError } from "../modules/inputs";
import { addCheckVerb } from "./check";
import { addDiscoverVerb } from "./discover";
import { EXIT_CODES, EXIT_CODES_HELP } from "./exit-codes";
import { addExportVerb } from "./export";
import { addRehearseVerb } from "./rehearse";
import { addTemplateVerb } from "./template";

function program(): Command {
  const { name, version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as {
    name: string;
    version: string;
  };
  const command = new Command(name)
    .description("Connects AWS accounts to Microsoft Defender for Cloud: what is done beside Terraform.")
    .version(version)
    .addHelpText("after", EXIT_CODES_HELP)
    .exitOverride();
  addDiscoverVerb(command);
  addCheckVerb(command);
  addTemplateVerb(command);
  addExportVerb(command);
  addRehearseVerb(command);
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
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = exitCodeOf(error);
  });
