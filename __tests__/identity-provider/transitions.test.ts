import type { TerraformStack } from "cdktf";
import {
  AccountOnboarding,
  AUDIENCES,
  identityProviderArn,
  identityProviderUrl,
  IdentityProvider,
  MICROSOFT_TENANT_ID,
  SENTINEL_AUDIENCE,
} from "../../modules";
import type { IdentityProviderMode } from "../../modules";
import { emptyWorld, sentinelWorld } from "../../rehearsal";
import type { Rehearsal, StackJson } from "../../rehearsal";
import { ACCOUNT, synth } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const OURS = [AUDIENCES.cspm, AUDIENCES.servers];
const URL = identityProviderUrl(MICROSOFT_TENANT_ID);
const ARN = identityProviderArn({ partition: "aws", accountId: ACCOUNT.awsAccountId }, MICROSOFT_TENANT_ID);
const NOTHING = { add: 0, change: 0, destroy: 0, import: 0, forget: 0 };
const SOMEBODY_ELSE = "api://somebody-else";

/** A stack whose state holds the provider at one address in every mode; `undefined` is a stack without the construct. */
function stackWith(mode: IdentityProviderMode | undefined, audiences: readonly string[] = OURS): StackJson {
  return synth((stack: TerraformStack) => {
    if (mode) {
      const { awsAccountId } = ACCOUNT;
      new IdentityProvider(stack, "IdentityProvider", {
        accountId: awsAccountId,
        partition: "aws",
        tenantId: MICROSOFT_TENANT_ID,
        audiences,
        mode,
      });
    }
  });
}

const extend = stackWith({ mode: "extend" });
const verify = stackWith({ mode: "verify" });
const create = stackWith({ mode: "create" });

async function become(rehearsal: Rehearsal, stack: StackJson): Promise<void> {
  await rehearsal.updateStack(stack);
  await rehearsal.init();
}

afterEach(stopRehearsals);

describeWithTerraform("the identity provider that Sentinel made", () => {
  it("is imported and extended in place, keeps Sentinel's audience, and then needs nothing more", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: extend });
    const plan = await rehearsal.plan();
    expect(plan.counts).toEqual({ ...NOTHING, change: 1, import: 1 });
    await rehearsal.apply(plan);
    expect(new Set(world.aws.caller.iam.clientIds(URL))).toEqual(new Set([SENTINEL_AUDIENCE, ...OURS]));
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  it("keeps an audience that somebody adds later, without a difference", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: extend });
    await rehearsal.apply();
    world.aws.caller.iam.addClientId(URL, SOMEBODY_ELSE);
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.apply();
    expect(world.aws.caller.iam.clientIds(URL)).toContain(SOMEBODY_ELSE);
  });

  it("keeps an audience that somebody adds between plan and apply", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: extend });
    const plan = await rehearsal.plan();
    world.aws.caller.iam.addClientId(URL, SOMEBODY_ELSE);
    await rehearsal.apply(plan);
    expect(world.aws.caller.iam.clientIds(URL)).toEqual(
      expect.arrayContaining([SENTINEL_AUDIENCE, SOMEBODY_ELSE, ...OURS]),
    );
  });

  it("keeps the audiences of a plan that is switched off", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: extend });
    await rehearsal.apply();
    await become(rehearsal, stackWith({ mode: "extend" }, [AUDIENCES.cspm]));
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  it("loses an audience of Defender that is retired on purpose, and no other", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: extend });
    await rehearsal.apply();
    const retiring = stackWith({ mode: "extend", retiredAudiences: [AUDIENCES.servers] }, [AUDIENCES.cspm]);
    await become(rehearsal, retiring);
    const plan = await rehearsal.plan();
    expect(plan.counts).toEqual({ ...NOTHING, change: 1 });
    await rehearsal.apply(plan);
    expect(new Set(world.aws.caller.iam.clientIds(URL))).toEqual(new Set([SENTINEL_AUDIENCE, AUDIENCES.cspm]));
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  it("is refused by create, with the mode to use instead, before anything changes", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: create });
    await expect(rehearsal.plan()).rejects.toThrow(
      /Microsoft Sentinel uses the identity provider of this account\s+\(OIDC_MicrosoftSentinelRole\)[\s\S]*\{ mode: "extend" \}/,
    );
    expect(world.aws.caller.iam.clientIds(URL)).toEqual([SENTINEL_AUDIENCE]);
  });

  it("fails verify with the command that adds each missing audience", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: verify });
    const refusal = await rehearsal.plan().then(
      () => "",
      (error: unknown) => String(error).replaceAll(/\s+/g, " "),
    );
    for (const audience of OURS) {
      expect(refusal).toContain(
        `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${ARN} --client-id ${audience}`,
      );
    }
    expect(refusal).not.toContain(`--client-id ${SENTINEL_AUDIENCE}`);
  });

  it("passes verify once its owner has added the audiences, and nothing is planned", async () => {
    const world = sentinelWorld();
    OURS.forEach((audience) => {
      world.aws.caller.iam.addClientId(URL, audience);
    });
    const rehearsal = await rehearse({ ...world, stack: verify });
    expect((await rehearsal.plan()).counts).toEqual(NOTHING);
  });
});

describeWithTerraform("a transition", () => {
  it("from create to extend changes nothing and destroys nothing", async () => {
    const world = emptyWorld();
    const rehearsal = await rehearse({ ...world, stack: create });
    await rehearsal.apply();
    await become(rehearsal, stackWith({ mode: "extend", expectedAudiences: [] }));
    expect((await rehearsal.plan()).counts).toEqual(NOTHING);
  });

  it("from create to extend keeps the audience of a Sentinel that joined later", async () => {
    const world = emptyWorld();
    const rehearsal = await rehearse({ ...world, stack: create });
    await rehearsal.apply();
    world.aws.caller.iam.addClientId(URL, SENTINEL_AUDIENCE);
    world.aws.caller.iam.createRole({
      name: "OIDC_Sentinel",
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Federated: ARN }, Action: "sts:AssumeRoleWithWebIdentity" }],
      },
    });
    await expect(rehearsal.plan()).rejects.toThrow('{ mode: "extend" }');
    await expect(rehearsal.destroy()).rejects.toThrow("Used_by_Sentinel_so_use_mode_extend");
    expect(world.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
    await become(rehearsal, extend);
    expect((await rehearsal.plan()).counts).toEqual(NOTHING);
    await rehearsal.apply();
    expect(world.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });

  it("from extend to verify forgets the provider and leaves it as it is", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: extend });
    await rehearsal.apply();
    await become(rehearsal, verify);
    const plan = await rehearsal.plan();
    expect(plan.counts).toEqual({ ...NOTHING, forget: 1 });
    await rehearsal.apply(plan);
    expect(new Set(world.aws.caller.iam.clientIds(URL))).toEqual(new Set([SENTINEL_AUDIENCE, ...OURS]));
  });

  it("from create to verify forgets the provider and leaves it as it is", async () => {
    const world = emptyWorld();
    const rehearsal = await rehearse({ ...world, stack: create });
    await rehearsal.apply();
    await become(rehearsal, verify);
    expect((await rehearsal.plan()).counts).toEqual({ ...NOTHING, forget: 1 });
  });

  it("from extend to create is refused while Sentinel is there", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: extend });
    await rehearsal.apply();
    await become(rehearsal, create);
    await expect(rehearsal.plan()).rejects.toThrow('{ mode: "extend" }');
  });

  it("from extend to destroy is refused", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: extend });
    await rehearsal.apply();
    await expect(rehearsal.destroy()).rejects.toThrow("Instance cannot be destroyed");
    expect(world.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });

  it("from extend over verify to destroy leaves the provider with Sentinel's audience", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: extend });
    await rehearsal.apply();
    await become(rehearsal, verify);
    await rehearsal.apply();
    await rehearsal.destroy();
    expect(await rehearsal.stateAddresses()).toEqual([]);
    expect(world.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });

  it("from extend to a stack without the construct is refused, and destroys nothing", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: extend });
    await rehearsal.apply();
    await become(rehearsal, stackWith(undefined));
    await expect(rehearsal.plan()).rejects.toThrow("Provider configuration not present");
    await expect(rehearsal.destroy()).rejects.toThrow("Provider configuration not present");
    expect(world.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });

  it("from verify to a stack without the construct plans nothing", async () => {
    const world = sentinelWorld();
    const rehearsal = await rehearse({ ...world, stack: extend });
    await rehearsal.apply();
    await become(rehearsal, verify);
    await rehearsal.apply();
    await become(rehearsal, stackWith(undefined));
    expect((await rehearsal.plan()).counts).toEqual(NOTHING);
  });
});

describeWithTerraform("an apply that is killed", () => {
  it.each(["UpdateOpenIDConnectProvider", "AttachRolePolicy"])(
    "after %s converges when it is run again",
    async (operation) => {
      const world = sentinelWorld();
      const stack = synth((scope) => {
        new AccountOnboarding(scope, "Onboarding", {
          ...ACCOUNT,
          accessLevel: "leastPrivilege",
          plans: {},
          identityProvider: { mode: "extend" },
        });
      });
      const rehearsal = await rehearse({ ...world, stack });
      world.aws.world.watch = (done) => {
        if (done.operation === operation) {
          // At once: AWS has done it, and Terraform dies before it hears of it.
          rehearsal.kill();
        }
      };
      await expect(rehearsal.apply()).rejects.toThrow();
      expect(world.azure.connectors.all()).toEqual([]);
      world.aws.world.watch = () => undefined;
      await rehearsal.apply();
      expect((await rehearsal.plan()).empty).toBe(true);
      expect(world.aws.caller.iam.clientIds(URL)).toEqual(expect.arrayContaining([SENTINEL_AUDIENCE, AUDIENCES.cspm]));
      expect(world.azure.connectors.all()).toHaveLength(1);
    },
  );
});

describeWithTerraform("where nobody has made the provider", () => {
  it.each([
    ["extend", extend],
    ["verify", verify],
  ])("%s fails at plan, at an address that names the mode to use", async (_mode, stack) => {
    const rehearsal = await rehearse({ ...emptyWorld(), stack });
    await expect(rehearsal.plan()).rejects.toThrow(/not found[\s\S]*Existing_or_else_use_mode_create/);
  });

  it("a slash-less left-over is not taken for it", async () => {
    const world = emptyWorld();
    world.aws.caller.iam.createIdentityProvider({ url: URL.slice(0, -1), clientIds: [SENTINEL_AUDIENCE] });
    const rehearsal = await rehearse({ ...world, stack: extend });
    await expect(rehearsal.plan()).rejects.toThrow("not found");
  });

  it("the provider of another tenant is not taken for it", async () => {
    const world = emptyWorld();
    const other = identityProviderUrl(ACCOUNT.entraTenantId);
    world.aws.caller.iam.createIdentityProvider({ url: other, clientIds: [SENTINEL_AUDIENCE] });
    const rehearsal = await rehearse({ ...world, stack: extend });
    await expect(rehearsal.plan()).rejects.toThrow("not found");
    expect(world.aws.caller.iam.clientIds(other)).toEqual([SENTINEL_AUDIENCE]);
  });
});

describeWithTerraform("extend", () => {
  it("fails where Sentinel's audience is missing, before anything changes", async () => {
    const world = emptyWorld();
    world.aws.caller.iam.createIdentityProvider({ url: URL, clientIds: [SOMEBODY_ELSE] });
    const rehearsal = await rehearse({ ...world, stack: extend });
    await expect(rehearsal.plan()).rejects.toThrow(
      /lacks audiences\s+that must be there:\s+api:\/\/1462b192-27f7-4cb9-8523-0f4ecb54b47e/,
    );
    expect(world.aws.caller.iam.clientIds(URL)).toEqual([SOMEBODY_ELSE]);
  });

  it("fails where the audiences would pass the hundred that AWS allows", async () => {
    const world = sentinelWorld();
    for (let index = 1; index < 100; index++) {
      world.aws.caller.iam.addClientId(URL, `api://audience-${index}`);
    }
    const rehearsal = await rehearse({ ...world, stack: extend });
    await expect(rehearsal.plan()).rejects.toThrow(/lists 100 audiences[\s\S]*would pass the 100\s+that AWS allows/);
    expect(world.aws.caller.iam.clientIds(URL)).toHaveLength(100);
  });
});
