import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { InputError } from "../inputs";
import { LARGEST_TEMPLATE, readTemplate } from "./template";
import type { PortalTemplate } from "./template";

/**
 * Reads a template from a file.
 * @throws InputError for what is no regular file: a folder, a symbolic link, nothing at all; for another encoding than UTF-8; and as {@link readTemplate}
 */
export function readTemplateFile(path: string): PortalTemplate {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) {
    throw InputError.of("template file", path, `expected a file with a CloudFormation template; ${kindOf(found)}`);
  }
  // The file that was looked at may have been exchanged since.
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = fstatSync(file);
    if (size > LARGEST_TEMPLATE) {
      throw InputError.of(
        "template file",
        path,
        `it has ${size} bytes, and CloudFormation takes templates of at most ${LARGEST_TEMPLATE}`,
      );
    }
    return readTemplate(decoded(path, readFileSync(file)), basename(path));
  } finally {
    closeSync(file);
  }
}

/** Another encoding would be damaged without a word, for instance UTF-16, which PowerShell's `>` writes. */
function decoded(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw InputError.of(
      "template file",
      path,
      "it is not in UTF-8, as CloudFormation takes it: save it again, for instance with Set-Content -Encoding utf8",
    );
  }
}

function kindOf(found: ReturnType<typeof lstatSync>): string {
  if (found === undefined) {
    return "there is no such file";
  }
  if (found.isSymbolicLink()) {
    return "this is a symbolic link: give the file that it points to";
  }
  return found.isDirectory() ? "this is a folder" : "this is a special file";
}
