import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { Rehearsal, type Counts } from "./rehearsal";
import type { StackJson } from "./schema/used-types";
import { terraformAvailable, TerraformError } from "./terraform";
import { emptyScenario, organizationScenario, sentinelScenario, type Clouds } from "./scenarios";

/** Shows a person what terraform would do with an example: every step, against the two clouds in memory. */

const STACKS = join("cdktf.out", "stacks");

/** An error that the user can fix: shown as one line, without a stack trace. */
class UsageError extends Error {}

/** Rehearsal values of the examples' variables, by name. */
function knownValues(region: string): Record<string, unknown> {
  return {
    aws_account_id: "111122223333",
    aws_region: region,
    entra_tenant_id: "11111111-2222-4333-8444-555555555555",
    azure_subscription_id: "00000000-0000-4000-8000-000000000001",
    resource_group_name: "security",
    location: "westeurope",
    connector_name: "aws-connector",
    targets: ["r-ab12"],
    cloudtrail_bucket_name: "cloudtrail-logs",
    sentinel_queue_name: "sentinel-cloudtrail",
    fanout_phase: "prepare",
    defender_reader_role_arn: "arn:aws:iam::111122223333:role/DefenderCloudTrailReader",
  };
}

function readStack(example: string | undefined): StackJson {
  const examples = existsSync(STACKS) ? readdirSync(STACKS) : [];
  if (example === undefined || !examples.includes(example)) {
    const what = example === undefined ? "name an example" : `there is no synthesized example "${example}"`;
    throw new UsageError(
      examples.length > 0 ? `${what}: ${examples.join(", ")}` : `${what}; run "npm run synth" first`,
    );
  }
  return JSON.parse(readFileSync(join(STACKS, example, "cdk.tf.json"), "utf8")) as StackJson;
}

/** Values for all variables: given on the command line, else known by name, else left to the variable's default. */
function variableValues(stack: StackJson, given: Record<string, string>, region: string): Record<string, unknown> {
  const known: Record<string, unknown> = { ...knownValues(region), ...given };
  const values: Record<string, unknown> = {};
  for (const [name, { default: fallback }] of Object.entries(stack.variable ?? {})) {
    if (name in known) {
      values[name] = known[name];
    } else if (fallback === undefined) {
      throw new UsageError(`variable "${name}" has no rehearsal value; give it with --var ${name}=<value>`);
    }
  }
  return values;
}

/** What Sentinel has in an account, and a stack adopts or releases. */
const SHARED_WITH_SENTINEL = /"aws_(iam_openid_connect_provider|s3_bucket_notification|sqs_queue_policy)\./;

/** A stack with a StackSet gets an organization, one that adopts what Sentinel has an account where Sentinel is connected. */
async function prepareClouds(stack: StackJson, region: string): Promise<{ clouds: Clouds; description: string }> {
  if (stack.resource && "aws_cloudformation_stack_set" in stack.resource) {
    return { clouds: await organizationScenario({ region }), description: "an organization of four accounts" };
  }
  return SHARED_WITH_SENTINEL.test(JSON.stringify([stack.import, stack.removed]))
    ? { clouds: sentinelScenario({ region }), description: "an AWS account that Microsoft Sentinel reads already" }
    : { clouds: emptyScenario({ region }), description: "an AWS account that is not connected to Microsoft yet" };
}

function say(line = ""): void {
  process.stdout.write(`${line}\n`);
}

async function step<T>(name: string, run: () => Promise<T>, tell: (result: T) => string = () => ""): Promise<T> {
  const started = performance.now();
  const result = await run();
  const duration = `${((performance.now() - started) / 1000).toFixed(2)} s`;
  say(`  ${name.padEnd(14)}${duration.padStart(7)}   ${tell(result)}`.trimEnd());
  return result;
}

function describe(counts: Counts): string {
  const parts = [
    `${counts.add} to add`,
    `${counts.change} to change`,
    `${counts.destroy} to destroy`,
    ...(counts.import > 0 ? [`${counts.import} to import`] : []),
    ...(counts.forget > 0 ? [`${counts.forget} to forget`] : []),
  ];
  return parts.join(", ");
}

function showClouds({ aws, azure }: Clouds): void {
  const objects = aws.caller.objects.everything();
  const byType = new Map<string, string[]>();
  for (const { type, id } of objects) {
    byType.set(type, [...(byType.get(type) ?? []), id]);
  }
  const amount = (count: number): string => (count === 0 ? "empty" : `${count} objects`);
  say(`  AWS account ${aws.callerAccountId}: ${amount(objects.length)}`);
  for (const [type, ids] of byType) {
    say(`    ${type}: ${ids.length <= 2 ? ids.join(", ") : `${ids.length}, for instance ${ids[0] ?? ""}`}`);
  }
  for (const member of aws.accounts().filter(({ id }) => id !== aws.callerAccountId)) {
    say(`  AWS account ${member.id}: ${amount(member.objects.everything().length)}`);
  }
  const connectors = azure.connectors.all();
  say(`  Azure: ${connectors.length === 0 ? "no connector" : `${connectors.length} connector(s)`}`);
  for (const { name, properties } of connectors) {
    const offerings = (properties.offerings ?? []).map(({ offeringType }) => String(offeringType));
    say(`    ${name}: ${offerings.join(", ")}`);
  }
}

async function rehearse(rehearsal: Rehearsal, clouds: Clouds): Promise<void> {
  await step("init", () => rehearsal.init());
  await step("validate", () => rehearsal.validate());
  const plan = await step(
    "plan",
    () => rehearsal.plan(),
    ({ counts }) => describe(counts),
  );
  await step(
    "apply",
    () => rehearsal.apply(plan),
    () => `${clouds.aws.log.length} operations`,
  );
  await step(
    "second plan",
    () => rehearsal.plan(),
    ({ empty, counts }) => (empty ? "no changes" : describe(counts)),
  );
  say();
  say("after apply");
  showClouds(clouds);
  say();
  try {
    await step("destroy", () => rehearsal.destroy());
  } catch (error) {
    if (!(error instanceof TerraformError && error.diagnostics.includes("Instance cannot be destroyed"))) {
      throw error;
    }
    say("  destroy       refused: an object that others use is protected by prevent_destroy");
  }
  say();
  say("after destroy");
  showClouds(clouds);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { region: { type: "string", default: "eu-central-1" }, var: { type: "string", multiple: true } },
  });
  const [example] = positionals;
  const stack = readStack(example);
  const given = Object.fromEntries(
    (values.var ?? []).map((assignment) => {
      const [name = "", ...value] = assignment.split("=");
      return [name, value.join("=")];
    }),
  );
  const variables = variableValues(stack, given, values.region);
  if (!terraformAvailable()) {
    say(
      `${example ?? ""} is synthesized; terraform is not on the PATH, so init, plan, apply and destroy were skipped.`,
    );
    return;
  }
  const { clouds, description } = await prepareClouds(stack, values.region);
  say(`${example ?? ""}, rehearsed in memory with ${description}`);
  const rehearsal = await Rehearsal.start({ ...clouds, stack, variables });
  try {
    await rehearse(rehearsal, clouds);
  } finally {
    await rehearsal.stop();
  }
}

// A closed pipe (`| head`) is not a failure.
process.stdout.on("error", () => process.exit());

main().catch((error: unknown) => {
  const expected = error instanceof TerraformError || error instanceof UsageError;
  const unknownOption = error instanceof TypeError && "code" in error;
  process.stderr.write(
    `${expected || unknownOption ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
});
