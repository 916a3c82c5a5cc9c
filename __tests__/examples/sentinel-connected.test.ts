import { identityProviderUrl } from "../../modules/plans";
import { MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../modules";
import { SentinelConnected, SentinelConnectedRelease } from "../../examples/sentinel-connected";
import { sentinelScenario } from "../../rehearsal";
import type { Clouds } from "../../rehearsal";
import { ACCOUNT, ACCOUNT_VARIABLES } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const URL = identityProviderUrl(MICROSOFT_TENANT_ID);
const OBJECT = `AWSLogs/${ACCOUNT.awsAccountId}/CloudTrail/eu-central-1/2026/11/21/log.json.gz`;

const variables = {
  ...ACCOUNT_VARIABLES,
  cloudtrail_bucket_name: "cloudtrail-logs",
  sentinel_queue_name: "sentinel-cloudtrail",
  fanout_phase: "prepare",
  defender_reader_role_arn: `arn:aws:iam::${ACCOUNT.awsAccountId}:role/DefenderReader`,
};

afterEach(stopRehearsals);

describeWithTerraform("an account that Sentinel reads", () => {
  test("connects, cuts over and leaves, while Sentinel reads all the time", async () => {
    const clouds = sentinelScenario();
    const { caller } = clouds.aws;
    const before = { trust: caller.iam.role("OIDC_MicrosoftSentinelRole") };
    caller.iam.createRole({ name: "DefenderReader", assumeRolePolicy: { Version: "2012-10-17", Statement: [] } });
    const stack = synthesized(new SentinelConnected(testApp()));
    const release = synthesized(new SentinelConnectedRelease(testApp()));
    const rehearsal = await rehearse({ ...clouds, stack, variables });
    const enter = (phase: string) => rehearsal.updateStack(stack, { ...variables, fanout_phase: phase });

    const prepare = await rehearsal.plan();
    expect(prepare.counts).toMatchObject({ import: 4, change: 2, destroy: 0, forget: 0 });
    await rehearsal.apply(prepare);
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
    expect(caller.iam.role("OIDC_MicrosoftSentinelRole")).toEqual(before.trust);

    await enter("fanout");
    expect((await rehearsal.plan()).counts).toEqual({ add: 0, change: 2, destroy: 0, import: 0, forget: 0 });
    await rehearsal.apply();
    caller.s3.putObject("cloudtrail-logs", OBJECT);
    expect(caller.sqs.messages("sentinel-cloudtrail").join()).toContain("2026/11/21/log.json.gz");
    expect(caller.sqs.messages("cloudtrail-fanout-defender").join()).toContain("2026/11/21/log.json.gz");

    await enter("rollback");
    await rehearsal.apply();
    await rehearsal.updateStack(release);
    await expect(rehearsal.plan()).rejects.toThrow(/try again\s+in 10 minutes/);
    elevenMinutesPass(clouds);
    expect((await rehearsal.plan()).counts).toEqual({ add: 0, change: 0, destroy: 10, import: 0, forget: 4 });
    await rehearsal.apply();
    await enter("prepare");
    await rehearsal.destroy();

    expect(await rehearsal.stateAddresses()).toEqual([]);
    expect(clouds.azure.connectors.all()).toEqual([]);
    expect(caller.iam.roleNames().sort()).toEqual(["DefenderReader", "OIDC_MicrosoftSentinelRole"]);
    expect(caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
    caller.s3.putObject("cloudtrail-logs", OBJECT.replace("log", "later"));
    expect(caller.sqs.messages("sentinel-cloudtrail").join()).toContain("later.json.gz");
  });
});

/** The time of the roll-back, as the tag of Defender's queue has it, is set back. */
function elevenMinutesPass({ aws }: Clouds): void {
  const queue = aws.caller.sqs.queue("cloudtrail-fanout-defender") ?? {};
  const time = new Date(Date.now() - 11 * 60_000).toISOString().replace(/\.\d+/, "");
  const tags = { ...(queue.tags as object), CloudTrailFanoutLastUse: time };
  aws.caller.objects.put("aws_sqs_queue", queue.url as string, { ...queue, tags, tags_all: tags }, aws.clock.now);
}
