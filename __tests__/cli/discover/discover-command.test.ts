import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAzure } from "../../../cli/discover/read-clouds";
import { writeFiles } from "../../../cli/files";
import { AwsOverHttp, awsError, callerOf } from "../../support/aws-over-http";
import type { AwsAnswer } from "../../support/aws-over-http";
import { azureCloud } from "../../support/azure-cloud";
import { AzureOverHttp } from "../../support/azure-over-http";
import { runCli } from "../../support/cli";
import { ACCOUNT } from "../../support/synth";

const ANOTHER_SUBSCRIPTION = "99999999-9999-4999-8999-999999999999";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "discover-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("the command discover", () => {
  let aws: AwsOverHttp | undefined;
  let azure: AzureOverHttp | undefined;
  afterEach(() => {
    aws?.stop();
    azure?.stop();
    aws = azure = undefined;
  });

  const run = (args: readonly string[], environment?: Readonly<Record<string, string>>) =>
    runCli(["discover", "--output", folder, ...args], folder, environment);

  /** A call that must fail: exit code 2, one message, no stack trace, and no file. */
  async function fails(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<string> {
    const before = readdirSync(folder);
    const { code, stdout, stderr } = await run(args, environment);
    expect({ code, stdout, files: readdirSync(folder) }).toEqual({ code: 2, stdout: "", files: before });
    expect(stderr).not.toMatch(/\n {4}at /);
    return stderr;
  }

  /** The environment of both clouds: AWS as given, which denies everything else, and the rehearsal's Azure. */
  async function clouds(answers: Readonly<Record<string, AwsAnswer>> = {}): Promise<Record<string, string>> {
    aws = await AwsOverHttp.start(answers);
    azure = await AzureOverHttp.start(azureCloud());
    return { ...aws.environment, ...azure.environment };
  }

  test("explains itself, with an example and its exit codes", async () => {
    const { code, stdout } = await run(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("cdktf-defender-for-cloud discover --region eu-central-1 --subscription");
    expect(stdout).toMatch(/0 {2}done.*\n {2}2 {2}wrong input/);
  });

  test("fails without a region, before any call", async () => {
    expect(await fails([])).toMatch(/--region.*give the region, or set AWS_REGION, for instance eu-central-1/);
  });

  test("fails for what is no code of a region, before any call", async () => {
    expect(await fails(["--region", "eu-west-1a"])).toMatch(
      /--region: "eu-west-1a" is not allowed; expected the code of an AWS region/,
    );
  });

  test("fails for an unknown plan, before any call", async () => {
    expect(await fails(["--region", "eu-west-1", "--plans", "defenderCspm,server"])).toMatch(
      /--plans: "server" is not allowed/,
    );
  });

  test("fails where one of its files exists, before any call", async () => {
    writeFileSync(join(folder, "defender.json"), "mine");
    expect(await fails(["--region", "eu-west-1"])).toMatch(/defender\.json.*the file exists.*or give --force/);
    expect(readFileSync(join(folder, "defender.json"), "utf8")).toBe("mine");
  });

  test("fails without AWS credentials", async () => {
    expect(await fails(["--region", "eu-west-1"])).toMatch(
      /AWS credentials: AWS does not accept them.*sign in again, or set them/,
    );
  });

  test("fails for expired credentials", async () => {
    const environment = await clouds({
      GetCallerIdentity: awsError("ExpiredToken", "The security token included in the request is expired"),
    });
    expect(await fails(["--region", "eu-west-1"], environment)).toMatch(
      /AWS credentials: .*token included in the request is expired.*sign in again/,
    );
  });

  test("fails for credentials that the region does not know, and says why that may be", async () => {
    const environment = await clouds({
      GetCallerIdentity: awsError("InvalidClientTokenId", "The security token included in the request is invalid"),
    });
    expect(await fails(["--region", "us-gov-west-1"], environment)).toMatch(
      /AWS credentials: .*token included in the request is invalid.*they are wrong, of another partition, or the region is not enabled/,
    );
  });

  test("fails for a region where AWS cannot be reached", async () => {
    const environment = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
    // Nobody listens there.
    expect(
      await fails(["--region", "eu-nowhere-1"], { ...environment, AWS_ENDPOINT_URL: "http://127.0.0.1:1" }),
    ).toMatch(/awsRegion: AWS cannot be reached there .*correct the region, or check the network/);
  });

  test("fails without Azure credentials", async () => {
    const environment = { ...(await clouds()), AZURE_TOKEN_CREDENTIALS: "EnvironmentCredential" };
    expect(await fails(["--region", "eu-west-1"], environment)).toMatch(
      /Azure credentials: none were found: sign in \(az login\), or set them/,
    );
  });

  test("fails for a subscription that the Azure credentials do not see, and names those that they see", async () => {
    const args = ["--region", "eu-west-1", "--subscription", ANOTHER_SUBSCRIPTION];
    expect(await fails(args, await clouds())).toContain(
      `--subscription: "${ANOTHER_SUBSCRIPTION}" is not allowed; the Azure credentials do not see it; they see: ${ACCOUNT.azureSubscriptionId}`,
    );
  });

  test("goes on where every right in AWS is missing, lists each, and writes what it knows", async () => {
    const { code, stdout } = await run(["--region", "eu-west-1"], await clouds());
    expect(code).toBe(0);
    const [, unread = ""] = /Could not be read:[^\n]*\n\n([^]*?)\n\n/.exec(stdout) ?? [];
    expect(unread.split("\n").map((line) => /^- (.*?): /.exec(line)?.[1])).toEqual([
      "identity provider of Microsoft's tenant",
      "IAM roles",
      "IAM policies",
      "trails of eu-west-1",
      "organization",
      "enabled regions",
      "EC2 instances of eu-west-1",
      "EKS clusters of eu-west-1",
    ]);
    // What nobody could read is not said to be absent.
    expect(/Found\n\n[^]*?\n\n/.exec(stdout)?.[0]).not.toMatch(/^- (?!connector|plans).*: (none|0 )/m);
    expect(readdirSync(folder).sort()).toEqual(["defender.json", "terraform.tfvars.json"]);
    expect(JSON.parse(readFileSync(join(folder, "terraform.tfvars.json"), "utf8"))).toMatchObject({
      aws_account_id: ACCOUNT.awsAccountId,
      azure_subscription_id: ACCOUNT.azureSubscriptionId,
    });
  });

  test("says of an account of another partition that nothing is published about it", async () => {
    const environment = await clouds({ GetCallerIdentity: callerOf("aws-us-gov") });
    const { code, stdout } = await run(["--region", "us-gov-west-1", "--json"], environment);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      configuration: { accountOnboarding: { partition: "aws-us-gov" } },
      toDo: expect.arrayContaining([expect.stringMatching(/^Ask Microsoft .* partition aws-us-gov/)]) as unknown,
    });
  });
});

describe("reading Azure", () => {
  const options = { region: "eu-west-1", plans: [], organization: false };
  let server: AzureOverHttp;

  beforeAll(async () => {
    server = await AzureOverHttp.start(azureCloud());
  });
  afterAll(() => {
    server.stop();
  });

  test("takes the only subscription, and reads what it holds", async () => {
    const facts = await readAzure(server.resourceManager, options);
    expect(facts.subscription?.subscriptionId).toBe(ACCOUNT.azureSubscriptionId);
    expect(facts.resourceGroups).toEqual({ value: [{ name: ACCOUNT.resourceGroupName, location: "westeurope" }] });
    expect(facts.isRegistered).toEqual({ value: true });
    expect(facts.connectors).toEqual({ value: [] });
  });

  test("goes on where a right is missing, and names it", async () => {
    const right = "Microsoft.Security/pricings/read";
    const poor = await AzureOverHttp.start(azureCloud(), { denied: [right] });
    const facts = await readAzure(poor.resourceManager, options);
    poor.stop();
    expect(facts.pricings).toEqual({
      unread: expect.stringMatching(/AuthorizationFailed: .*pricings\/read/) as unknown,
    });
    expect(facts.connectors).toEqual({ value: [] });
  });

  test("fails for a token that Azure does not accept", async () => {
    const expired = { ...server.resourceManager, token: () => Promise.resolve("expired") };
    await expect(readAzure(expired, options)).rejects.toThrow(
      "Azure credentials: Azure does not accept them (InvalidAuthenticationToken): sign in again (az login)",
    );
  });
});

describe("the files that discover writes", () => {
  const files = (content: string) => ["one.json", "two.json"].map((name) => [join(folder, name), content] as const);

  test("are all there, and nothing else", () => {
    writeFiles(files("new"), { force: false });
    expect(readdirSync(folder).sort()).toEqual(["one.json", "two.json"]);
  });

  test("fail where one exists, and leave it as it is", () => {
    writeFileSync(join(folder, "two.json"), "old");
    expect(() => {
      writeFiles(files("new"), { force: false });
    }).toThrow(/two\.json.*the file exists: name another place, or give --force/);
    expect(readdirSync(folder)).toEqual(["two.json"]);
    expect(readFileSync(join(folder, "two.json"), "utf8")).toBe("old");
  });

  test("fail where a name is taken meanwhile, and leave none of the others", () => {
    const [file = ["", ""]] = files("new");
    expect(() => {
      writeFiles([file, file], { force: false });
    }).toThrow(/one\.json.*the file exists/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("replace what exists with --force", () => {
    writeFileSync(join(folder, "two.json"), "old");
    writeFiles(files("new"), { force: true });
    expect(readFileSync(join(folder, "two.json"), "utf8")).toBe("new");
  });

  test("fail for a folder that does not exist", () => {
    expect(() => {
      writeFiles([[join(folder, "none", "one.json"), ""]], { force: false });
    }).toThrow(/--output: .*there is no folder .*none: make it, or name another one/);
  });
});
