import { writeBlocks } from "../hcl";
import type { Blocks } from "../hcl";
import { accountModule } from "./account";
import { ACCOUNT_FILES } from "./account-files";
import { organizationModule } from "./organization";
import { ORGANIZATION_FILES } from "./organization-files";
import { readmeOf } from "./readme";
import type { ModuleFiles } from "./readme";

/** The published modules: the text of each file, by its path in the module's folder. */
export const MODULES: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
  account: () => moduleTexts(accountModule(), ACCOUNT_FILES),
  organization: () => moduleTexts(organizationModule(), ORGANIZATION_FILES),
};

function moduleTexts(blocks: Readonly<Record<string, Blocks>>, { introduction, others }: ModuleFiles) {
  return { ...fileTexts(blocks), "README.md": readmeOf(introduction, blocks), ...others };
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
