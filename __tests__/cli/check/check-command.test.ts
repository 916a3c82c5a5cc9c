import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { checkOnboarding } from "../../../cli/check/onboarding";
import type { CheckResult } from "../../../cli/check/finding";
import { checkReport } from "../../../cli/check/report";
import { ACCOUNT_ONBOARDING } from "../../../modules/onboarding";
import { read } from "../../../modules/inputs";
import { AwsOverHttp } from "../../support/aws-over-http";
import { azureCloud } from "../../support/azure-cloud";
import { AzureOverHttp } from "../../support/azure-over-http";
import { runCli } from "../../support/cli";
import { ACCOUNT } from "../../support/synth";
import { deployedAccount } from "./deployed";

const CLI = resolve(__dirname, "..", "..", "..", "cli", "index.js");
const ROOT = resolve(__dirname, "..", "..", "..", "..");
const folder = mkdtempSync(join(tmpdir(), "check-"));
const CONFIGURATION = join(folder, "defender.json");
const ONBOARDING = { ...ACCOUNT, accessLevel: "default", plans: {} } as const;

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

  test.each([
    [
      { accountOnboarding: ONBOARDING },
      "OrganizationAccountAccessRole",
      /the file has no organizationOnboarding: leave it out/,
    ],
    [
      { organizationOnboarding: { ...ONBOARDING, stackSetName: "S", targets: ["r-ab12"] } },
      "arn:aws:iam::111122223333:role/A",
      /expected the name of an IAM role.*OrganizationAccountAccess/,
    ],
  ])("fails for a role of members that no member can have, before any call", async (configuration, role, message) => {
    const file = join(folder, "members.json");
    writeFileSync(file, JSON.stringify(configuration));
    const { code, stderr } = await run(["check", file, "--member-role", role]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
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

const schema = JSON.parse(readFileSync(join(ROOT, "schemas", "check-result.schema.json"), "utf8")) as object;
const isValid = new Ajv2020({ strict: true }).compile(schema);

test("the command check goes on where a call is denied: each is a finding, and --json is what the schema says", async () => {
  const file = join(folder, "all.json");
  const organizationOnboarding = { ...ONBOARDING, stackSetName: "DefenderForCloud", targets: ["r-ab12"] };
  const cloudTrailFanout = {
    phase: "fanout",
    awsAccountId: ACCOUNT.awsAccountId,
    awsRegion: ACCOUNT.awsRegion,
    bucketName: "logs",
    sentinel: { queueName: "sentinel" },
    defender: { readerRoleArns: [] },
    alarms: { actionArns: [] },
  };
  writeFileSync(file, JSON.stringify({ organizationOnboarding, cloudTrailFanout }));
  const aws = await AwsOverHttp.start();
  const azure = await AzureOverHttp.start(azureCloud(), { denied: ["Microsoft.Security/securityConnectors/read"] });
  const args = ["check", file, "--json", "--member-role", "OrganizationAccountAccessRole"];
  const { code, stdout, stderr } = await runCli(args, folder, { ...aws.environment, ...azure.environment });
  aws.stop();
  azure.stop();
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^Reading account .*\nReading bucket .*\n$/)]);
  const result = JSON.parse(stdout) as CheckResult;
  isValid(result);
  expect(isValid.errors).toBeNull();
  expect(result.checked).toEqual([]);
  expect(result.findings.map(({ subject, wrong }) => `${subject}: ${wrong}`)).toEqual(
    [
      "identity providers",
      "role CspmMonitorAws",
      "StackSet DefenderForCloud",
      "member accounts",
      "connector aws-production",
      "bucket logs",
      "topic cloudtrail-fanout",
      "queue sentinel",
      "queue cloudtrail-fanout-defender",
      "dead-letter queue cloudtrail-fanout-sentinel-dlq",
      "dead-letter queue cloudtrail-fanout-defender-dlq",
      "alarms",
    ].map((subject) => `${subject}: it could not be read`),
  );
});

describe("the JSON of a check", () => {
  test("is what its schema says, whatever is wrong", () => {
    const facts = deployedAccount(ONBOARDING);
    const inputs = read(ACCOUNT_ONBOARDING, ONBOARDING).value;
    const nothing = { ...facts, account: { ...facts.account, roles: new Map() }, connectors: { unread: "denied" } };
    for (const result of [checkOnboarding(inputs, facts), checkOnboarding(inputs, nothing)]) {
      isValid(result);
      expect(isValid.errors).toBeNull();
      // Nothing but what the schema names: who reads it must know every key.
      expect(Object.keys(result).sort()).toEqual(["checked", "findings", "unchecked"]);
      for (const finding of result.findings) {
        expect(Object.keys(finding).sort()).toEqual(["expected", "found", "remedy", "subject", "wrong"]);
      }
    }
    expect(checkOnboarding(inputs, nothing).findings.length).toBeGreaterThan(1);
  });
});

describe("the report of a check", () => {
  test("lists each finding with what to do, then what was compared, then what was not", () => {
    const finding = {
      subject: "role A",
      wrong: "it does not exist",
      expected: "a role",
      found: "no\u001b[2J role",
      remedy: "apply",
    };
    const [checked, unchecked] = [["role A: trust, policies"], ["policies of role B: the role is your own"]];
    expect(checkReport({ findings: [finding], checked, unchecked })).toBe(
      [
        "1 finding\n",
        "1. role A: it does not exist",
        "   expected: a role",
        "   found:    no\\u001b[2J role",
        "   do:       apply\n",
        "Checked:",
        "- role A: trust, policies\n",
        "Not checked:",
        "- policies of role B: the role is your own\n",
      ].join("\n"),
    );
  });

  test("is short where nothing is wrong", () => {
    expect(checkReport({ findings: [], checked: ["role A: trust, policies"], unchecked: [] })).toBe(
      "Everything is as the configuration says.\n\nChecked:\n- role A: trust, policies\n",
    );
  });
});
