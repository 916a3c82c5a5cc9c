import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { checkReport } from "../../../cli/check/report";
import { ACCOUNT } from "../../support/synth";

const CLI = resolve(__dirname, "..", "..", "..", "cli", "index.js");
const folder = mkdtempSync(join(tmpdir(), "check-"));
const CONFIGURATION = join(folder, "defender.json");
const ONBOARDING = { ...ACCOUNT, accessLevel: "default", plans: {} };

/** An AWS that answers every call alike. */
async function awsThatAnswers(status: number, body: string): Promise<Server> {
  const server = createServer((_, response) => response.writeHead(status, { "content-type": "text/xml" }).end(body));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function run(args: readonly string[], awsPort?: number) {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_EC2_METADATA_DISABLED: "true",
      ...(awsPort !== undefined
        ? {
            AWS_ACCESS_KEY_ID: "test",
            AWS_SECRET_ACCESS_KEY: "test",
            AWS_ENDPOINT_URL: `http://127.0.0.1:${awsPort}`,
          }
        : {}),
    },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout, stderr };
}

beforeAll(() => {
  writeFileSync(CONFIGURATION, JSON.stringify({ accountOnboarding: ONBOARDING }));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("the command check", () => {
  test("explains itself, with an example and its exit codes", async () => {
    const { code, stdout } = await run(["check", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("cdktf-defender-for-cloud check defender.yaml");
    expect(stdout).toMatch(/0 {2}everything is as the configuration says\n {2}1 {2}something is not/);
  });

  test("fails for a configuration file with faults, each with its line", async () => {
    const broken = join(folder, "broken.yaml");
    writeFileSync(broken, 'accountOnboarding:\n  awsAccountId: "1"\n  plans: {}\n');
    const { code, stderr } = await run(["check", broken]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/broken\.yaml:2:3: accountOnboarding\.awsAccountId: "1" is not allowed/);
    expect(stderr).toMatch(/accountOnboarding\.awsRegion/);
  });

  test("fails without AWS credentials", async () => {
    const { code, stderr, stdout } = await run(["check", CONFIGURATION]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/AWS credentials: AWS does not accept them.*sign in again, or set them/);
    expect(stderr).not.toMatch(/\n {4}at |Warning/);
    expect(stdout).toBe("");
  });

  test("fails where AWS cannot be reached", async () => {
    const aws = await awsThatAnswers(200, "");
    const port = portOf(aws);
    aws.close();
    const { code, stderr } = await run(["check", CONFIGURATION], port);
    expect(code).toBe(2);
    expect(stderr).toMatch(/awsRegion: AWS cannot be reached there.*correct the region, or check the network/);
  });

  test("fails for expired credentials", async () => {
    const answer =
      "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>";
    const aws = await awsThatAnswers(403, answer);
    const { code, stderr } = await run(["check", CONFIGURATION], portOf(aws));
    aws.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(/AWS credentials: .*token included in the request is expired.*sign in again/);
  });

  test("fails for credentials of another account", async () => {
    const answer =
      "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::999988887777:user/me</Arn><Account>999988887777</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
    const aws = await awsThatAnswers(200, answer);
    const { code, stderr } = await run(["check", CONFIGURATION], portOf(aws));
    aws.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /awsAccountId: "111122223333" is not allowed; the AWS credentials belong to account 999988887777/,
    );
  });
});

describe("the report of a check", () => {
  test("lists each finding with what to do, then what was compared", () => {
    const finding = { subject: "role A", wrong: "it does not exist", found: "no\u001b[2J role", remedy: "apply" };
    expect(checkReport({ findings: [finding], checked: ["role A: trust, policies"] })).toBe(
      "1 finding\n\n1. role A: it does not exist\n   found: no\\u001b[2J role\n   do:    apply\n\nChecked:\n- role A: trust, policies\n",
    );
  });

  test("is short where nothing is wrong", () => {
    expect(checkReport({ findings: [], checked: ["role A: trust, policies"] })).toBe(
      "Everything is as the configuration says.\n\nChecked:\n- role A: trust, policies\n",
    );
  });
});
