import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TerraformStack } from "cdktf";
import { CloudTrailFanoutExample } from "../../examples/cloudtrail-fanout";
import { ManagementAccount } from "../../examples/management-account";
import { PortalTemplateExample } from "../../examples/portal-template";
import { SentinelConnected } from "../../examples/sentinel-connected";
import { AccountOnboarding } from "../../modules";
import { AwsCloud, AzureCloud, sentinelScenario, type StackJson } from "../../rehearsal";
import { evaluate, type PolicyDocument } from "../support/policy-evaluator";
import { ACCOUNT, synth } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

/*
 * docs/guardrails.md: what it prints is what is tested.
 */

const PAGE = readFileSync(resolve(__dirname, "..", "..", "..", "docs", "guardrails.md"), "utf8");
const [overrideFile = {}, resourceControlPolicy = {}] = [...PAGE.matchAll(/```json\n([^`]*)```/g)].map(
  ([, text = ""]) => JSON.parse(text) as object,
);

const PIPELINE = "999988887777";

interface ProviderBlock {
  readonly alias?: string;
  readonly assume_role?: unknown;
  readonly default_tags?: unknown;
}

const [overrideCommand = ""] = /(?<=```sh\n)jq [^`]*override\.tf\.json\n/.exec(PAGE) ?? [];

/** A stack whose AWS provider names no account, as a pipeline may get it. */
function onboarding(): StackJson {
  return synth(
    (stack) => new AccountOnboarding(stack, "Onboarding", { ...ACCOUNT, accessLevel: "leastPrivilege", plans: {} }),
  );
}

/** The file of the page, as it stands there. */
const FILE = (overrideFile as { provider: { aws: ProviderBlock[] } }).provider.aws;

afterEach(stopRehearsals);

describeWithTerraform("a pipeline that assumes a role by an override file", () => {
  let aws: AwsCloud;
  const stack = onboarding();

  beforeEach(() => {
    aws = new AwsCloud({ callerAccountId: PIPELINE, region: ACCOUNT.awsRegion });
  });

  async function pipeline(blocks: readonly ProviderBlock[]) {
    const azure = new AzureCloud({ aws, subscriptionId: ACCOUNT.azureSubscriptionId, resourceGroups: ["security"] });
    const rehearsal = await rehearse({ aws, azure, stack });
    await rehearsal.override({ provider: { aws: blocks } });
    return rehearsal;
  }

  const objects = (account: string) => aws.account(account).objects.everything();

  test("creates everything in the right account, with its tags, if the file covers the lock's alias", async () => {
    const rehearsal = await pipeline(FILE);
    await rehearsal.apply();
    expect(objects(PIPELINE)).toEqual([]);
    const [provider] = aws.account(ACCOUNT.awsAccountId).objects.all("aws_iam_openid_connect_provider");
    expect(provider?.attributes.tags_all).toEqual({ team: "soc" });
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.destroy();
    expect(objects(ACCOUNT.awsAccountId)).toEqual([]);
  });

  test("fails at plan if it covers the default provider alone, instead of creating the identity provider elsewhere", async () => {
    const rehearsal = await pipeline(FILE.slice(0, 1));
    await expect(rehearsal.plan()).rejects.toThrow(`AWS account ID not allowed: ${PIPELINE}`);
    await expect(rehearsal.apply()).rejects.toThrow(`AWS account ID not allowed: ${PIPELINE}`);
    expect([...objects(PIPELINE), ...objects(ACCOUNT.awsAccountId)]).toEqual([]);
  });

  test("fails if the file names an alias that the stack does not have", async () => {
    const [plain = {}, lock] = FILE;
    const rehearsal = await pipeline([plain, { ...lock, alias: "Former_Lock" }]);
    await expect(rehearsal.plan()).rejects.toThrow("Missing base provider configuration for override");
  });

  test("fails at plan without the file: the credentials are those of the pipeline's account", async () => {
    const rehearsal = await pipeline([{}]);
    await expect(rehearsal.plan()).rejects.toThrow(PIPELINE);
  });
});

describeWithTerraform("a fan-out whose pipeline assumes a role by an override file", () => {
  const stack = synthesized(new CloudTrailFanoutExample(testApp()));
  const { aws: configurations } = stack.provider as { aws: ProviderBlock[] };
  const variables = {
    aws_account_id: ACCOUNT.awsAccountId,
    aws_region: ACCOUNT.awsRegion,
    fanout_phase: "prepare",
    cloudtrail_bucket_name: "cloudtrail-logs",
    sentinel_queue_name: "sentinel-cloudtrail",
    defender_reader_role_arn: `arn:aws:iam::${ACCOUNT.awsAccountId}:role/Reader`,
  };

  async function pipeline(covered: (block: ProviderBlock) => boolean) {
    const clouds = sentinelScenario({ accountId: ACCOUNT.awsAccountId });
    clouds.aws.callerAccountId = PIPELINE;
    const rehearsal = await rehearse({ ...clouds, stack, variables });
    const aws = configurations.filter(covered).map(({ alias }) => ({ ...FILE[0], ...(alias ? { alias } : {}) }));
    await rehearsal.override({ provider: { aws } });
    return { rehearsal, aws: clouds.aws };
  }

  test("works in Sentinel's account if the file covers the lock's alias", async () => {
    const { rehearsal, aws } = await pipeline(() => true);
    await rehearsal.apply();
    expect(aws.account(PIPELINE).objects.everything()).toEqual([]);
    expect(aws.account(ACCOUNT.awsAccountId).objects.all("aws_sns_topic")).toHaveLength(1);
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("fails at plan if it covers the default provider alone", async () => {
    const { rehearsal } = await pipeline(({ alias }) => alias === undefined);
    await expect(rehearsal.plan()).rejects.toThrow(`AWS account ID not allowed: ${PIPELINE}`);
  });
});

describe("the command that writes the override file", () => {
  const withJq = spawnSync("jq", ["--version"]).status === 0 ? test : test.skip;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "override-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function written(stack: StackJson) {
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack));
    execFileSync("sh", ["-euc", overrideCommand], { cwd: folder });
    return JSON.parse(readFileSync(join(folder, "override.tf.json"), "utf8")) as { provider: { aws: ProviderBlock[] } };
  }

  withJq("writes the file of the page for an onboarding", () => {
    expect(written(onboarding())).toEqual(overrideFile);
  });

  const examples: readonly (readonly [string, () => TerraformStack])[] = [
    ["a fan-out", () => new CloudTrailFanoutExample(testApp())],
    ["an onboarding beside Sentinel, with its fan-out", () => new SentinelConnected(testApp())],
    ["an organization", () => new ManagementAccount(testApp(), "management-account")],
    ["the portal's template", () => new PortalTemplateExample(testApp())],
  ];
  withJq.each(examples)("covers every configuration of the AWS provider in the example of %s", (_what, example) => {
    const stack = synthesized(example());
    const { aws } = stack.provider as { aws: ProviderBlock[] };
    expect(aws.length).toBeGreaterThan(1);
    const tags = { assume_role: FILE[0]?.assume_role, default_tags: FILE[0]?.default_tags };
    expect(written(stack).provider.aws).toEqual(aws.map(({ alias }) => ({ ...(alias ? { alias } : {}), ...tags })));
  });
});

describe("the resource control policy with its exception", () => {
  const outcome = (issuer: string) =>
    evaluate(resourceControlPolicy as PolicyDocument, {
      action: "sts:AssumeRoleWithWebIdentity",
      principal: { federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
      context: { [`${issuer}:sub`]: "application" },
    }).decision;

  test.each([
    ["Microsoft's tenant", "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"],
    ["the customer's tenant", `sts.windows.net/${ACCOUNT.entraTenantId}/`],
    ["the pipeline", "token.actions.githubusercontent.com"],
  ])("does not deny tokens of %s", (_who, issuer) => {
    expect(outcome(issuer)).toBe("implicitlyDenied");
  });

  test("denies tokens of every other issuer", () => {
    expect(outcome("accounts.google.com")).toBe("explicitlyDenied");
    expect(outcome("sts.windows.net/99999999-2222-4333-8444-555555555555/")).toBe("explicitlyDenied");
  });
});
