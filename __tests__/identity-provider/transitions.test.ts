import type { TerraformStack } from "cdktf";
import { AccountOnboarding, AUDIENCES, IdentityProvider, MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../modules";
import { identityProviderArn, identityProviderUrl, SENTINEL_AUDIENCES } from "../../modules/plans";
import type { IdentityProviderMode } from "../../modules";
import { emptyScenario, sentinelScenario } from "../../rehearsal";
import type { Clouds, StackJson } from "../../rehearsal";
import { ACCOUNT, synth } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const OURS = [AUDIENCES.cspm, AUDIENCES.servers];
const URL = identityProviderUrl(MICROSOFT_TENANT_ID);
const ARN = identityProviderArn({ partition: "aws", accountId: ACCOUNT.awsAccountId }, MICROSOFT_TENANT_ID);
const NOTHING = { add: 0, change: 0, destroy: 0, import: 0, forget: 0 };
const CANNOT_BE_DESTROYED = "Instance cannot be destroyed";
const SOMEBODY_ELSE = "api://somebody-else";

/** A stack with the provider in a mode. */
function stackWith(
  mode: IdentityProviderMode,
  audiences: readonly string[] = OURS,
  options: { readonly id?: string; readonly accountId?: string; readonly tenantId?: string } = {},
): StackJson {
  return synth((stack: TerraformStack) => {
    new IdentityProvider(stack, options.id ?? "IdentityProvider", {
      awsAccountId: options.accountId ?? ACCOUNT.awsAccountId,
      tenantId: options.tenantId ?? MICROSOFT_TENANT_ID,
      audiences,
      ...mode,
    });
  });
}

const dropped = synth(() => undefined);

const extend = stackWith({ mode: "extend" });
const verify = stackWith({ mode: "verify" });
const release = stackWith({ mode: "release" });
const create = stackWith({ mode: "create" });

/** Sentinel connects after Defender: it adds its audience, and a role that trusts the provider. */
function connectSentinel(clouds: Clouds): void {
  clouds.aws.caller.iam.addClientId(URL, SENTINEL_AUDIENCE);
  createRole(clouds, "OIDC_Sentinel", ARN);
}

function createRole(clouds: Clouds, name: string, federated: string): void {
  const statement = { Effect: "Allow", Principal: { Federated: federated }, Action: "sts:AssumeRoleWithWebIdentity" };
  clouds.aws.caller.iam.createRole({ name, assumeRolePolicy: { Version: "2012-10-17", Statement: [statement] } });
}

afterEach(stopRehearsals);

describeWithTerraform("the identity provider that Sentinel made", () => {
  test("is imported and extended in place, keeps Sentinel's audience, and then needs nothing more", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    const plan = await rehearsal.plan();
    expect(plan.counts).toEqual({ ...NOTHING, add: 1, change: 1, import: 1 });
    await rehearsal.apply(plan);
    expect(new Set(clouds.aws.caller.iam.clientIds(URL))).toEqual(new Set([SENTINEL_AUDIENCE, ...OURS]));
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("keeps an audience that someone adds later, without a difference", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await rehearsal.apply();
    clouds.aws.caller.iam.addClientId(URL, SOMEBODY_ELSE);
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.apply();
    expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SOMEBODY_ELSE);
  });

  test("keeps an audience that someone adds between plan and apply", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    const plan = await rehearsal.plan();
    clouds.aws.caller.iam.addClientId(URL, SOMEBODY_ELSE);
    await rehearsal.apply(plan);
    expect(clouds.aws.caller.iam.clientIds(URL)).toEqual(
      expect.arrayContaining([SENTINEL_AUDIENCE, SOMEBODY_ELSE, ...OURS]),
    );
  });

  test("keeps the audiences of a plan that is switched off", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await rehearsal.apply();
    await rehearsal.updateStack(stackWith({ mode: "extend" }, [AUDIENCES.cspm]));
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("loses an audience of Defender that is retired on purpose, and no other", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await rehearsal.apply();
    const retiring = stackWith({ mode: "extend", retiredAudiences: [AUDIENCES.servers] }, [AUDIENCES.cspm]);
    await rehearsal.updateStack(retiring);
    const plan = await rehearsal.plan();
    expect(plan.counts).toEqual({ ...NOTHING, change: 1 });
    await rehearsal.apply(plan);
    expect(new Set(clouds.aws.caller.iam.clientIds(URL))).toEqual(new Set([SENTINEL_AUDIENCE, AUDIENCES.cspm]));
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("is refused by create, with the mode to use instead, before anything changes", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: create });
    await expect(rehearsal.plan()).rejects.toThrow(
      /Microsoft Sentinel uses the identity provider of this account\s+\(OIDC_MicrosoftSentinelRole\)[\s\S]*\{ mode: "extend" \}/,
    );
    expect(clouds.aws.caller.iam.clientIds(URL)).toEqual([SENTINEL_AUDIENCE]);
  });

  test("fails verify with the command that adds each missing audience", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: verify });
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

  test("passes verify once its owner has added the audiences, and nothing is planned", async () => {
    const clouds = sentinelScenario();
    OURS.forEach((audience) => {
      clouds.aws.caller.iam.addClientId(URL, audience);
    });
    const rehearsal = await rehearse({ ...clouds, stack: verify });
    expect((await rehearsal.plan()).counts).toEqual(NOTHING);
  });
});

describeWithTerraform("a transition", () => {
  test("from create to extend changes nothing and destroys nothing", async () => {
    const clouds = emptyScenario();
    const rehearsal = await rehearse({ ...clouds, stack: create });
    await rehearsal.apply();
    await rehearsal.updateStack(stackWith({ mode: "extend", expectedAudiences: [] }));
    expect((await rehearsal.plan()).counts).toEqual(NOTHING);
  });

  test("from create to extend keeps the audience of a Sentinel that joined later", async () => {
    const clouds = emptyScenario();
    const rehearsal = await rehearse({ ...clouds, stack: create });
    await rehearsal.apply();
    connectSentinel(clouds);
    await expect(rehearsal.plan()).rejects.toThrow('{ mode: "extend" }');
    await expect(rehearsal.destroy()).rejects.toThrow("Used_by_Sentinel_so_use_mode_extend");
    expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
    await rehearsal.updateStack(extend);
    expect((await rehearsal.plan()).counts).toEqual(NOTHING);
    await rehearsal.apply();
    expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });

  test("from create is refused, a destroy there too, when Sentinel's attack disruption has joined", async () => {
    const clouds = emptyScenario();
    const rehearsal = await rehearse({ ...clouds, stack: create });
    await rehearsal.apply();
    const [, disruption = ""] = SENTINEL_AUDIENCES;
    clouds.aws.caller.iam.addClientId(URL, disruption);
    createRole(clouds, "OIDC_Actions_Sentinel", ARN);
    await expect(rehearsal.plan()).rejects.toThrow('{ mode: "extend" }');
    await expect(rehearsal.destroy()).rejects.toThrow("Used_by_Sentinel_so_use_mode_extend");
    await rehearsal.updateStack(stackWith({ mode: "extend", expectedAudiences: [disruption] }));
    expect((await rehearsal.plan()).counts).toEqual(NOTHING);
    expect(clouds.aws.caller.iam.clientIds(URL)).toContain(disruption);
  });

  test("out of a deleted provider whose roles are left follows the command that create prints", async () => {
    const clouds = sentinelScenario();
    clouds.aws.caller.iam.deleteIdentityProvider(URL);
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await expect(rehearsal.plan()).rejects.toThrow("Existing_or_else_use_mode_create");
    await rehearsal.updateStack(create);
    const refusal = await rehearsal.plan().then(
      () => "",
      (error: unknown) => String(error).replaceAll(/\s+/g, " "),
    );
    const command = /aws iam create-open-id-connect-provider --url (\S+) --client-id-list (.+?) --thumbprint-list/;
    const [, url = "", audiences = ""] = command.exec(refusal) ?? [];
    expect(url).toBe(URL);
    clouds.aws.caller.iam.createIdentityProvider({ url, clientIds: audiences.split(" ") });
    await rehearsal.updateStack(extend);
    await rehearsal.apply();
    expect(new Set(clouds.aws.caller.iam.clientIds(URL))).toEqual(new Set([...SENTINEL_AUDIENCES, ...OURS]));
  });

  test("out of a deleted provider without Sentinel is to create, once the roles that are left are deleted", async () => {
    const clouds = sentinelScenario();
    clouds.aws.caller.iam.deleteIdentityProvider(URL);
    const rehearsal = await rehearse({ ...clouds, stack: create });
    await expect(rehearsal.plan()).rejects.toThrow(/delete\s+these\s+roles\s+and\s+keep\s+mode\s+"create"/);
    clouds.aws.caller.objects.delete("aws_iam_role", "OIDC_MicrosoftSentinelRole");
    await rehearsal.apply();
    expect(clouds.aws.caller.iam.clientIds(URL)).toEqual(OURS);
  });

  test("from extend to release forgets the provider and leaves it as it is", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await rehearsal.apply();
    await rehearsal.updateStack(release);
    const plan = await rehearsal.plan();
    expect(plan.counts).toEqual({ ...NOTHING, forget: 1 });
    await rehearsal.apply(plan);
    expect(new Set(clouds.aws.caller.iam.clientIds(URL))).toEqual(new Set([SENTINEL_AUDIENCE, ...OURS]));
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("from extend to verify is refused, and so is a destroy in any mode, until the release is applied", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await rehearsal.apply();
    const before = clouds.aws.caller.iam.clientIds(URL);
    await rehearsal.updateStack(verify);
    await expect(rehearsal.plan()).rejects.toThrow(CANNOT_BE_DESTROYED);
    for (const stack of [extend, verify, release, create]) {
      await rehearsal.updateStack(stack);
      await expect(rehearsal.destroy()).rejects.toThrow(/Instance cannot be destroyed|Used_by_Sentinel/);
    }
    expect(clouds.aws.caller.iam.clientIds(URL)).toEqual(before);
    await rehearsal.updateStack(release);
    await rehearsal.apply();
    await expect(rehearsal.destroy()).rejects.toThrow("Not_destroyed_in_mode_release");
    await rehearsal.updateStack(verify);
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(clouds.aws.caller.iam.clientIds(URL)).toEqual(before);
  });

  test("a provider that only a refresh has moved to extend survives a destroy in mode release", async () => {
    const clouds = emptyScenario();
    const rehearsal = await rehearse({ ...clouds, stack: create });
    await rehearsal.apply();
    connectSentinel(clouds);
    await rehearsal.updateStack(extend);
    await rehearsal.refresh();
    await rehearsal.updateStack(release);
    await expect(rehearsal.destroy()).rejects.toThrow("Not_destroyed_in_mode_release");
    expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });

  test("the provider of the customer's own tenant is shared and released like any other", async () => {
    const clouds = emptyScenario();
    const url = identityProviderUrl(ACCOUNT.entraTenantId);
    clouds.aws.caller.iam.createIdentityProvider({ url, clientIds: [SOMEBODY_ELSE] });
    const own = (mode: IdentityProviderMode) => stackWith(mode, [AUDIENCES.ciem], { tenantId: ACCOUNT.entraTenantId });
    const rehearsal = await rehearse({ ...clouds, stack: own({ mode: "extend" }) });
    await rehearsal.apply();
    expect(clouds.aws.caller.iam.clientIds(url).sort()).toEqual([AUDIENCES.ciem, SOMEBODY_ELSE].sort());
    await rehearsal.updateStack(dropped);
    await expect(rehearsal.plan()).rejects.toThrow("Provider configuration not present");
    await rehearsal.updateStack(own({ mode: "release" }));
    await rehearsal.apply();
    await rehearsal.updateStack(dropped);
    await rehearsal.apply();
    expect(await rehearsal.stateAddresses()).toEqual([]);
    expect(clouds.aws.caller.iam.clientIds(url)).toContain(SOMEBODY_ELSE);
  });

  test.each([
    ["verify", verify],
    ["release", release],
  ])("from create to %s is refused, and a destroy there too", async (_mode, stack) => {
    const clouds = emptyScenario();
    const rehearsal = await rehearse({ ...clouds, stack: create });
    await rehearsal.apply();
    connectSentinel(clouds);
    await rehearsal.updateStack(stack);
    await expect(rehearsal.plan()).rejects.toThrow(CANNOT_BE_DESTROYED);
    await expect(rehearsal.destroy()).rejects.toThrow(CANNOT_BE_DESTROYED);
    expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });

  test("from extend to create is refused while Sentinel is there", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await rehearsal.apply();
    await rehearsal.updateStack(create);
    await expect(rehearsal.plan()).rejects.toThrow('{ mode: "extend" }');
  });

  test("from extend to create is refused without Sentinel too: someone else created the provider", async () => {
    const clouds = emptyScenario();
    clouds.aws.caller.iam.createIdentityProvider({ url: URL, clientIds: [SOMEBODY_ELSE] });
    const rehearsal = await rehearse({ ...clouds, stack: stackWith({ mode: "extend", expectedAudiences: [] }) });
    await rehearsal.apply();
    await rehearsal.updateStack(create);
    await expect(rehearsal.plan()).rejects.toThrow(
      /Instance cannot be destroyed[\s\S]*Shared_so_give_back_by_mode_release/,
    );
    await expect(rehearsal.destroy()).rejects.toThrow(
      /Instance cannot be destroyed[\s\S]*Shared_so_give_back_by_mode_release/,
    );
    expect(new Set(clouds.aws.caller.iam.clientIds(URL))).toEqual(new Set([SOMEBODY_ELSE, ...OURS]));
  });

  test("from create to destroy leaves nothing", async () => {
    const clouds = emptyScenario();
    const rehearsal = await rehearse({ ...clouds, stack: create });
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.destroy();
    expect(await rehearsal.stateAddresses()).toEqual([]);
    expect(clouds.aws.caller.iam.identityProvider(URL)).toBeUndefined();
    await rehearsal.updateStack(dropped);
    expect((await rehearsal.plan()).counts).toEqual(NOTHING);
  });

  test("from create to a stack without the construct is always refused", async () => {
    const clouds = emptyScenario();
    const rehearsal = await rehearse({ ...clouds, stack: create });
    await rehearsal.apply();
    await rehearsal.updateStack(dropped);
    await expect(rehearsal.plan()).rejects.toThrow(
      /Provider configuration not present[\s\S]*Restore_construct_then_destroy_or_release/,
    );
    await expect(rehearsal.destroy()).rejects.toThrow("Provider configuration not present");
    expect(clouds.aws.caller.iam.clientIds(URL)).toEqual(OURS);
  });

  test.each(["create", "extend", "verify", "release"] as const)(
    "from create to %s under another id is refused, instead of destroying the provider",
    async (mode) => {
      const clouds = emptyScenario();
      const rehearsal = await rehearse({ ...clouds, stack: create });
      await rehearsal.apply();
      clouds.aws.caller.iam.addClientId(URL, SENTINEL_AUDIENCE);
      await rehearsal.updateStack(stackWith({ mode }, OURS, { id: "Renamed" }));
      await expect(rehearsal.plan()).rejects.toThrow("Provider configuration not present");
      expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
    },
  );

  test("from create over extend, release and verify to destroy leaves the provider with Sentinel's audience", async () => {
    const clouds = emptyScenario();
    const rehearsal = await rehearse({ ...clouds, stack: create });
    await rehearsal.apply();
    connectSentinel(clouds);
    for (const stack of [extend, release, verify]) {
      await rehearsal.updateStack(stack);
      await rehearsal.apply();
      expect((await rehearsal.plan()).empty).toBe(true);
    }
    await rehearsal.destroy();
    expect(await rehearsal.stateAddresses()).toEqual([]);
    expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });

  test("from create to a stack without the construct destroys the provider of the customer's own tenant", async () => {
    const clouds = emptyScenario();
    const { entraTenantId: tenantId } = ACCOUNT;
    const stack = stackWith({ mode: "create" }, [AUDIENCES.ciem], { tenantId });
    const rehearsal = await rehearse({ ...clouds, stack });
    await rehearsal.apply();
    await rehearsal.updateStack(dropped);
    expect((await rehearsal.plan()).counts).toEqual({ ...NOTHING, destroy: 1 });
    await rehearsal.apply();
    expect(clouds.aws.caller.iam.identityProvider(identityProviderUrl(tenantId))).toBeUndefined();
  });

  test("from extend to destroy is refused", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await rehearsal.apply();
    await expect(rehearsal.destroy()).rejects.toThrow("Instance cannot be destroyed");
    expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });

  test.each([
    ["verify", verify],
    ["extend", extend],
    ["create", create],
  ])(
    "from extend over release to a destroy in mode %s leaves the provider with Sentinel's audience",
    async (mode, stack) => {
      const clouds = sentinelScenario();
      const rehearsal = await rehearse({ ...clouds, stack: extend });
      await rehearsal.apply();
      await rehearsal.updateStack(release);
      await rehearsal.apply();
      await rehearsal.updateStack(stack);
      if (mode === "create") {
        await expect(rehearsal.destroy()).rejects.toThrow("Used_by_Sentinel");
      } else {
        await rehearsal.destroy();
        expect(await rehearsal.stateAddresses()).toEqual([]);
      }
      expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
    },
  );

  test("from extend to a stack without the construct is refused, and destroys nothing", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await rehearsal.apply();
    await rehearsal.updateStack(dropped);
    await expect(rehearsal.plan()).rejects.toThrow("Provider configuration not present");
    await expect(rehearsal.destroy()).rejects.toThrow("Provider configuration not present");
    expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });

  test("from release to a stack without the construct touches nothing in AWS", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await rehearsal.apply();
    await rehearsal.updateStack(release);
    await rehearsal.apply();
    await rehearsal.updateStack(dropped);
    await rehearsal.apply();
    expect(await rehearsal.stateAddresses()).toEqual([]);
    expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });

  test("from release back to extend imports the provider again", async () => {
    const clouds = sentinelScenario();
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await rehearsal.apply();
    await rehearsal.updateStack(release);
    await rehearsal.apply();
    await rehearsal.updateStack(extend);
    expect((await rehearsal.plan()).counts).toEqual({ ...NOTHING, import: 1 });
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });
});

describeWithTerraform("an apply that is killed", () => {
  test.each(["UpdateOpenIDConnectProvider", "AttachRolePolicy"])(
    "after %s converges when it is run again",
    async (operation) => {
      const clouds = sentinelScenario();
      const stack = synth((scope) => {
        new AccountOnboarding(scope, "Onboarding", {
          ...ACCOUNT,
          accessLevel: "leastPrivilege",
          plans: {},
          identityProvider: { mode: "extend" },
        });
      });
      const rehearsal = await rehearse({ ...clouds, stack });
      clouds.aws.clock.watch = (done) => {
        if (done.operation === operation) {
          // At once: AWS has made the change, and Terraform dies before it gets the answer.
          rehearsal.kill();
        }
      };
      await expect(rehearsal.apply()).rejects.toThrow();
      expect(clouds.azure.connectors.all()).toEqual([]);
      clouds.aws.clock.watch = () => undefined;
      await rehearsal.apply();
      expect((await rehearsal.plan()).empty).toBe(true);
      expect(clouds.aws.caller.iam.clientIds(URL)).toEqual(expect.arrayContaining([SENTINEL_AUDIENCE, AUDIENCES.cspm]));
      expect(clouds.azure.connectors.all()).toHaveLength(1);
    },
  );
});

describeWithTerraform("where the provider does not exist", () => {
  test.each([
    ["extend", extend],
    ["verify", verify],
  ])("%s fails at plan, at an address that names the mode to use", async (_mode, stack) => {
    const rehearsal = await rehearse({ ...emptyScenario(), stack });
    await expect(rehearsal.plan()).rejects.toThrow(/not found[\s\S]*Existing_or_else_use_mode_create/);
  });

  test("a left-over without the final slash is not mistaken for it", async () => {
    const clouds = emptyScenario();
    clouds.aws.caller.iam.createIdentityProvider({ url: URL.slice(0, -1), clientIds: [SENTINEL_AUDIENCE] });
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await expect(rehearsal.plan()).rejects.toThrow("not found");
  });

  test("the provider of another tenant is not mistaken for it", async () => {
    const clouds = emptyScenario();
    const other = identityProviderUrl(ACCOUNT.entraTenantId);
    clouds.aws.caller.iam.createIdentityProvider({ url: other, clientIds: [SENTINEL_AUDIENCE] });
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await expect(rehearsal.plan()).rejects.toThrow("not found");
    expect(clouds.aws.caller.iam.clientIds(other)).toEqual([SENTINEL_AUDIENCE]);
  });
});

describeWithTerraform("create", () => {
  test("accepts a role that is named like Sentinel's and trusts another provider", async () => {
    const clouds = emptyScenario();
    const arn = `arn:aws:iam::${ACCOUNT.awsAccountId}:oidc-provider/token.actions.githubusercontent.com`;
    createRole(clouds, "OIDC_GitHub", arn);
    const rehearsal = await rehearse({ ...clouds, stack: create });
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.destroy();
    expect(clouds.aws.caller.iam.roleNames()).toEqual(["OIDC_GitHub"]);
  });

  test("owns the list: a plan removes the audience that someone without a role of Sentinel's adds", async () => {
    const clouds = emptyScenario();
    const rehearsal = await rehearse({ ...clouds, stack: create });
    await rehearsal.apply();
    clouds.aws.caller.iam.addClientId(URL, SOMEBODY_ELSE);
    expect((await rehearsal.plan()).counts).toEqual({ ...NOTHING, change: 1 });
    // As the runbook says: from here on the list is shared.
    await rehearsal.updateStack(stackWith({ mode: "extend", expectedAudiences: [] }));
    expect((await rehearsal.plan()).counts).toEqual(NOTHING);
    await rehearsal.apply();
    expect(clouds.aws.caller.iam.clientIds(URL)).toContain(SOMEBODY_ELSE);
  });
});

describeWithTerraform("the provider of another account than the declared one", () => {
  test.each(["extend", "verify"] as const)("is refused by %s, before anything changes", async (mode) => {
    const clouds = sentinelScenario();
    const stack = stackWith({ mode }, [SENTINEL_AUDIENCE], { accountId: "999988887777" });
    const rehearsal = await rehearse({ ...clouds, stack });
    await expect(rehearsal.plan()).rejects.toThrow(
      /Found the identity provider\s+arn:aws:iam::111122223333:oidc-provider\/sts\.windows\.net\/33e01921-\S+\s+instead\s+of\s+arn:aws:iam::999988887777:/,
    );
    expect(clouds.aws.caller.iam.clientIds(URL)).toEqual([SENTINEL_AUDIENCE]);
  });
});

describeWithTerraform("extend", () => {
  test("fails if Sentinel's audience is missing, before anything changes", async () => {
    const clouds = emptyScenario();
    clouds.aws.caller.iam.createIdentityProvider({ url: URL, clientIds: [SOMEBODY_ELSE] });
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await expect(rehearsal.plan()).rejects.toThrow(
      /lacks\s+expected\s+audiences:\s+api:\/\/1462b192-27f7-4cb9-8523-0f4ecb54b47e/,
    );
    expect(clouds.aws.caller.iam.clientIds(URL)).toEqual([SOMEBODY_ELSE]);
  });

  test("fails if there would be more than the 100 audiences that AWS allows", async () => {
    const clouds = sentinelScenario();
    for (let index = 1; index < 100; index++) {
      clouds.aws.caller.iam.addClientId(URL, `api://audience-${index}`);
    }
    const rehearsal = await rehearse({ ...clouds, stack: extend });
    await expect(rehearsal.plan()).rejects.toThrow(
      /lists 100 audiences[\s\S]*would\s+exceed\s+the\s+100\s+that\s+AWS\s+allows/,
    );
    expect(clouds.aws.caller.iam.clientIds(URL)).toHaveLength(100);
  });
});
