import Ajv2020 from "ajv/dist/2020";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Testing } from "cdktf";
import { stringify } from "yaml";
import { configuredStacks, configurationJsonSchema, readConfiguration } from "../../cli/config";
import { InputError } from "../../modules";
import { CONSTRUCT_INPUTS } from "../support/construct-inputs";
import { testApp } from "../support/test-app";

const SECTIONS = [
  ["accountOnboarding", "AccountOnboarding"],
  ["organizationOnboarding", "OrganizationOnboarding"],
  ["cloudTrailFanout", "CloudTrailFanout"],
] as const;
const EXAMPLES = SECTIONS.flatMap(([section, construct]) =>
  (CONSTRUCT_INPUTS.find(({ name }) => name === construct)?.examples ?? []).map((props) => ({ section, props })),
);
const ACCOUNT = `accountOnboarding:
  awsAccountId: "111122223333"
  awsRegion: eu-central-1
  entraTenantId: 11111111-2222-3333-4444-555555555555
  azureSubscriptionId: 22222222-3333-4444-5555-666666666666
  resourceGroupName: security
  location: westeurope
  connectorName: aws-production
  accessLevel: leastPrivilege
  plans: {}
`;

interface StackJson {
  readonly terraform: { readonly required_providers: Readonly<Record<string, { readonly version: string }>> };
  readonly provider: Readonly<Record<string, unknown>>;
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "configuration-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(content: string, name = "defender.yaml"): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The messages about a file, without its folder. */
function faultsOf(content: string): string[] {
  try {
    readConfiguration(file(content));
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).faults.map(({ message }) => message.replaceAll(`${folder}/`, ""));
  }
  throw new Error("the file is accepted");
}

describe("a configuration file", () => {
  test.each(EXAMPLES)("holds every prop that is no construct, as YAML and as JSON (%#)", ({ section, props }) => {
    const content = { [section]: props };
    const yaml = readConfiguration(file(stringify(content)));
    expect(yaml[section]?.props).toEqual(props);
    expect(readConfiguration(file(JSON.stringify(content), "defender.json"))).toEqual(yaml);
  });

  test("may name its schema for editors", () => {
    const { accountOnboarding } = readConfiguration(file(`$schema: ./x.json\n${ACCOUNT}`));
    expect(accountOnboarding?.inputs).toMatchObject({ partition: "aws", identityProvider: { mode: "create" } });
  });

  test.each(EXAMPLES)("becomes a stack of its own with the providers that it needs (%#)", ({ section, props }) => {
    const configuration = readConfiguration(file(stringify({ [section]: props })));
    const stacks = configuredStacks(testApp(), configuration);
    expect(stacks).toHaveLength(1);
    const [json] = stacks.map((stack) => JSON.parse(Testing.synth(stack, true)) as StackJson);
    expect(Object.keys(json?.terraform.required_providers ?? {})).toEqual(
      expect.arrayContaining(Object.keys(json?.provider ?? {})),
    );
    for (const { version } of Object.values(json?.terraform.required_providers ?? {})) {
      expect(version).toMatch(/[~>]/);
    }
  });

  test("becomes one stack for each section", () => {
    const [account] = EXAMPLES.filter(({ section }) => section === "accountOnboarding");
    const [fanout] = EXAMPLES.filter(({ section }) => section === "cloudTrailFanout");
    const content = { accountOnboarding: account?.props, cloudTrailFanout: fanout?.props };
    const stacks = configuredStacks(testApp(), readConfiguration(file(stringify(content))));
    expect(stacks.map(({ node }) => node.id)).toEqual(["account-onboarding", "cloudtrail-fanout"]);
  });
});

describe("a wrong configuration file", () => {
  test("fails with every fault, each with its line and column", () => {
    const wrong = ACCOUNT.replace("leastPrivilege", "least").replace(
      "plans: {}",
      "plans:\n    servrs: {}\n    servers: { subPlan: P3 }",
    );
    expect(faultsOf(wrong)).toEqual([
      'defender.yaml:12:16: accountOnboarding.plans.servers.subPlan: "P3" is not allowed; allowed: "P1", "P2"',
      expect.stringMatching(/^defender\.yaml:11:5: accountOnboarding\.plans\.servrs: .* did you mean servers\?/),
      'defender.yaml:9:3: accountOnboarding.accessLevel: "least" is not allowed; allowed: "default", "leastPrivilege"',
    ]);
  });

  test("fails for an account without quotes, which YAML takes for a number, and says so", () => {
    expect(faultsOf(ACCOUNT.replace('"111122223333"', "012345678901"))).toEqual([
      expect.stringMatching(/^defender\.yaml:2:3: accountOnboarding\.awsAccountId: .*write a text in quotes/),
    ]);
  });

  test("fails for a rule between inputs, where it was given", () => {
    const wrong = ACCOUNT.replace("plans: {}", "plans: { servers: { subPlan: P1, agentlessMachineScanning: true } }");
    expect(faultsOf(wrong)).toEqual([
      expect.stringMatching(/^defender\.yaml:10:\d+: accountOnboarding\.plans\.servers/),
    ]);
  });

  test("fails for a missing prop, at its section", () => {
    expect(faultsOf(ACCOUNT.replace("  location: westeurope\n", ""))).toEqual([
      expect.stringMatching(/^defender\.yaml:1:1: accountOnboarding\.location: undefined is not allowed/),
    ]);
  });

  test("fails for an unknown section, and suggests the one that is meant", () => {
    expect(faultsOf(ACCOUNT.replace("accountOnboarding", "accountOnbording"))).toEqual([
      expect.stringMatching(
        /^defender\.yaml:1:1: accountOnbording: .*did you mean accountOnboarding\? expected at least/,
      ),
    ]);
  });

  test.each(["[]", "text", "null", "1"])("fails for %s instead of an object", (content) => {
    expect(faultsOf(content)).toEqual([expect.stringContaining("expected an object; expected at least one of")]);
  });

  test("fails for a file without a section", () => {
    expect(faultsOf("$schema: x\n")).toEqual([
      expect.stringContaining("expected at least one of: accountOnboarding, organizationOnboarding, cloudTrailFanout"),
    ]);
  });

  test("fails for a section that is no object", () => {
    expect(faultsOf("accountOnboarding: true\n")).toEqual([
      expect.stringMatching(/^defender\.yaml:1:1: accountOnboarding: true is not allowed; expected an object with/),
    ]);
  });

  test("fails for a provider, which a file cannot hold", () => {
    expect(faultsOf(`${ACCOUNT}  awsProvider: aws.other\n`)).toEqual([
      'defender.yaml:11:3: accountOnboarding.awsProvider: "aws.other" is not allowed; a file cannot hold it: it is a construct of cdktf. Leave it out',
    ]);
  });

  test("fails for a value of Terraform", () => {
    expect(faultsOf(ACCOUNT.replace("aws-production", '"${var.name}"'))).toEqual([
      expect.stringContaining("a file holds literals, no values of Terraform: write the value itself"),
    ]);
  });

  test("fails for the same key twice, with its line", () => {
    expect(faultsOf(`${ACCOUNT}  location: westeurope\n`)).toEqual([
      expect.stringMatching(/^defender\.yaml:11:3: the file is neither JSON nor YAML: Map keys must be unique/),
    ]);
  });

  test("fails for every fault of the syntax, with its line", () => {
    expect(faultsOf("accountOnboarding: {\n  a: [1,\n")[0]).toMatch(
      /^defender\.yaml:\d+:\d+: the file is neither JSON nor YAML: /,
    );
  });

  test("fails for a file that is not there", () => {
    expect(() => readConfiguration(join(folder, "none.yaml"))).toThrow(
      /the configuration file: ".*none\.yaml" is not allowed; it cannot be read: ENOENT/,
    );
  });

  test("fails for aliases that would fill the memory", () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) =>
        `x${n}: &x${n} [${Array(10)
          .fill(n === 0 ? "y" : `*x${n - 1}`)
          .join(",")}]`,
    );
    expect(faultsOf(levels.join("\n"))).toEqual([expect.stringContaining("it cannot be read: Excessive alias count")]);
  });
});

describe("the JSON Schema for editors", () => {
  const schema: unknown = JSON.parse(readFileSync(resolve("schemas/configuration.schema.json"), "utf8"));

  test("is the one of the constructs: npm run schema writes it", () => {
    expect(schema).toEqual(JSON.parse(JSON.stringify(configurationJsonSchema())));
  });

  test.each(EXAMPLES)("takes what the file may hold (%#)", ({ section, props }) => {
    const validate = new Ajv2020({ allErrors: true }).compile(schema as object);
    expect([validate({ [section]: props }), validate.errors]).toEqual([true, null]);
    expect(validate({ [section]: { ...props, other: 1 } })).toBe(false);
    expect(validate({})).toBe(false);
  });
});
