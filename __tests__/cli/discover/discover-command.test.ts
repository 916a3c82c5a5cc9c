import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readAzure } from "../../../cli/discover/read-clouds";
import { writeFiles } from "../../../cli/files";
import { AwsCloud, AzureCloud } from "../../../rehearsal";
import { AzureOverHttp } from "../../support/azure-over-http";
import { ACCOUNT } from "../../support/synth";

const CLI = resolve(__dirname, "..", "..", "..", "cli", "index.js");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "discover-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [CLI, "discover", "--output", folder, ...args], {
    env: { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: "true", ...environment },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout, stderr };
}

/** An AWS that answers every call alike. */
async function awsThatAnswers(status: number, body: string): Promise<Server> {
  const server = createServer((_, response) => response.writeHead(status, { "content-type": "text/xml" }).end(body));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

describe("the command discover", () => {
  test("explains itself, with an example and its exit codes", async () => {
    const { code, stdout } = await run(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("cdktf-defender-for-cloud discover --region eu-central-1 --subscription");
    expect(stdout).toMatch(/0 {2}done.*\n {2}2 {2}wrong input/);
  });

  test("fails without a region, before any call", async () => {
    const { code, stderr } = await run([]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--region.*give the region, or set AWS_REGION, for instance eu-central-1/);
  });

  test("fails for an unknown plan, before any call", async () => {
    const { code, stderr } = await run(["--region", "eu-west-1", "--plans", "defenderCspm,server"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--plans: "server" is not allowed/);
  });

  test("fails without AWS credentials, and writes no file", async () => {
    const { code, stdout, stderr } = await run(["--region", "eu-west-1"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/AWS credentials: AWS does not accept them.*sign in again, or set them/);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(stdout).toBe("");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("fails for expired credentials, and writes no file", async () => {
    const server = await awsThatAnswers(
      403,
      "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>",
    );
    const { code, stderr } = await run(["--region", "eu-west-1"], {
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
    server.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(/AWS credentials: .*token included in the request is expired.*sign in again/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("fails for a region where AWS cannot be reached", async () => {
    const { code, stderr } = await run(["--region", "eu-nowhere-1"], {
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      // Nobody listens there.
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/awsRegion: AWS cannot be reached there .*correct the region, or check the network/);
  });
});

describe("reading Azure", () => {
  const cloud = new AzureCloud({
    aws: new AwsCloud({ callerAccountId: ACCOUNT.awsAccountId, region: "eu-west-1" }),
    subscriptionId: ACCOUNT.azureSubscriptionId,
    resourceGroups: [ACCOUNT.resourceGroupName],
  });
  const options = { region: "eu-west-1", plans: [], organization: false };
  let server: AzureOverHttp;

  beforeAll(async () => {
    server = await AzureOverHttp.start(cloud);
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

  test("fails for a subscription that the credentials do not see, and names those that they see", async () => {
    const subscriptionId = "99999999-9999-4999-8999-999999999999";
    await expect(readAzure(server.resourceManager, { ...options, subscriptionId })).rejects.toThrow(
      `--subscription: "${subscriptionId}" is not allowed; the Azure credentials do not see it; they see: ${ACCOUNT.azureSubscriptionId}`,
    );
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
    expect(writeFiles(files("new"), false)).toEqual(files("").map(([path]) => path));
    expect(readdirSync(folder).sort()).toEqual(["one.json", "two.json"]);
  });

  test("fails where one exists, and leaves it as it is", () => {
    writeFileSync(join(folder, "two.json"), "old");
    expect(() => writeFiles(files("new"), false)).toThrow(/two\.json.*name another folder, or give --force/);
    expect(readdirSync(folder)).toEqual(["two.json"]);
    expect(readFileSync(join(folder, "two.json"), "utf8")).toBe("old");
  });

  test("replace what exists with --force", () => {
    writeFileSync(join(folder, "two.json"), "old");
    writeFiles(files("new"), true);
    expect(readFileSync(join(folder, "two.json"), "utf8")).toBe("new");
  });

  test("fails for a folder that does not exist", () => {
    expect(() => writeFiles([[join(folder, "none", "one.json"), ""]], false)).toThrow(/--output: .*cannot be written/);
  });
});
