import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { readTemplate, withoutIdentityProvider } from "../../modules/portal-template";
import { SELECTIONS } from "../support/plan-selections";
import { portalTemplate, PROVIDER } from "../support/portal-template";

const available = spawnSync("cfn-lint", ["--version"]).status === 0;
if (!available) {
  process.stderr.write("cfn-lint is not on the PATH: the check of the cleaned template is skipped\n");
}

(available ? describe : describe.skip)("cfn-lint", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "cfn-lint-"));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("finds nothing in a cleaned template, written in JSON or in YAML", () => {
    const template = portalTemplate(SELECTIONS["all together"] ?? {});
    const conditional = {
      ...template,
      Metadata: { "AWS::CloudFormation::Interface": { ParameterGroups: [{ Parameters: ["CreateProvider"] }] } },
      Parameters: { ...template.Parameters, CreateProvider: { Type: "String", Default: "true" } },
      Conditions: { CreateProvider: { "Fn::Equals": [{ Ref: "CreateProvider" }, "true"] } },
      Resources: {
        ...template.Resources,
        [PROVIDER]: { ...template.Resources[PROVIDER], Condition: "CreateProvider" },
      },
    };
    const files = [JSON.stringify(conditional, null, 2), stringify(conditional, { aliasDuplicateObjects: false })].map(
      (text, index) => {
        const file = join(folder, `clean-${index}.template`);
        writeFileSync(file, withoutIdentityProvider(readTemplate(text)).template.text);
        return file;
      },
    );
    const { stdout, status } = spawnSync("cfn-lint", ["--include-checks", "W", "--", ...files], { encoding: "utf8" });
    expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
  }, 180_000);
});
