import { writeBlocks } from "../hcl";
import type { Blocks } from "../hcl";
import { accountModule } from "./account";
import { ACCOUNT_EXAMPLE, ACCOUNT_TESTS } from "./account-files";
import { organizationModule } from "./organization";
import { readmeOf } from "./readme";

/** The published modules: the text of each file, by its path in the module's folder. */
export const MODULES: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
  account: () => {
    const blocks = accountModule();
    return {
      ...fileTexts(blocks),
      "README.md": readmeOf(ACCOUNT_EXAMPLE.introduction, blocks),
      "examples/two-accounts/main.tf": ACCOUNT_EXAMPLE.root,
      "tests/account.tftest.hcl": ACCOUNT_TESTS,
    };
  },
  organization: () => {
    const blocks = organizationModule();
    return fileTexts(blocks);
  },
};

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
