import { identityProviderUrl } from "../../modules/plans";
import { MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../modules";
import { SentinelConnected } from "../../examples/sentinel-connected";
import { sentinelScenario } from "../../rehearsal";
import type { Rehearsal } from "../../rehearsal";
import { exampleInPhase } from "../support/example-in-phase";
import { ACCOUNT, ACCOUNT_VARIABLES } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const URL = identityProviderUrl(MICROSOFT_TENANT_ID);
const OBJECT = `AWSLogs/${ACCOUNT.awsAccountId}/CloudTrail/eu-central-1/2026/11/21/log.json.gz`;

const variables = {
  ...ACCOUNT_VARIABLES,
  cloudtrail_bucket_name: "cloudtrail-logs",
  sentinel_queue_name: "sentinel-cloudtrail",
  sentinel_role_arn: `arn:aws:iam::${ACCOUNT.awsAccountId}:role/OIDC_MicrosoftSentinelRole`,
  sentinel_rule_id: "CloudTrailToSentinel",
  defender_reader_role_arn: `arn:aws:iam::${ACCOUNT.awsAccountId}:role/DefenderReader`,
};

afterEach(stopRehearsals);

describeWithTerraform("an account that Sentinel reads", () => {
  test("is connected, switched, and left, with Sentinel reading all the time", async () => {
    const clouds = sentinelScenario();
    const { caller } = clouds.aws;
    const before = { trust: caller.iam.role("OIDC_MicrosoftSentinelRole") };
    caller.iam.createRole({ name: "DefenderReader", assumeRolePolicy: { Version: "2012-10-17", Statement: [] } });
    const enter = async (rehearsal: Rehearsal, phase: string): Promise<void> => {
      await rehearsal.updateStack(exampleInPhase(SentinelConnected, "sentinel-connected", phase));
    };
    const stack = exampleInPhase(SentinelConnected, "sentinel-connected", "prepare");
    const rehearsal = await rehearse({ ...clouds, stack, variables });

    await rehearsal.init();
    const prepare = await rehearsal.plan();
    expect(prepare.counts).toMatchObject({ import: 3, change: 2, destroy: 0, forget: 0 });
    await rehearsal.apply(prepare);
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
    expect(caller.iam.role("OIDC_MicrosoftSentinelRole")).toEqual(before.trust);

    await enter(rehearsal, "fanout");
    expect((await rehearsal.plan()).counts).toEqual({ add: 0, change: 2, destroy: 0, import: 0, forget: 0 });
    await rehearsal.apply();
    caller.s3.putObject("cloudtrail-logs", OBJECT);
    expect(caller.sqs.messages("sentinel-cloudtrail").join()).toContain("2026/11/21/log.json.gz");
    expect(caller.sqs.messages("DefenderForCloud-SQS").join()).toContain("2026/11/21/log.json.gz");

    await enter(rehearsal, "rollback");
    await rehearsal.apply();
    await enter(rehearsal, "release");
    expect((await rehearsal.plan()).counts).toEqual({ add: 0, change: 0, destroy: 0, import: 0, forget: 3 });
    await rehearsal.apply();
    await enter(rehearsal, "prepare");
    await rehearsal.destroy();

    expect(await rehearsal.stateAddresses()).toEqual([]);
    expect(clouds.azure.connectors.all()).toEqual([]);
    expect(caller.iam.roleNames().sort()).toEqual(["DefenderReader", "OIDC_MicrosoftSentinelRole"]);
    expect(caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
    caller.s3.putObject("cloudtrail-logs", OBJECT.replace("log", "later"));
    expect(caller.sqs.messages("sentinel-cloudtrail").join()).toContain("later.json.gz");
  });
});
