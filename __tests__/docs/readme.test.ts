import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Foundational } from "../../examples/foundational";
import { emptyScenario } from "../../rehearsal";
import type { Clouds, Rehearsal } from "../../rehearsal";
import { synthesized, testApp } from "../support/test-app";
import { ACCOUNT_VARIABLES } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";
import { FreshFolder } from "./fresh-folder";
import { codeBlocks, page } from "./markdown";

const BLOCKS = codeBlocks(page("README.md"));

/** The blocks of a section in one language. */
function blocksOf(section: string, language: string): string[] {
  return BLOCKS.filter((block) => block.section === section && block.language === language).map(({ text }) => text);
}

/** The text of each synthesized stack. */
function stacksIn({ path }: FreshFolder): Readonly<Record<string, string>> {
  const stacks = join(path, "cdktf.out/stacks");
  return Object.fromEntries(
    readdirSync(stacks).map((name) => [name, readFileSync(join(stacks, name, "cdk.tf.json"), "utf8")]),
  );
}

let folder: FreshFolder;

beforeEach(() => {
  folder = new FreshFolder();
});
afterEach(async () => {
  await stopRehearsals();
  folder.remove();
});

test("README has commands only in sections that are run here", () => {
  expect([...new Set(BLOCKS.filter(({ language }) => language === "sh").map(({ section }) => section))]).toEqual([
    "Try it without a cloud",
    "Deploy with cdktf",
    "Terraform pipeline",
    "Import the package",
    "Before and after",
  ]);
});

test("README names verbs that the command line tool has", async () => {
  const commands = blocksOf("Before and after", "sh").join("").trim().split("\n");
  for (const command of commands) {
    const [program, verb = ""] = /^npx \S+ (\w+)/.exec(command) ?? [];
    const { status, output } = await folder.run(`${program ?? command} --help`);
    expect({ verb, status, output }).toMatchObject({
      status: 0,
      output: expect.stringContaining(` ${verb} [options]`) as string,
    });
  }
  expect(commands.length).toBeGreaterThan(1);
});

describeWithTerraform("what README says is run in a fresh folder:", () => {
  /** A rehearsal whose clouds every terraform of the folder uses; it ends with the test. */
  async function cloudsFor(
    stack: Parameters<typeof rehearse>[0]["stack"],
  ): Promise<{ clouds: Clouds; rehearsal: Rehearsal }> {
    const clouds = emptyScenario();
    return { clouds, rehearsal: await rehearse({ ...clouds, stack, variables: ACCOUNT_VARIABLES }) };
  }

  const foundational = () => synthesized(new Foundational(testApp(), "foundational"));
  const connectors = ({ azure }: Clouds) => azure.connectors.all().map(({ name }) => name);

  test("npm start and the rehearsals of examples", async () => {
    folder.link("dist");
    const blocks = blocksOf("Try it without a cloud", "sh");
    expect(blocks[0]).toBe("npm ci && npm start\n");
    expect(blocks[2]).toBe("npm ci && npm test\n");
    for (const [block, stacks] of [
      [blocks[0], ["standalone"]],
      [blocks[1], ["foundational", "cloudtrail-fanout"]],
    ] as const) {
      const { status, output } = await folder.run(block ?? "");
      expect({ status, output: status === 0 ? "" : output }).toEqual({ status: 0, output: "" });
      for (const stack of stacks) {
        expect(output).toContain(`As intended: ${stack} was applied`);
      }
    }
  });

  test("the example is deployed by cdktf, from the same bytes that the app writes by itself", async () => {
    folder.link("cdktf.json");
    const { clouds, rehearsal } = await cloudsFor(foundational());
    for (const block of blocksOf("Deploy with cdktf", "sh")) {
      const { status, output } = await folder.run(block, rehearsal.environment);
      expect({ status, output: status === 0 ? "" : output }).toEqual({ status: 0, output: "" });
    }
    expect(connectors(clouds)).toEqual(["aws-production"]);
    expect(readFileSync(join(folder.path, "terraform.foundational.tfstate"), "utf8")).toContain("CspmMonitorAws");
    const byCdktf = stacksIn(folder);
    folder.remove();
    folder = new FreshFolder();
    await folder.run("npm run synth");
    expect(byCdktf).toEqual(stacksIn(folder));
    expect(Object.keys(byCdktf)).toContain("foundational");
  });

  test("the pipeline's folder is planned and applied, with its values and its state", async () => {
    const { clouds, rehearsal } = await cloudsFor(foundational());
    const [commands = ""] = blocksOf("Terraform pipeline", "sh");
    const { status, output } = await folder.run(commands, {
      ...rehearsal.environment,
      // Of another account, which the same shell deployed before.
      TF_VAR_connector_name: "aws-other",
      TF_VAR_aws_account_id: "222222222222",
    });
    expect({ status, output: status === 0 ? "" : output }).toEqual({ status: 0, output: "" });
    expect(connectors(clouds)).toEqual(["aws-production"]);
    expect(readFileSync(join(folder.path, "accounts/production/terraform.tfstate"), "utf8")).toContain(
      "CspmMonitorAws",
    );
  });

  test("the user's own stack is compiled, synthesized, rehearsed and deployed", async () => {
    for (const name of ["cdktf", "constructs", "@cdktf", "@types"]) {
      folder.link(`node_modules/${name}`);
    }
    folder.link("node_modules/cdktf-defender-for-cloud/modules", "dist/modules");
    folder.write("node_modules/cdktf-defender-for-cloud/package.json", JSON.stringify({ main: "modules/index.js" }));
    folder.write("main.ts", blocksOf("Import the package", "ts").join(""));
    folder.write("cdktf.json", blocksOf("Import the package", "json").join(""));
    const [install = "", use = ""] = blocksOf("Import the package", "sh");
    const [deploy = "", ...before] = use.trim().split("\n").reverse();
    const prepared = await folder.run([install, ...before.reverse()].join("\n"));
    expect({ ...prepared, output: prepared.status === 0 ? "" : prepared.output }).toEqual({ status: 0, output: "" });
    expect(prepared.output).toContain("As intended: production was applied");
    const { clouds, rehearsal } = await cloudsFor(join(folder.path, "cdktf.out/stacks/production"));
    const deployed = await folder.run(deploy, rehearsal.environment);
    expect({ ...deployed, output: deployed.status === 0 ? "" : deployed.output }).toEqual({ status: 0, output: "" });
    expect(connectors(clouds)).toEqual(["aws-production"]);
    const stack = readFileSync(join(folder.path, "cdktf.out/stacks/production/cdk.tf.json"), "utf8");
    expect(JSON.parse(stack)).toMatchObject({
      terraform: {
        required_providers: {
          aws: { source: "hashicorp/aws" },
          azapi: { source: "Azure/azapi" },
          time: { source: "hashicorp/time" },
        },
      },
    });
  });
});
