import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BUCKET,
  bucketRules,
  defenderRoleArn,
  queueArn,
  scriptPolicy,
  SENTINEL_QUEUE,
  SENTINEL_RULE_ID,
} from "../cloudtrail-fanout/sentinel-account";
import { moduleFolder } from "../support/plain-module";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { Terraform } from "./support/terraform";
import { describeWithTools } from "./support/tools";

const PLACE = { accountId: EMULATOR_ACCOUNT, region: "eu-west-1" };
const ROLE = `arn:aws:iam::${PLACE.accountId}:role/deployer`;
const RULES = 'data "aws_s3_bucket_notification" "bucket_rules"';

// The steps of a fan-out's life are in the test of the construct. Here the real provider reads the generated HCL: its types, the
// dynamic blocks, the lock, and ids for the root's imports that come out of the module.
describeWithTools("the module cloudtrail-fanout", (tools) => {
  let emulator: Emulator;
  let terraform: Terraform;
  const copy = mkdtempSync(join(tmpdir(), "emulator-module-"));

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    const aws = emulator.api(PLACE.region);
    await aws.createQueue(SENTINEL_QUEUE, { Policy: JSON.stringify(scriptPolicy(PLACE)) });
    await aws.createBucket(BUCKET);
    await aws.putNotification(BUCKET, [
      {
        kind: "Queue",
        id: SENTINEL_RULE_ID,
        arn: queueArn(PLACE, SENTINEL_QUEUE),
        events: ["s3:ObjectCreated:*"],
        prefix: `AWSLogs/${PLACE.accountId}/CloudTrail/`,
        suffix: ".gz",
      },
    ]);
    copyFor(tools.awsProvider.version);
    terraform = new Terraform(tools, emulator);
  });

  afterAll(async () => {
    terraform.cleanUp();
    rmSync(copy, { recursive: true });
    await emulator.stop();
  });

  /** The module for the provider that is here, which has no data source of a bucket's rules: a local has them in its place. */
  function copyFor(version: string): void {
    cpSync(moduleFolder("cloudtrail-fanout"), copy, { recursive: true });
    for (const file of ["main.tf", "locals.tf"]) {
      const text = readFileSync(join(copy, file), "utf8");
      const start = text.indexOf(RULES);
      const without = start < 0 ? text : text.slice(0, start) + text.slice(text.indexOf("\n}\n", start) + 3);
      writeFileSync(
        join(copy, file),
        without.replaceAll("data.aws_s3_bucket_notification.bucket_rules", "local.bucket_rules"),
      );
    }
    const queue = bucketRules(PLACE).queue.filter(({ id }) => id === SENTINEL_RULE_ID);
    const local = { bucket_rules: { queue, topic: [], lambda_function: [], eventbridge: false } };
    const providers = { aws: { source: "hashicorp/aws", version } };
    writeFileSync(join(copy, "bucket_rules.tf.json"), JSON.stringify({ locals: local }));
    writeFileSync(join(copy, "old_override.tf.json"), JSON.stringify({ terraform: { required_providers: providers } }));
  }

  test("is planned: what is shared is imported by ids that the module gives, and the lock assumes the role", async () => {
    await terraform.load({
      provider: { aws: [{ region: PLACE.region }] },
      module: {
        fanout: {
          source: copy,
          phase: "prepare",
          aws_account_id: PLACE.accountId,
          aws_region: PLACE.region,
          bucket_name: BUCKET,
          sentinel_queue_name: SENTINEL_QUEUE,
          reader_role_arns: [defenderRoleArn(PLACE)],
          assume_role_arn: ROLE,
        },
      },
    });
    await expect(terraform.plan()).rejects.toThrow("The root does not import it");
    const imports = join(moduleFolder("cloudtrail-fanout"), "examples", "bucket", "imports.tf");
    cpSync(imports, join(terraform.directory, "imports.tf"));

    const { changes, counts } = await terraform.plan();
    expect(counts).toEqual({ import: 3, add: 11, change: 1, destroy: 0, forget: 0 });
    expect(changes.filter(({ importing }) => importing).map(({ action }) => action)).toEqual(
      expect.arrayContaining(["import", "import", "update"]),
    );
    expect(emulator.actionsOf(/terraform/i)).toContain("sts:AssumeRole");
  });
});
