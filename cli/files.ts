import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { randomUUID } from "node:crypto";
import { InputError } from "../modules/inputs";

/**
 * Reads a JSON file.
 * @param option - the option that names it, for messages
 */
export function readJson(option: string, path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw InputError.of(option, path, `expected a JSON file: ${(error as Error).message}`);
  }
}

/** The destination of a result. */
export interface OutputFile {
  /** Path of the file. */
  readonly output: string;
  /** Whether an existing file may be replaced. */
  readonly force: boolean;
  /** The file that was read: it is never written. */
  readonly input: string;
}

/**
 * Writes a file whole or not at all. It is written under another name first and takes its own only then.
 * @throws InputError for the file that was read, for a file that exists and may not be replaced, and for a folder
 */
export function writeOutput({ output, force, input }: OutputFile, content: string): void {
  const existing = statSync(output, { throwIfNoEntry: false });
  const source = statSync(input);
  if (existing?.ino === source.ino && existing.dev === source.dev) {
    throw InputError.of("--output", output, "it is the file that was read, which stays as it is: name another one");
  }
  if (existing?.isDirectory()) {
    throw InputError.of("--output", output, "it is a folder: name a file");
  }
  const draft = join(dirname(output), `.${basename(output)}.${randomUUID()}`);
  try {
    writeFileSync(draft, content, { flag: "wx" });
    if (force) {
      renameSync(draft, output);
    } else {
      // Refuses where the name is taken, also by somebody who was faster.
      linkSync(draft, output);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw InputError.of(
      "--output",
      output,
      code === "EEXIST" ? "the file exists: name another one, or give --force" : `it cannot be written: ${message}`,
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Writes several files, all or none: each is written under another name first. Returns their paths.
 * @throws InputError for a file that exists and may not be replaced, and for a folder that is missing
 */
export function writeFiles(files: readonly (readonly [string, string])[], force: boolean): string[] {
  const taken = files.filter(([path]) => statSync(path, { throwIfNoEntry: false }) !== undefined);
  if (taken.length > 0 && !force) {
    const names = taken.map(([path]) => path).join(", ");
    throw InputError.of("--output", names, "the files exist: name another folder, or give --force");
  }
  const drafts = files.map(([path]) => join(dirname(path), `.${basename(path)}.${randomUUID()}`));
  try {
    files.forEach(([, content], index) => {
      writeFileSync(drafts[index] ?? "", content, { flag: "wx" });
    });
    files.forEach(([path], index) => {
      renameSync(drafts[index] ?? "", path);
    });
  } catch (error) {
    const folder = dirname(files[0]?.[0] ?? ".");
    throw InputError.of("--output", folder, `it cannot be written: ${(error as Error).message}`);
  } finally {
    for (const draft of drafts) {
      rmSync(draft, { force: true });
    }
  }
  return files.map(([path]) => path);
}
