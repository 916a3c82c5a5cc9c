import { CloudTrailFanoutExample, CloudTrailFanoutRelease } from "../../examples/cloudtrail-fanout";
import { Rehearsal, sentinelScenario } from "../../rehearsal";
import type { Clouds } from "../../rehearsal";
import { describeWithTerraform } from "../support/with-terraform";
import { synthesized, testApp } from "../support/test-app";

const VARIABLES = {
  aws_account_id: "111122223333",
  aws_region: "eu-central-1",
  fanout_phase: "prepare",
  cloudtrail_bucket_name: "cloudtrail-logs",
  sentinel_queue_name: "sentinel-cloudtrail",
  defender_reader_role_arn: "arn:aws:iam::111122223333:role/DefenderCloudTrailReader",
};

const example = synthesized(new CloudTrailFanoutExample(testApp()));
const release = synthesized(new CloudTrailFanoutRelease(testApp()));

describe("the example cloudtrail-fanout", () => {
  test("has one configuration for three phases, and no default for the phase", () => {
    expect(example.variable?.fanout_phase).not.toHaveProperty("default");
    expect(release.variable).not.toHaveProperty("fanout_phase");
  });

  test("asks for the provider version that can read a bucket's rules", () => {
    expect(example.terraform?.required_providers).toMatchObject({ aws: { version: ">= 6.52, < 7" } });
  });

  test("needs fewer than ten values", () => {
    expect(Object.keys(example.variable ?? {}).sort()).toEqual(Object.keys(VARIABLES).sort());
  });
});

describeWithTerraform("the example cloudtrail-fanout, rehearsed", () => {
  let clouds: Clouds;
  let rehearsal: Rehearsal;

  beforeEach(async () => {
    clouds = sentinelScenario();
    rehearsal = await Rehearsal.start({ ...clouds, stack: example, variables: VARIABLES });
  });
  afterEach(() => rehearsal.stop());

  async function plan(variables: Record<string, string>) {
    await rehearsal.updateStack(example, { ...VARIABLES, ...variables });
    return rehearsal.plan();
  }

  test("goes from phase to phase by only the variable", async () => {
    for (const [phase, counts] of [
      ["prepare", { add: 15, change: 1, destroy: 0, import: 3, forget: 0 }],
      ["fanout", { add: 0, change: 2, destroy: 0, import: 0, forget: 0 }],
      ["rollback", { add: 0, change: 2, destroy: 0, import: 0, forget: 0 }],
    ] as const) {
      const planned = await plan({ fanout_phase: phase });
      expect(planned.counts).toEqual(counts);
      await rehearsal.apply(planned);
    }
    await rehearsal.updateStack(release);
    await expect(rehearsal.plan()).rejects.toThrow(/try again\s+in 10 minutes/);
  });

  test("leaves by the other configuration, and destroys what is left", async () => {
    await rehearsal.apply();
    await rehearsal.updateStack(release);
    const released = await rehearsal.plan();
    expect(released.counts).toEqual({ add: 0, change: 0, destroy: 14, import: 0, forget: 3 });
    await rehearsal.apply(released);
    await rehearsal.updateStack(example);
    await rehearsal.destroy();
    expect(await rehearsal.stateAddresses()).toEqual([]);
    clouds.aws.caller.s3.putObject("cloudtrail-logs", "AWSLogs/111122223333/CloudTrail/log.json.gz");
    expect(clouds.aws.caller.sqs.messages("sentinel-cloudtrail")).toHaveLength(1);
  });

  test("shows every policy of a plan although its names are variables", async () => {
    const { changes } = await plan({});
    const policies = changes.filter(({ type }) => type.endsWith("_policy")).map(({ change }) => change.after?.policy);
    expect(policies).toHaveLength(6);
    expect(policies.every((policy) => typeof policy === "string" && policy.includes("111122223333"))).toBe(true);
  });

  test.each([
    ["fanout_phase", "release", /fanout_phase: "release" is not allowed/],
    ["fanout_phase", "", /fanout_phase: "" is not allowed/],
    ["sentinel_queue_name", "trail.fifo", /sentinel_queue_name: "trail\.fifo" is not allowed; .*FIFO/s],
    ["sentinel_queue_name", "cloudtrail-fanout-defender", /defender\.queueName: .*it is\s+Sentinel's\s+queue/s],
    ["aws_account_id", "999988887777", /AWS account ID not allowed: 111122223333/],
    ["aws_region", "eu-west-1", /has no\s+such\s+queue\s+in\s+region\s+eu-west-1/],
    ["cloudtrail_bucket_name", "no-such-bucket", /NoSuchBucket/],
  ])("fails at plan for %s = %j", async (name, value, message) => {
    await expect(plan({ [name]: value })).rejects.toThrow(message);
  });
});
