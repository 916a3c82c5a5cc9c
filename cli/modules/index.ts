import { writeBlocks } from "../hcl";
import type { Blocks } from "../hcl";
import { accountModule } from "./account";
import { ACCOUNT_FILES } from "./account-files";
import { chosenAccountIntroduction, chosenAccountModule } from "./chosen-account";
import type { AccountChoice } from "./chosen-account";
import { organizationModule } from "./organization";
import { ORGANIZATION_FILES } from "./organization-files";
import { fanoutModule, fanoutReleaseModule } from "./fanout";
import { FANOUT_FILES } from "./fanout-files";
import { readmeOf } from "./readme";
import type { ModuleFiles } from "./readme";

export { withoutPlace } from "./chosen-account";
export type { AccountChoice } from "./chosen-account";

/** The published modules: the text of each file, by its path in the module's folder. */
export const MODULES: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
  account: () => moduleTexts(accountModule(), ACCOUNT_FILES),
  organization: () => moduleTexts(organizationModule(), ORGANIZATION_FILES),
  "cloudtrail-fanout": () => ({
    ...moduleTexts(fanoutModule(), FANOUT_FILES),
    ...inFolder("release", fileTexts(fanoutReleaseModule())),
  }),
};

function moduleTexts(blocks: Readonly<Record<string, Blocks>>, { introduction, others }: ModuleFiles) {
  return { ...fileTexts(blocks), "README.md": readmeOf(introduction, blocks), ...others };
}

/**
 * The files of a module for one account with a fixed selection, for what the published module has no variables for.
 * @throws InputError for a choice that the construct refuses, and for one that a module cannot hold
 */
export function chosenAccount(choice: AccountChoice): Readonly<Record<string, string>> {
  return moduleTexts(chosenAccountModule(choice), { introduction: chosenAccountIntroduction(choice), others: {} });
}

function inFolder(folder: string, texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => [`${folder}/${path}`, text]));
}

const GENERATED = "# Generated from cdktf-defender-for-cloud; a change here is lost.\n\n";

/** Files of HCL, each with the blocks that belong there. */
export function fileTexts(files: Readonly<Record<string, Blocks>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).map(([name, blocks]) => [
      name,
      GENERATED +
        Object.entries(blocks)
          .filter(([kind]) => kind !== "//")
          .map(([kind, content]) => writeBlocks(kind, content))
          .filter((text) => text !== "")
          .join("\n"),
    ]),
  );
}
