import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { checkClouds } from "../../cli/check/check-clouds";
import { readConfiguration } from "../../cli/config";
import {
  AccountOnboarding,
  AzapiProvider,
  CloudTrailFanout,
  SENTINEL_AUDIENCE,
  MICROSOFT_TENANT_ID,
} from "../../modules";
import type { AccountOnboardingProps, CloudTrailFanoutProps } from "../../modules";
import { identityProviderArn } from "../../modules/plans";
import type { AzureCloud, StackJson } from "../../rehearsal";
import { stackOf } from "../cloudtrail-fanout/fanout-stack";
import { BUCKET, SENTINEL_QUEUE } from "../cloudtrail-fanout/sentinel-account";
import { azureCloud } from "../support/azure-cloud";
import { AzureOverHttp } from "../support/azure-over-http";
import { deployConnector } from "../support/deployed-connector";
import { beyondRights } from "../support/rights";
import { ACCOUNT } from "../support/synth";
import type { AwsApi } from "./support/aws-api";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { leaveSentinel, OPEN_POLICY } from "./support/left-account";
import { Terraform } from "./support/terraform";
import { describeWithTools } from "./support/tools";

const PLACE = { accountId: EMULATOR_ACCOUNT, region: "eu-west-1" };
const PROVIDER_ARN = identityProviderArn({ partition: "aws", accountId: EMULATOR_ACCOUNT }, MICROSOFT_TENANT_ID);
const TOPIC_ARN = `arn:aws:sns:${PLACE.region}:${EMULATOR_ACCOUNT}:cloudtrail-fanout`;
const ONBOARDING: AccountOnboardingProps = {
  ...ACCOUNT,
  awsAccountId: EMULATOR_ACCOUNT,
  awsRegion: PLACE.region,
  accessLevel: "leastPrivilege",
  plans: { servers: { subPlan: "P1", arcAutoProvisioning: false } },
  identityProvider: { mode: "extend" },
  tags: { owner: "security" },
};
const fanout = (phase: string): CloudTrailFanoutProps => ({
  phase,
  awsAccountId: EMULATOR_ACCOUNT,
  awsRegion: PLACE.region,
  bucketName: BUCKET,
  sentinel: { queueName: SENTINEL_QUEUE },
  defender: { readerRoleArns: [] },
  tags: { owner: "security" },
  alarms: { actionArns: [] },
});
const stack = (phase: string): StackJson =>
  stackOf((scope) => {
    new AzapiProvider(scope, "azapi");
    new AccountOnboarding(scope, "Onboarding", ONBOARDING);
    new CloudTrailFanout(scope, "Fanout", fanout(phase));
  }, PLACE.region);

describeWithTools("check, after an apply with the real provider", (tools) => {
  const environment = { ...process.env };
  const folder = mkdtempSync(join(tmpdir(), "check-"));
  const configuration = join(folder, "defender.json");
  let emulator: Emulator;
  let aws: AwsApi;
  let terraform: Terraform;
  let azure: AzureCloud;
  let server: AzureOverHttp;

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    aws = emulator.api(PLACE.region);
    terraform = new Terraform(tools, emulator);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    await leaveSentinel(aws, PLACE);
    for (const phase of ["prepare", "fanout"]) {
      await terraform.load(stack(phase));
      await terraform.apply();
    }
    azure = azureCloud(EMULATOR_ACCOUNT, PLACE.region);
    deployConnector(azure, stack("fanout"), (await aws.getOidcProvider(PROVIDER_ARN)).clientIds);
    server = await AzureOverHttp.start(azure);
    writeFileSync(configuration, JSON.stringify({ accountOnboarding: ONBOARDING, cloudTrailFanout: fanout("fanout") }));
  });

  afterAll(async () => {
    process.env = environment;
    rmSync(folder, { recursive: true });
    server.stop();
    terraform.cleanUp();
    await emulator.stop();
  });

  /** What check finds, without what was compared. */
  async function findings(): Promise<string[]> {
    const result = await checkClouds(readConfiguration(configuration), server.resourceManager, {
      progress: () => undefined,
    });
    return result.findings.map(({ subject, wrong }) => `${subject}: ${wrong}`);
  }

  // The tests are the steps of one life.

  test("finds nothing but queues that no event has reached yet", async () => {
    expect(await findings()).toEqual([
      expect.stringMatching(new RegExp(`^queue ${SENTINEL_QUEUE}: no event came`)),
      expect.stringMatching(/^queue cloudtrail-fanout-defender: no event came/),
    ]);
  });

  test("finds nothing once events come in", async () => {
    const cloudWatch = new CloudWatchClient({ region: PLACE.region });
    for (const name of [SENTINEL_QUEUE, "cloudtrail-fanout-defender"]) {
      await cloudWatch.send(
        new PutMetricDataCommand({
          Namespace: "AWS/SQS",
          MetricData: [
            {
              MetricName: "NumberOfMessagesSent",
              Dimensions: [{ Name: "QueueName", Value: name }],
              Value: 12,
              Timestamp: new Date(Date.now() - 600_000),
            },
          ],
        }),
      );
    }
    expect(await findings()).toEqual([]);
  });

  test("needs no right but those of its policy", () => {
    const called = emulator.actionsOf(/aws-sdk-js/);
    expect(called.length).toBeGreaterThan(10);
    expect(beyondRights(called, "aws-discover-and-check")).toEqual(["cloudwatch:PutMetricData"]);
  });

  test("was preceded by a deployer who needed no right but those of the policies", () => {
    const called = emulator.actionsOf(/terraform/i);
    expect(called.length).toBeGreaterThan(20);
    expect(beyondRights(called, "aws-account-onboarding", "aws-cloudtrail-fanout")).toEqual([]);
  });

  test("finds what somebody changed by hand, in both clouds", async () => {
    const iam = (action: string, parameters: Record<string, string>) => aws.query("iam", action, parameters);
    const role = { RoleName: "CspmMonitorAws" };
    await iam("AttachRolePolicy", { ...role, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
    await iam("PutRolePolicy", { ...role, PolicyName: "leftover", PolicyDocument: JSON.stringify(OPEN_POLICY) });
    await iam("UntagRole", { ...role, "TagKeys.member.1": "owner" });
    await aws.query("monitoring", "SetAlarmState", {
      AlarmName: "cloudtrail-fanout-sentinel-late",
      StateValue: "ALARM",
      StateReason: "Threshold Crossed",
    });
    await aws.removeClientId(PROVIDER_ARN, SENTINEL_AUDIENCE);
    const [subscription] = (await aws.listSubscriptions(TOPIC_ARN)).filter(({ endpoint }) =>
      endpoint.endsWith(SENTINEL_QUEUE),
    );
    await aws.query("sns", "SetSubscriptionAttributes", {
      SubscriptionArn: subscription?.arn ?? "",
      AttributeName: "RawMessageDelivery",
      AttributeValue: "false",
    });
    await aws.query("sqs", "SendMessage", {
      QueueUrl: await aws.getQueueUrl("cloudtrail-fanout-defender-dlq"),
      MessageBody: "undelivered",
    });
    const [connector] = azure.connectors.all();
    if (connector) {
      connector.properties.offerings = connector.properties.offerings?.slice(0, 1) ?? [];
    }
    expect(await findings()).toEqual([
      expect.stringMatching(/audience api:\/\/1462b192.* of Microsoft Sentinel is missing/),
      expect.stringMatching(/^role CspmMonitorAws: a policy is attached that is not declared/),
      expect.stringMatching(/^role CspmMonitorAws: it has an inline policy/),
      expect.stringMatching(/^role CspmMonitorAws: its tag owner is not what is declared/),
      expect.stringMatching(/^connector aws-production: offering DefenderForServersAws is gone/),
      expect.stringMatching(/^subscription of Sentinel's queue: raw message delivery is off/),
      expect.stringMatching(/^dead-letter queue cloudtrail-fanout-defender-dlq: SNS could not deliver/),
      expect.stringMatching(/^alarm cloudtrail-fanout-sentinel-late: it fires/),
    ]);
  });
});
