import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { InputError } from "../inputs";
import { LARGEST_TEMPLATE, readTemplate } from "./template";
import type { PortalTemplate } from "./template";

/**
 * Reads a template from a file.
 * @throws InputError for what is no regular file: a folder, a symbolic link, nothing at all; and as {@link readTemplate}
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
    return readTemplate(readFileSync(file, "utf8"), basename(path));
  } finally {
    closeSync(file);
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
