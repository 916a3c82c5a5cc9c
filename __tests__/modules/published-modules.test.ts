import { execFileSync } from "node:child_process";
import { devNull } from "node:os";
import { join } from "node:path";
import { MODULES } from "../../cli/modules";
import { testAgreedAddresses } from "../support/agreed-addresses";
import { moduleFolder, moduleText } from "../support/plain-module";
import { describeWithTerraform } from "../support/with-terraform";

describe("the published modules", () => {
  const files = Object.entries(MODULES).flatMap(([name, texts]) =>
    Object.entries(texts()).map(([file, text]) => ({ path: `${name}/${file}`, text })),
  );
  const configurations = files.filter(({ path }) => /^[^/]+\/(release\/)?[^/]+\.tf$/.test(path));
  const pathsOf = (found: typeof files) => found.map(({ path }) => path);

  test("are what the constructs generate, byte for byte", () => {
    const script = join(__dirname, "..", "..", "scripts", "modules.js");

    expect(() => execFileSync(process.execPath, [script, "--check"], { stdio: "pipe" })).not.toThrow();
  });

  test("hold no backend blocks, and no provider blocks but the lock of the fan-out", () => {
    expect(pathsOf(configurations.filter(({ text }) => /^\s*(provider|backend) "/m.test(text)))).toEqual([
      "cloudtrail-fanout/lock.tf",
      "cloudtrail-fanout/release/lock.tf",
    ]);
  });

  test("tell a user of no input that only the constructs have", () => {
    const messages = configurations.map(({ path, text }) => ({
      path,
      text: (text.match(/^\s*(description|error_message) .*/gm) ?? []).join("\n"),
    }));
    const ofConstructs =
      /identityProvider\b|mode \\*"extend|excludedAccountIds|stackSetName|roles\.<role>|sentinel\.queueName|topicName|the prop /;

    expect(pathsOf(messages.filter(({ text }) => ofConstructs.test(text)))).toEqual([]);
  });

  describe("the addresses", () => {
    testAgreedAddresses(
      "modules/addresses.json",
      Object.fromEntries(
        Object.keys(MODULES).map((name) => {
          const text = moduleText(moduleFolder(name));
          return [
            name,
            {
              resources: [...text.matchAll(/^resource "(\w+)" "([\w-]+)"/gm)].map(([, type, own]) => `${type}.${own}`),
              moved: [...text.matchAll(/^moved {\n\s+from\s+= (\S+)/gm)].map(([, from = ""]) => from),
            },
          ];
        }),
      ),
    );
  });

  describeWithTerraform("as HCL", () => {
    test("are formatted as terraform fmt formats", () => {
      const env = { ...process.env, CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: devNull };

      expect(
        execFileSync("terraform", ["fmt", "-check", "-diff", "-recursive", moduleFolder("")], {
          encoding: "utf8",
          env,
        }),
      ).toBe("");
    });
  });
});
