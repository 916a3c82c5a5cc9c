import { CloudTrailFanoutExample } from "../../examples/cloudtrail-fanout";
import type { FanoutPhase } from "../../modules";
import { Rehearsal, sentinelScenario } from "../../rehearsal";
import type { Clouds, StackJson } from "../../rehearsal";
import { describeWithTerraform } from "../support/with-terraform";
import { synthesized, testApp } from "../support/test-app";

const VARIABLES = {
  aws_account_id: "111122223333",
  aws_region: "eu-central-1",
  cloudtrail_bucket_name: "cloudtrail-logs",
  sentinel_queue_name: "sentinel-cloudtrail",
  sentinel_role_arn: "arn:aws:iam::111122223333:role/OIDC_MicrosoftSentinelRole",
  sentinel_rule_id: "CloudTrailToSentinel",
  defender_reader_role_arn: "arn:aws:iam::111122223333:role/DefenderCloudTrailReader",
};
const KEY = "AWSLogs/111122223333/CloudTrail/eu-central-1/2026/01/01/log.json.gz";

/** The example as a person gets it who sets FANOUT_PHASE, or does not. */
function example(phase?: string): StackJson {
  const before = process.env.FANOUT_PHASE;
  try {
    if (phase === undefined) {
      delete process.env.FANOUT_PHASE;
    } else {
      process.env.FANOUT_PHASE = phase;
    }
    const stack = new CloudTrailFanoutExample(testApp(), "cloudtrail-fanout");
    return synthesized(stack);
  } finally {
    if (before === undefined) {
      delete process.env.FANOUT_PHASE;
    } else {
      process.env.FANOUT_PHASE = before;
    }
  }
}

describe("the example cloudtrail-fanout", () => {
  test("is in phase prepare unless told otherwise", () => {
    expect(example()).toEqual(example("prepare"));
    expect(example()).not.toEqual(example("fanout"));
  });

  test("fails for an unknown phase", () => {
    expect(() => example("off")).toThrow('FANOUT_PHASE: "off" is not allowed; allowed: "prepare", "fanout"');
  });

  test("fails for an empty phase, which may have been meant as another", () => {
    expect(() => example("")).toThrow('FANOUT_PHASE: "" is not allowed');
  });

  test("holds no path of the machine", () => {
    expect(JSON.stringify(example())).not.toContain(process.cwd());
  });
});

describeWithTerraform("the example cloudtrail-fanout, rehearsed", () => {
  let clouds: Clouds;
  let rehearsal: Rehearsal;

  beforeEach(async () => {
    clouds = sentinelScenario();
    rehearsal = await Rehearsal.start({ ...clouds, stack: example(), variables: VARIABLES });
  });
  afterEach(() => rehearsal.stop());

  async function plan(phase?: FanoutPhase, variables: Record<string, string> = VARIABLES) {
    await rehearsal.updateStack(example(phase), variables);
    await rehearsal.init();
    return rehearsal.plan();
  }

  test("goes there and back, and leaves", async () => {
    const counts: Record<string, unknown>[] = [];
    for (const phase of ["prepare", "fanout", "rollback", "release"] as const) {
      const planned = await plan(phase);
      counts.push({ ...planned.counts });
      await rehearsal.apply(planned);
    }
    expect(counts).toEqual([
      { add: 15, change: 1, destroy: 0, import: 2, forget: 0 },
      { add: 0, change: 2, destroy: 0, import: 0, forget: 0 },
      { add: 0, change: 2, destroy: 0, import: 0, forget: 0 },
      { add: 0, change: 0, destroy: 0, import: 0, forget: 2 },
    ]);
    await plan();
    await rehearsal.destroy();
    expect(await rehearsal.stateAddresses()).toEqual([]);
    clouds.aws.caller.s3.putObject("cloudtrail-logs", KEY);
    expect(clouds.aws.caller.sqs.messages("sentinel-cloudtrail")).toHaveLength(1);
  });

  test("shows every policy of a plan although its names are variables", async () => {
    const { changes } = await plan("prepare");
    const policies = changes.filter(({ type }) => type.endsWith("_policy")).map(({ change }) => change.after?.policy);
    expect(policies).toHaveLength(5);
    expect(policies.every((policy) => typeof policy === "string" && policy.includes("111122223333"))).toBe(true);
  });

  test.each([
    ["sentinel_queue_name", "DefenderForCloud-SQS", /defender\.queueName: .*it is Sentinel's\s+queue/s],
    ["sentinel_queue_name", "trail.fifo", /sentinel_queue_name: "trail\.fifo" is not allowed; .*FIFO/s],
    ["sentinel_role_arn", "*", /sentinel_role_arn: "\*" is not allowed/],
    ["aws_account_id", "999988887777", /AWS account ID not allowed: 111122223333/],
    ["aws_region", "eu-west-1", /awsRegion: "eu-west-1" is not allowed; the bucket is elsewhere/],
    ["cloudtrail_bucket_name", "no-such-bucket", /no-such-bucket/],
  ])("fails at plan for %s = %s", async (name, value, message) => {
    await expect(plan("prepare", { ...VARIABLES, [name]: value })).rejects.toThrow(message);
  });
});
