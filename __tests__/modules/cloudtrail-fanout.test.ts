import { readFileSync } from "node:fs";
import { join } from "node:path";
import { jsonDocument, withCleanNames } from "../../cli/hcl";
import { FANOUT_ADOPTION } from "../../cli/modules/fanout-files";
import type { CloudTrailFanoutProps } from "../../modules";
import { AzureCloud } from "../../rehearsal";
import type { AwsCloud, Plan, Rehearsal, StackJson } from "../../rehearsal";
import { fanoutProps, PLACE, variableStack } from "../cloudtrail-fanout/fanout-stack";
import {
  BUCKET,
  bucketRules,
  defenderRoleArn,
  scriptPolicy,
  SENTINEL_QUEUE,
  sentinelAccount,
  trailKey,
} from "../cloudtrail-fanout/sentinel-account";
import { moduleFolder, shippedTests, typesOf } from "../support/plain-module";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const FOLDER = moduleFolder("cloudtrail-fanout");
const IMPORTS = readFileSync(join(FOLDER, "examples", "bucket", "imports.tf"), "utf8");
const DEFENDER_QUEUE = "cloudtrail-fanout-defender";
const KEY = `arn:aws:kms:${PLACE.region}:${PLACE.accountId}:key/1`;
const NOTHING = { add: 0, change: 0, destroy: 0, import: 0, forget: 0 };

/** Everything that a variable of the module can say. */
const EVERYTHING: CloudTrailFanoutProps = {
  ...fanoutProps(""),
  defender: {
    readerRoleArns: [defenderRoleArn(PLACE), `${defenderRoleArn(PLACE)}2`],
    messageRetentionSeconds: 600,
    visibilityTimeoutSeconds: 60,
  },
  additionalKeys: [{ prefix: "second/" }],
  encryption: { topicKeyArn: KEY, queueKeyArn: KEY, sentinelQueueKeyArn: KEY, logKeyArn: KEY },
  alarms: { actionArns: [`arn:aws:sns:${PLACE.region}:${PLACE.accountId}:on-call`], oldestMessageSeconds: 300 },
  tags: { team: "security" },
};
const EVERYTHING_AS_VARIABLES = `
  reader_role_arns           = ["${defenderRoleArn(PLACE)}", "${defenderRoleArn(PLACE)}2"]
  message_retention_seconds  = 600
  visibility_timeout_seconds = 60
  additional_keys            = [{ prefix = "second/" }]
  topic_key_arn              = "${KEY}"
  queue_key_arn              = "${KEY}"
  sentinel_queue_key_arn     = "${KEY}"
  log_key_arn                = "${KEY}"
  alarms                     = { action_arns = ["arn:aws:sns:${PLACE.region}:${PLACE.accountId}:on-call"], oldest_message_seconds = 300 }
  tags                       = { team = "security" }
`;

/** A root as a person writes it. */
function root(phase: string, more = "  reader_role_arns = []\n"): string {
  const isRelease = phase === "release";
  return `
provider "aws" {
  region = "${PLACE.region}"
}

module "fanout" {
  source              = "${isRelease ? join(FOLDER, "release") : FOLDER}"
  phase               = "${phase}"
  aws_account_id      = "${PLACE.accountId}"
  aws_region          = "${PLACE.region}"
  bucket_name         = "${BUCKET}"
  sentinel_queue_name = "${SENTINEL_QUEUE}"
${more}}
${isRelease ? "" : 'output "statements" {\n  value = module.fanout.key_policy_statements\n}\n'}`;
}

const EMPTY = `provider "aws" {\n  region = "${PLACE.region}"\n}\n`;

async function start(aws: AwsCloud, stack: StackJson = {}, variables?: Readonly<Record<string, unknown>>) {
  const azure = new AzureCloud({ aws, subscriptionId: "00000000-0000-4000-8000-000000000001", resourceGroups: [] });
  return rehearse({ aws, azure, stack, moduleTypes: typesOf(FOLDER), ...(variables && { variables }) });
}

async function load(rehearsal: Rehearsal, phase: string, more?: string): Promise<void> {
  await rehearsal.addFile("main.tf", root(phase, more));
  await rehearsal.addFile("imports.tf", phase === "release" ? "" : IMPORTS);
  await rehearsal.init();
}

/** What a plan does, by the address within the fan-out; neither times nor what tells two states apart. */
function planned({ changes }: Plan): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    changes.map(({ address, change }) => [
      address.replace("module.fanout.", "").replace(/\[0\]$/, ""),
      JSON.parse(
        JSON.stringify([change.actions, change.importing?.id, change.after, change.after_unknown]),
        (_, value: unknown) => (typeof value === "string" ? comparable(value) : value),
      ) as unknown,
    ]),
  );
}

function comparable(text: string): unknown {
  return (
    jsonDocument(text) ?? text.replace(/^default\/.* \d{4}-.*$/, "the state").replace(/^\d{4}-\d\d-\d\dT.*$/, "a time")
  );
}

describeWithTerraform("the module cloudtrail-fanout", () => {
  afterEach(stopRehearsals);

  test("plans in each phase what the construct plans", async () => {
    const module = await start(sentinelAccount(PLACE));
    const stack = await start(sentinelAccount(PLACE), withCleanNames(variableStack(EVERYTHING)), { phase: "prepare" });
    for (const phase of ["prepare", "fanout", "rollback"]) {
      await load(module, phase, EVERYTHING_AS_VARIABLES);
      await stack.updateStack(withCleanNames(variableStack(EVERYTHING)), { phase });
      const [ofModule, ofStack] = await Promise.all([module.plan(), stack.plan()]);

      expect(planned(ofModule)).toEqual(planned(ofStack));
      await Promise.all([module.apply(ofModule), stack.apply(ofStack)]);
    }
    const { statements } = (await module.outputs()) as { statements: Readonly<Record<string, string>> };
    expect(Object.keys(statements).sort()).toEqual([
      "log_key_arn",
      "queue_key_arn",
      "sentinel_queue_key_arn",
      "topic_key_arn",
    ]);
  });

  test("loses no event from prepare to release, refuses the wrong order, and leaves what it found", async () => {
    const aws = sentinelAccount(PLACE);
    const { s3, sqs } = aws.caller;
    const written: string[] = [];
    const write = () => {
      const key = trailKey(PLACE, `file-${written.length}`);
      written.push(key);
      s3.putObject(BUCKET, key);
    };
    const rehearsal = await start(aws);
    const apply = async (phase: string) => {
      await load(rehearsal, phase);
      const plan = await rehearsal.plan();
      write();
      await rehearsal.apply(plan);
      write();
      return plan.counts;
    };
    await rehearsal.addFile("main.tf", root("prepare"));
    await rehearsal.init();
    // Of a single object, because such a plan evaluates no other refusal.
    const single = "-target=module.fanout.aws_sqs_queue_policy.adopted_sentinel_queue_policy";
    await expect(rehearsal.plan({ flags: [single] })).rejects.toThrow(/add\s+imports\.tf/);
    await load(rehearsal, "prepare");
    await rehearsal.validate();

    expect(await apply("prepare")).toEqual({ ...NOTHING, import: 3, add: 11, change: 1 });
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(await apply("fanout")).toEqual({ ...NOTHING, change: 2 });
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(sqs.messages(DEFENDER_QUEUE).some((body) => body.includes(written.at(-1) ?? "none"))).toBe(true);
    await load(rehearsal, "prepare");
    await expect(rehearsal.plan()).rejects.toThrow(/phase: "prepare" is not\s+allowed/);
    await rehearsal.addFile("imports.tf", "");
    await rehearsal.addFile("main.tf", EMPTY);
    await expect(rehearsal.plan()).rejects.toThrow("Provider configuration not present");
    await load(rehearsal, "release");
    await expect(rehearsal.plan()).rejects.toThrow(/phase: "release" is not\s+allowed/);
    expect(await apply("rollback")).toEqual({ ...NOTHING, change: 2 });
    minutesPass(aws, 11);
    expect(await apply("release")).toEqual({ ...NOTHING, destroy: 10, forget: 3 });
    await rehearsal.addFile("main.tf", EMPTY);
    await rehearsal.apply();

    expect(await rehearsal.stateAddresses()).toEqual([]);
    expect(s3.notificationOf(BUCKET)?.queue).toMatchObject(bucketRules(PLACE).queue);
    expect(JSON.parse(sqs.policyOf(sqs.queue(SENTINEL_QUEUE)?.url as string))).toMatchObject({
      Statement: [...scriptPolicy(PLACE).Statement, { Sid: "AllowTopic-cloudtrail-fanout" }],
    });
    const got = sqs.messages(SENTINEL_QUEUE).join("\n");
    expect(written.filter((key) => !got.includes(key))).toEqual([]);
  });

  test("adopts topic and queues of a state that is lost, without a change of the bucket", async () => {
    const aws = sentinelAccount(PLACE);
    const lost = await start(aws);
    for (const phase of ["prepare", "fanout"]) {
      await load(lost, phase);
      await lost.apply();
    }
    const before = aws.caller.s3.notificationOf(BUCKET);
    const found = await start(aws);
    await load(found, "fanout");
    await expect(found.plan()).rejects.toThrow(/adopt them:\s+README, A lost state/);
    await load(found, "fanout", "  reader_role_arns = []\n  adopt = true\n");
    await found.addFile("adopt.tf", FANOUT_ADOPTION);
    const plan = await found.plan();

    expect(plan.counts).toMatchObject({ import: 7, destroy: 0 });
    await found.apply(plan);
    expect((await found.plan()).empty).toBe(true);
    expect(aws.caller.s3.notificationOf(BUCKET)).toEqual(before);
    expect(aws.caller.objects.all("aws_sns_topic_subscription")).toHaveLength(2);
  });

  test("passes the tests that it ships, with mock providers, and its examples are valid", async () => {
    expect(await shippedTests("cloudtrail-fanout")).toContain("5 passed, 0 failed");
  });
});

/** The time of the roll-back, as the queue's tag has it, is set back. */
function minutesPass(aws: AwsCloud, minutes: number): void {
  const { objects, sqs } = aws.caller;
  const url = sqs.queue(DEFENDER_QUEUE)?.url as string;
  const attributes = objects.get("aws_sqs_queue", url)?.attributes ?? {};
  const time = new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+/, "");
  const tags = { ...(attributes.tags as object), CloudTrailFanoutLastUse: time };
  objects.put("aws_sqs_queue", url, { ...attributes, tags, tags_all: tags }, aws.clock.now);
}
