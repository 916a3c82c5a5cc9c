import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configuredStacks, readConfiguration } from "../../cli/config";
import type { CheckResult } from "../../cli/check/finding";
import type { Proposal } from "../../cli/discover/proposal";
import { MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../modules";
import { identityProviderArn } from "../../modules/plans";
import {
  BUCKET,
  FOREIGN_RULE_ID,
  SENTINEL_QUEUE,
  SENTINEL_RULE_ID,
  trailKey,
} from "../cloudtrail-fanout/sentinel-account";
import type { AzureCloud } from "../../rehearsal";
import { azureCloud } from "../support/azure-cloud";
import { AzureOverHttp } from "../support/azure-over-http";
import { runCli } from "../support/cli";
import { deployConnector } from "../support/deployed-connector";
import { beyondRights } from "../support/rights";
import { ACCOUNT } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";
import type { AwsApi } from "./support/aws-api";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { leavePortal, leaveSentinel, OPEN_POLICY, PORTAL_STACK } from "./support/left-account";
import { Terraform } from "./support/terraform";
import { describeWithTools } from "./support/tools";

const PLACE = { accountId: EMULATOR_ACCOUNT, region: "eu-west-1" };
const TOPIC_ARN = `arn:aws:sns:${PLACE.region}:${EMULATOR_ACCOUNT}:cloudtrail-fanout`;
const DEFENDER_QUEUE = "cloudtrail-fanout-defender";
const PROVIDER_ARN = identityProviderArn({ partition: "aws", accountId: EMULATOR_ACCOUNT }, MICROSOFT_TENANT_ID);

describeWithTools("discover, in an account as Sentinel and the portal left it", (tools) => {
  const folder = mkdtempSync(join(tmpdir(), "discover-"));
  let emulator: Emulator;
  let aws: AwsApi;
  let azure: AzureOverHttp;
  let eks: Server;
  const cloud = azureCloud(EMULATOR_ACCOUNT, PLACE.region);
  let environment: Readonly<Record<string, string>>;
  let proposal: Proposal;

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    aws = emulator.api(PLACE.region);
    eks = await eksThatDenies();
    await leaveSentinel(aws, PLACE);
    await leavePortal(aws);
    await aws.putObject(BUCKET, trailKey(PLACE, "log"), "log");
    const elsewhere = emulator.api("us-east-1");
    await elsewhere.createBucket("virginia-logs");
    await elsewhere.createTrail("virginia", "virginia-logs");
    azure = await AzureOverHttp.start(cloud);
    environment = {
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ENDPOINT_URL_EKS: `http://127.0.0.1:${(eks.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      ...azure.environment,
    };
    const { code, stdout, stderr } = await discover();
    if (code !== 0) {
      throw new Error(stderr);
    }
    proposal = JSON.parse(stdout) as Proposal;
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true });
    azure.stop();
    eks.close();
    await emulator.stop();
  });

  const discover = () =>
    runCli(["discover", "--region", PLACE.region, "--output", folder, "--json"], folder, environment);

  test("proposes to extend Sentinel's identity provider and to take the portal's roles over", () => {
    expect(proposal.configuration.accountOnboarding).toMatchObject({
      awsAccountId: EMULATOR_ACCOUNT,
      awsRegion: PLACE.region,
      azureSubscriptionId: ACCOUNT.azureSubscriptionId,
      resourceGroupName: ACCOUNT.resourceGroupName,
      plans: {},
      identityProvider: { mode: "extend" },
      roles: { all: { adoptExisting: true }, cspmMonitor: { adoptPolicies: ["CspmMonitorAwsPolicy"] } },
    });
    expect(proposal.toDo).toContainEqual(expect.stringContaining(`stack ${PORTAL_STACK}`));
  });

  test("proposes a fan-out for the queue that Sentinel reads, not for that of the other team", () => {
    expect(proposal.configuration.cloudTrailFanout).toMatchObject({
      phase: "prepare",
      bucketName: BUCKET,
      sentinel: { queueName: SENTINEL_QUEUE },
    });
  });

  test("looks at trails of every region, and where their log files are", () => {
    const buckets = proposal.remarks.filter(({ subject }) => subject.startsWith("bucket "));
    expect(buckets.map(({ subject, found }) => `${subject}: ${found}`).sort()).toEqual([
      `bucket ${BUCKET} of trail trail (this account, region eu-west-1 only): 2 notification rules; region eu-west-1; log files in AWSLogs/${EMULATOR_ACCOUNT}/`,
      "bucket virginia-logs of trail virginia (this account, region us-east-1 only): 0 notification rules; region us-east-1; log files in no folder yet",
    ]);
  });

  test("goes on where a call is denied, and names the missing right", () => {
    expect(proposal.unread.map(({ subject, reason }) => `${subject}: ${reason}`)).toEqual([
      expect.stringMatching(/^EKS clusters of .*, eu-west-1, .*: .*not authorized to perform: eks:ListClusters/),
    ]);
  });

  test("needs no right but those of its policy", () => {
    const called = emulator.actionsOf(/aws-sdk-js/);
    expect(called).toContain("cloudtrail:DescribeTrails");
    expect(beyondRights(called, "aws-discover-and-check")).toEqual([]);
  });

  test("writes both files, and refuses to replace them", async () => {
    const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8")) as unknown;
    expect(read("defender.json")).toEqual(proposal.configuration);
    expect(read("terraform.tfvars.json")).toEqual(proposal.variables);
    expect(await discover()).toMatchObject({ code: 2, stderr: expect.stringContaining("give --force") as unknown });
  });

  test("writes a configuration that goes through plan and apply, and leaves nothing for a second plan", async () => {
    const stacks = configuredStacks(testApp(), readConfiguration(join(folder, "defender.json"))).map(synthesized);
    expect(stacks).toHaveLength(2);
    for (const stack of stacks) {
      const own = new Terraform(tools, emulator);
      try {
        await own.load(stack);
        const { counts } = await own.apply();
        expect(counts.destroy).toBe(0);
        expect((await own.plan()).isEmpty).toBe(true);
      } finally {
        own.cleanUp();
      }
    }
    const { clientIds } = await aws.getOidcProvider(PROVIDER_ARN);
    expect(clientIds).toContain(SENTINEL_AUDIENCE);
    deployConnector(cloud, stacks[0] ?? {}, clientIds);
    // Phase prepare leaves the bucket as it is.
    expect((await aws.getNotification(BUCKET)).map(({ id }) => id).sort()).toEqual(
      [SENTINEL_RULE_ID, FOREIGN_RULE_ID].sort(),
    );
  });

  test("is followed by a check of the same file that finds everything as it says, once events come in", async () => {
    const check = () => runCli(["check", join(folder, "defender.json"), "--json"], folder, environment);
    const before = await check();
    expect(before).toMatchObject({ code: 1, stderr: expect.stringContaining("Reading account") as unknown });
    expect(
      (JSON.parse(before.stdout) as CheckResult).findings.map(({ subject, wrong }) => `${subject}: ${wrong}`),
    ).toEqual([expect.stringMatching(new RegExp(`^queue ${SENTINEL_QUEUE}: no event came`))]);
    await aws.putMetric(SENTINEL_QUEUE, "NumberOfMessagesSent", 12);
    const after = await check();
    expect(JSON.parse(after.stdout)).toMatchObject({ findings: [] });
    expect(after.code).toBe(0);
  });

  test("is followed by a check that finds whatever somebody changes then, each with what to do", async () => {
    await plantFaults(aws, cloud);
    const { code, stdout } = await runCli(["check", join(folder, "defender.json"), "--json"], folder, environment);
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as CheckResult;
    expect(findings.map(({ subject, wrong, remedy }) => `${subject}: ${wrong} / ${remedy}`)).toEqual([
      expect.stringMatching(/^identity provider .* of Microsoft Sentinel is missing.* \/ .*add-client-id/),
      expect.stringMatching(/^role CspmMonitorAws: its trust has a statement that is not declared.* \/ run terraform/),
      expect.stringMatching(/^policy CspmMonitorAwsPolicy: it lacks permissions .* \/ run terraform plan/),
      expect.stringMatching(/^policy CspmMonitorAwsPolicy: it has permissions .*not declared \/ run terraform plan/),
      expect.stringMatching(/^role CspmMonitorAws: a policy is attached .* \/ detach it/),
      expect.stringMatching(/^role CspmMonitorAws: it has an inline policy.* \/ delete it/),
      expect.stringMatching(/^connector .*: offering DefenderForDatabasesAws is there.*billed \/ run terraform plan/),
      expect.stringMatching(/^bucket .*: no rule names .*: Sentinel does not get an event \/ .*correct phase/),
      expect.stringMatching(/^topic cloudtrail-fanout: its policy lacks a statement \/ run terraform plan/),
      expect.stringMatching(/^topic cloudtrail-fanout: its policy lacks a statement \/ run terraform plan/),
      expect.stringMatching(/^topic cloudtrail-fanout: its policy has a statement .* \/ run terraform plan/),
      expect.stringMatching(/^subscription of Sentinel's queue: raw message delivery is off.* \/ .*set-subscription/),
      expect.stringMatching(/^subscription of Defender's queue: it has a filter policy.* \/ run terraform plan/),
      expect.stringMatching(/^queue cloudtrail-fanout-defender: its policy lacks a statement \/ run terraform plan/),
      expect.stringMatching(/^queue cloudtrail-fanout-defender: its policy lacks a statement \/ run terraform plan/),
      expect.stringMatching(/^dead-letter queue cloudtrail-fanout-sentinel-dlq: SNS could not.* \/ remove the cause/),
    ]);
  });
});

/** What people do by hand in both clouds. */
async function plantFaults(aws: AwsApi, azure: AzureCloud): Promise<void> {
  const iam = (action: string, parameters: Record<string, string>) => aws.query("iam", action, parameters);
  const role = { RoleName: "CspmMonitorAws" };
  const open = JSON.stringify(OPEN_POLICY);
  await aws.removeClientId(PROVIDER_ARN, SENTINEL_AUDIENCE);
  const [found] = (await aws.listRoles()).filter(({ name }) => name === role.RoleName);
  const trust = JSON.parse(found?.trust ?? "") as { Statement: object[] };
  const somebody = { Effect: "Allow", Principal: { AWS: "999988887777" }, Action: "sts:AssumeRole" };
  await iam("UpdateAssumeRolePolicy", {
    ...role,
    PolicyDocument: JSON.stringify({ ...trust, Statement: [...trust.Statement, somebody] }),
  });
  await iam("CreatePolicyVersion", {
    PolicyArn: `arn:aws:iam::${EMULATOR_ACCOUNT}:policy/CspmMonitorAwsPolicy`,
    PolicyDocument: open,
    SetAsDefault: "true",
  });
  await iam("AttachRolePolicy", { ...role, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
  await iam("PutRolePolicy", { ...role, PolicyName: "leftover", PolicyDocument: open });
  for (const { properties } of azure.connectors.all()) {
    properties.offerings = [...(properties.offerings ?? []), { offeringType: "DefenderForDatabasesAws" }];
  }
  await aws.putNotification(
    BUCKET,
    (await aws.getNotification(BUCKET)).filter(({ id }) => id !== SENTINEL_RULE_ID),
  );
  const subscriptions = await aws.listSubscriptions(TOPIC_ARN);
  const set = async (queue: string, AttributeName: string, AttributeValue: string) =>
    aws.query("sns", "SetSubscriptionAttributes", {
      SubscriptionArn: subscriptions.find(({ endpoint }) => endpoint.endsWith(queue))?.arn ?? "",
      AttributeName,
      AttributeValue,
    });
  await set(SENTINEL_QUEUE, "RawMessageDelivery", "false");
  await set(DEFENDER_QUEUE, "FilterPolicy", '{"store":["x"]}');
  const anybody = { Effect: "Allow", Principal: "*", Action: "sns:Publish", Resource: TOPIC_ARN };
  await aws.query("sns", "SetTopicAttributes", {
    TopicArn: TOPIC_ARN,
    AttributeName: "Policy",
    AttributeValue: JSON.stringify({ Version: "2012-10-17", Statement: [anybody] }),
  });
  await aws.setQueueAttributes(await aws.getQueueUrl(DEFENDER_QUEUE), { Policy: "" });
  await aws.query("sqs", "SendMessage", {
    QueueUrl: await aws.getQueueUrl("cloudtrail-fanout-sentinel-dlq"),
    MessageBody: "undelivered",
  });
}

/** EKS for a caller without the right to list clusters. */
async function eksThatDenies(): Promise<Server> {
  const message = "User: arn:aws:iam::123456789012:user/me is not authorized to perform: eks:ListClusters";
  const server = createServer((_, response) =>
    response
      .writeHead(403, { "content-type": "application/json", "x-amzn-errortype": "AccessDeniedException" })
      .end(JSON.stringify({ message })),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
