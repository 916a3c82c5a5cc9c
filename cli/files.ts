import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { Stats } from "node:fs";
import { basename, dirname, join } from "node:path";
import { randomUUID } from "node:crypto";
import { fault, InputError } from "../modules/inputs";

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

/** How files may be written. */
export interface WriteOptions {
  /** Whether existing files may be replaced. */
  readonly force: boolean;
  /** The file that was read: it is never written. */
  readonly input?: string;
}

/**
 * Refuses paths that nothing can be written to. Before long work, so that it is not done in vain.
 * @throws InputError for the file that was read, for a file that exists and may not be replaced, and for a folder that is
 * one or is missing
 */
export function checkOutput(paths: readonly string[], { force, input }: WriteOptions): void {
  const source = input === undefined ? undefined : statSync(input);
  const faults = paths.flatMap((path) => {
    const existing = statOf(path);
    const refused =
      existing === undefined
        ? isFolder(dirname(path))
          ? undefined
          : `there is no folder ${dirname(path)}: make it, or name another one`
        : existing.ino === source?.ino && existing.dev === source.dev
          ? "it is the file that was read, which stays as it is: name another one"
          : existing.isDirectory()
            ? "it is a folder: name a file"
            : force
              ? undefined
              : EXISTS;
    return refused === undefined ? [] : [fault("--output", path, refused)];
  });
  if (faults.length > 0) {
    throw new InputError(faults);
  }
}

const EXISTS = "the file exists: name another place, or give --force";

/**
 * Writes files, all or none. Each is written under another name first, and takes its own only when all are complete.
 * @param files - path and content of each
 * @throws InputError as `checkOutput` does, and where the system refuses
 */
export function writeFiles(files: readonly (readonly [string, string])[], options: WriteOptions): void {
  checkOutput(
    files.map(([path]) => path),
    options,
  );
  const drafts = files.map(([path, content]) => ({
    path,
    content,
    draft: join(dirname(path), `.${basename(path)}.${randomUUID()}`),
  }));
  const made: string[] = [];
  let current = "";
  try {
    for (const { path, content, draft } of drafts) {
      current = path;
      writeFileSync(draft, content, { flag: "wx" });
    }
    for (const { path, draft } of drafts) {
      current = path;
      if (options.force) {
        renameSync(draft, path);
      } else {
        // Refuses where somebody was faster and took the name.
        linkSync(draft, path);
        made.push(path);
      }
    }
  } catch (error) {
    for (const path of made) {
      rmSync(path);
    }
    const { code, message } = error as NodeJS.ErrnoException;
    throw InputError.of("--output", current, code === "EEXIST" ? EXISTS : `it cannot be written: ${message}`);
  } finally {
    for (const { draft } of drafts) {
      rmSync(draft, { force: true });
    }
  }
}

/**
 * Makes a folder, and those around it. Node's own way never ends where the system has no place for one, for instance in /proc.
 * @throws InputError where the system refuses, for instance because a file has the name
 */
export function makeFolder(path: string): void {
  if (isFolder(path)) {
    return;
  }
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    throw InputError.of("--output", path, `the folder cannot be made: ${(error as Error).message}`);
  }
}

function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() === true;
}

/** What is at a path, if anything. A path below a file is nothing, too, for which statSync throws. */
function statOf(path: string): Stats | undefined {
  return existsSync(path) ? statSync(path) : undefined;
}
