import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OrganizationOnboardingProps } from "../../modules";
import { MANAGEMENT, organizationStack, templateOf, TENANT } from "../support/organization";
import { openSourceDatabasesOf, SELECTIONS } from "../support/plan-selections";

const available = spawnSync("cfn-lint", ["--version"]).status === 0;
if (!available) {
  process.stderr.write("cfn-lint is not on the PATH: the check of the member template is skipped\n");
}

const variants: Readonly<Record<string, Partial<OrganizationOnboardingProps>>> = {
  ensure: { tags: { team: "soc" }, roles: { all: { path: "/soc/" } } },
  create: { accessLevel: "default", memberIdentityProvider: { mode: "create" } },
  none: { plans: {}, memberIdentityProvider: { mode: "none" } },
  everything: {
    plans: {
      ...SELECTIONS["all together"],
      databases: { openSourceDatabases: openSourceDatabasesOf(MANAGEMENT, TENANT) },
    },
    accessLevel: "default",
  },
};

(available ? describe : describe.skip)("cfn-lint", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "cfn-lint-"));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("finds no fault in the template, for each selection and mode of the identity provider", () => {
    const files = Object.entries(variants).map(([mode, props]) => {
      const file = join(folder, `${mode}.json`);
      writeFileSync(file, JSON.stringify(templateOf(organizationStack(props))));
      return file;
    });
    const { stdout, status } = spawnSync("cfn-lint", ["--include-checks", "W", "--", ...files], { encoding: "utf8" });
    expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
  }, 180_000);
});
