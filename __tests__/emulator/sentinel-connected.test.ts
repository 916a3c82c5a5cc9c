import { SentinelConnected, SentinelConnectedRelease } from "../../examples/sentinel-connected";
import { AUDIENCES, MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../modules";
import { identityProviderArn, identityProviderUrl } from "../../modules/plans";
import { BUCKET, SENTINEL_QUEUE } from "../cloudtrail-fanout/sentinel-account";
import type { StackJson } from "../../rehearsal/schema/used-types";
import { synthesized, testApp } from "../support/test-app";
import { ACCOUNT_VARIABLES } from "../support/synth";
import type { AwsApi } from "./support/aws-api";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { leaveSentinel, SENTINEL_ROLE, SENTINEL_THUMBPRINT } from "./support/left-account";
import { Terraform } from "./support/terraform";
import { describeWithTools } from "./support/tools";

const PLACE = { accountId: EMULATOR_ACCOUNT, region: "eu-west-1" };
const ARN = identityProviderArn({ partition: "aws", accountId: EMULATOR_ACCOUNT }, MICROSOFT_TENANT_ID);
const ISSUER = identityProviderUrl(MICROSOFT_TENANT_ID).replace("https://", "");
const SOMEBODY_ELSE = "api://somebody-else";
const NEEDED = [
  AUDIENCES.cspm,
  AUDIENCES.servers,
  AUDIENCES.vmScanner,
  AUDIENCES.containers,
  AUDIENCES.sensitiveData,
  AUDIENCES.databases,
];

const variables = {
  ...ACCOUNT_VARIABLES,
  aws_account_id: EMULATOR_ACCOUNT,
  aws_region: PLACE.region,
  cloudtrail_bucket_name: BUCKET,
  sentinel_queue_name: SENTINEL_QUEUE,
  defender_reader_role_arn: `arn:aws:iam::${EMULATOR_ACCOUNT}:role/DefenderReader`,
};

/** The example without the Systems Manager associations, which moto does not know. */
function example(phase: string): StackJson {
  const stack = synthesized(
    phase === "release" ? new SentinelConnectedRelease(testApp()) : new SentinelConnected(testApp()),
  );
  delete stack.resource?.aws_ssm_association;
  return JSON.parse(
    JSON.stringify(stack, (key, value: unknown) =>
      key === "depends_on" && Array.isArray(value)
        ? value.filter((address: string) => !address.startsWith("aws_ssm_association."))
        : value,
    ),
  ) as StackJson;
}

describeWithTools("the example of an account that Sentinel reads, with the real provider", (tools) => {
  let emulator: Emulator;
  let aws: AwsApi;
  let terraform: Terraform;

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    aws = emulator.api(PLACE.region);
    terraform = new Terraform(tools, emulator, variables);
    await leaveSentinel(aws, PLACE);
  });

  afterAll(async () => {
    terraform.cleanUp();
    await emulator.stop();
  });

  // The tests are the steps of one life: connect, apply again, give back, destroy.

  test("imports what is shared, and adds Defender's audiences in place", async () => {
    await terraform.load(example("prepare"), { fanout_phase: "prepare" });
    const plan = await terraform.apply();
    expect(plan.counts).toMatchObject({ import: 4, change: 2, destroy: 0, forget: 0 });
    const provider = await aws.getOidcProvider(ARN);
    expect([...provider.clientIds].sort()).toEqual([SENTINEL_AUDIENCE, ...NEEDED].sort());
    expect(provider).toMatchObject({ thumbprints: [SENTINEL_THUMBPRINT], tags: { owner: "sentinel" } });
  });

  test("has roles whose trusts the shared provider can fulfil", async () => {
    const { clientIds } = await aws.getOidcProvider(ARN);
    const trusts = (await aws.listRoles()).filter(({ name }) => name !== SENTINEL_ROLE).flatMap(webIdentityTrusts);
    expect(new Set(trusts.map(({ audience }) => audience))).toEqual(new Set(NEEDED));
    for (const { federated, audience } of trusts) {
      expect(federated).toBe(ARN);
      expect(clientIds).toContain(audience);
    }
  });

  test("plans nothing the second time", async () => {
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
  });

  test("keeps an audience that somebody adds between two runs, without a difference", async () => {
    await aws.addClientId(ARN, SOMEBODY_ELSE);
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
  });

  test("refuses to be destroyed while it holds what is shared", async () => {
    await expect(terraform.destroy()).rejects.toThrow("Instance cannot be destroyed");
  });

  test("changes the bucket and a tag alone in fanout and in rollback, and Sentinel's rule is back", async () => {
    const before = await aws.getNotification(BUCKET);
    for (const phase of ["fanout", "rollback"]) {
      await terraform.load(example(phase), { fanout_phase: phase });
      expect((await terraform.apply()).counts).toEqual({ import: 0, add: 0, change: 2, destroy: 0, forget: 0 });
      expect(await terraform.plan()).toMatchObject({ isEmpty: true });
      const kinds = (await aws.getNotification(BUCKET)).map(({ kind }) => kind);
      expect(kinds).toEqual(["Queue", phase === "fanout" ? "Topic" : "Queue"]);
      expect((await aws.getOidcProvider(ARN)).clientIds).toContain(SENTINEL_AUDIENCE);
    }
    expect(new Set(await aws.getNotification(BUCKET))).toEqual(new Set(before));
  });

  test("gives the shared objects back, and then destroys only its own", async () => {
    await terraform.load(example("release"));
    await expect(terraform.apply()).rejects.toThrow("try again in");
    const before = new Date(Date.now() - 11 * 60_000).toISOString().replace(/\.\d+/, "");
    await aws.tagQueue(await aws.getQueueUrl("cloudtrail-fanout-defender"), "CloudTrailFanoutLastUse", before);
    await expect(terraform.destroy()).rejects.toThrow("Instance cannot be destroyed");
    expect((await terraform.apply()).counts).toEqual({ import: 0, add: 0, change: 0, destroy: 10, forget: 4 });
    await terraform.load(example("prepare"), { fanout_phase: "prepare" });
    await terraform.destroy();
    expect(await terraform.stateList()).toEqual([]);
    expect((await aws.listRoles()).map(({ name }) => name)).toEqual([SENTINEL_ROLE]);
    expect((await aws.getOidcProvider(ARN)).clientIds).toEqual(
      expect.arrayContaining([SENTINEL_AUDIENCE, SOMEBODY_ELSE]),
    );
  });
});

interface Statement {
  readonly Principal: { readonly Federated?: string | readonly string[] };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Which provider a role trusts, and for which audience, wherever it trusts a provider. */
function webIdentityTrusts({ trust }: { readonly trust: string }): { federated: string; audience: string }[] {
  const { Statement: statements } = JSON.parse(trust) as { Statement: readonly Statement[] };
  return statements.flatMap(({ Principal: { Federated: federated }, Condition: condition }) => {
    const audience = Object.values(condition ?? {}).flatMap((values) => values[`${ISSUER}:aud`] ?? []);
    return federated === undefined ? [] : [{ federated: [federated].flat().join(), audience: audience.join() }];
  });
}
