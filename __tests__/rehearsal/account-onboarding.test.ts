import { Standalone } from "../../examples/standalone";
import { TerraformVariable } from "cdktf";
import { AccountOnboarding, MICROSOFT_TENANT_ID } from "../../modules";
import type { AccountOnboardingProps } from "../../modules";
import { emptyScenario } from "../../rehearsal";
import type { Clouds, Rehearsal, StackJson } from "../../rehearsal";
import { comesAfter, onlyAddress } from "../support/addresses";
import { connectorSchemaErrors } from "../support/connector-schema";
import { CIEM, OPEN_SOURCE_DATABASES, SELECTIONS } from "../support/plan-selections";
import { ACCOUNT, ACCOUNT_VARIABLES, onlyResource, synth } from "../support/synth";
import { describeWithTerraform, rehearse as startRehearsal, stopRehearsals } from "../support/with-terraform";
import { synthesized, testApp } from "../support/test-app";

const PUT = "PUT Microsoft.Security/securityConnectors";
const DELETE = "DELETE Microsoft.Security/securityConnectors";
const EVERYTHING = SELECTIONS["all together"] ?? {};
const ENGINES = ["azapi", "templateDeployment"] as const;
const NOT_SPREAD = "Identity provider is missing from AWS account/s.";

function onboarding(props: Partial<AccountOnboardingProps> = {}): StackJson {
  return synth(
    (stack) => new AccountOnboarding(stack, "Onboarding", { ...ACCOUNT, accessLevel: "default", plans: {}, ...props }),
  );
}

let clouds: Clouds;

beforeEach(() => {
  clouds = emptyScenario();
});

afterEach(stopRehearsals);

function rehearse(stack: StackJson, variables?: Record<string, string>): Promise<Rehearsal> {
  return startRehearsal({ ...clouds, stack, ...(variables ? { variables } : {}) });
}

/** What Terraform printed, without its line breaks. */
async function failureOf(step: Promise<unknown>): Promise<string> {
  const message = await step.then(
    () => "nothing failed",
    (error: unknown) => String(error),
  );
  return message.replaceAll(/\s+/g, " ");
}

const operations = () => clouds.aws.log.map(({ operation }) => operation);
const connector = () => clouds.azure.connectors.get(ACCOUNT.connectorName);

/** The offering of a type in Azure, as a person at the portal could change it. */
function offering(type: string): Record<string, unknown> {
  const found = connector()?.properties.offerings?.find(({ offeringType }) => offeringType === type);
  if (!found) {
    throw new Error(`the connector has no ${type}`);
  }
  return found;
}

describeWithTerraform("an onboarding by real terraform", () => {
  describe.each(ENGINES)("with engine %s", (engine) => {
    test("creates the connector last and destroys it first", async () => {
      const rehearsal = await rehearse(onboarding({ engine, plans: { servers: { subPlan: "P2" } } }));
      await rehearsal.apply();
      const applied = operations();
      expect(applied).toEqual(expect.arrayContaining(["CreateDocument", "CreateAssociation", "CreateRole"]));
      expect(applied.indexOf(PUT)).toBe(applied.length - 1);

      await rehearsal.destroy();
      const destroyed = operations().slice(applied.length);
      expect(destroyed[0]).toBe(DELETE);
      expect(destroyed.length).toBeGreaterThan(10);
    });

    test("creates the resource group before the connector, and takes it away again", async () => {
      clouds = emptyScenario({ resourceGroup: "another" });
      const rehearsal = await rehearse(onboarding({ engine, createResourceGroup: true }));
      await rehearsal.apply();
      expect(operations().indexOf("PUT resourceGroups")).toBeLessThan(operations().indexOf(PUT));
      expect((await rehearsal.plan()).empty).toBe(true);
      await rehearsal.destroy();
      expect([...clouds.azure.resourceGroups.keys()]).toEqual(["another"]);
    });

    test("switches plans on and off in place, and leaves no role of a plan behind", async () => {
      const everything = onboarding({ engine, plans: EVERYTHING });
      const rehearsal = await rehearse(everything);
      for (const [plans, roles] of [
        [{}, 1],
        [EVERYTHING, 16],
        [{ defenderCspm: { ciem: CIEM } }, 8],
        [{ defenderCspm: {} }, 6],
        [{}, 1],
      ] as const) {
        await rehearsal.updateStack(onboarding({ engine, plans }));
        await rehearsal.apply();
        expect(clouds.aws.caller.iam.roleNames()).toHaveLength(roles);
        expect(connectorSchemaErrors(connector()?.properties)).toEqual([]);
        expect((await rehearsal.plan()).empty).toBe(true);
      }
      expect(operations().filter((operation) => operation === DELETE)).toEqual([]);
      expect(JSON.stringify(connector())).not.toContain("ciem");
    });

    test("waits for IAM after a role is renamed, before the connector names it", async () => {
      const rehearsal = await rehearse(onboarding({ engine }));
      await rehearsal.apply();
      await rehearsal.updateStack(onboarding({ engine, roles: { cspmMonitor: { name: "Posture" } } }));
      await rehearsal.apply();
      expect(offering("CspmMonitorAws")).toMatchObject({
        nativeCloudConnection: { cloudRoleArn: "arn:aws:iam::111122223333:role/Posture" },
      });
      expect((await rehearsal.plan()).empty).toBe(true);
    });

    test("keeps one external id for good, the same in the reader's trust and in the connector", async () => {
      const rehearsal = await rehearse(onboarding({ engine, plans: { containers: {} } }));
      await rehearsal.apply();
      const { dataCollectionExternalId: externalId } = offering("DefenderForContainersAws");
      const trust = clouds.aws.caller.iam.role("MDCContainersK8sDataCollectionRole")?.assume_role_policy;
      expect(trust).toContain(`"sts:ExternalId":["${String(externalId)}"]`);

      await rehearsal.updateStack(onboarding({ engine, plans: EVERYTHING }));
      await rehearsal.apply();
      expect(offering("DefenderForContainersAws").dataCollectionExternalId).toBe(externalId);
    });

    test("fails where the connector waits for nothing", async () => {
      const stack = onboarding({ engine });
      const type = engine === "azapi" ? "azapi_resource" : "azurerm_resource_group_template_deployment";
      const resource = onlyResource(stack, type) as { depends_on: string[]; retry?: unknown };
      expect(comesAfter(stack, onlyAddress(stack, type)).size).toBeGreaterThan(3);
      resource.depends_on = [];
      delete resource.retry;
      const rehearsal = await rehearse(stack);
      expect(await failureOf(rehearsal.apply())).toContain(NOT_SPREAD);
    });

    test("stops the plan for credentials of another account, and creates nothing", async () => {
      clouds = emptyScenario({ accountId: "999988887777" });
      const rehearsal = await rehearse(onboarding({ engine }));
      expect(await failureOf(rehearsal.plan())).toContain(
        "The AWS credentials belong to account 999988887777, but the configuration is for account 111122223333: use credentials of 111122223333, or correct the declared account.",
      );
      expect(await failureOf(rehearsal.apply())).toContain("The AWS credentials belong to account 999988887777");
      expect(clouds.aws.log).toEqual([]);
    });
  });

  test("connects roles with a path, a boundary and additional policies", async () => {
    const { iam } = clouds.aws.caller;
    const boundary = "arn:aws:iam::111122223333:policy/Boundary";
    const plans = { containers: {}, defenderCspm: { ciem: CIEM } } as const;
    const all = { path: "/security/", permissionsBoundaryArn: boundary, maxSessionDurationSeconds: 7200 };
    const additionalStatements = [
      { Effect: "Deny", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::payroll/*"] },
    ] as const;
    const rehearsal = await rehearse(onboarding({ plans, roles: { all, cspmMonitor: { additionalStatements } } }));
    await rehearsal.apply();
    expect(offering("CspmMonitorAws")).toMatchObject({
      nativeCloudConnection: { cloudRoleArn: "arn:aws:iam::111122223333:role/security/CspmMonitorAws" },
    });
    for (const name of iam.roleNames()) {
      expect(iam.role(name)).toMatchObject({
        path: "/security/",
        permissions_boundary: boundary,
        max_session_duration: 7200,
      });
    }
    expect(iam.attachedPolicyArns("CspmMonitorAws")).toContain(
      "arn:aws:iam::111122223333:policy/security/CspmMonitorAws-Additional",
    );
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.destroy();
    expect(iam.roleNames()).toEqual([]);
  });

  test("stops the plan for credentials of another partition", async () => {
    const rehearsal = await rehearse(onboarding({ partition: "aws-us-gov" }));
    expect(await failureOf(rehearsal.plan())).toContain("The AWS credentials belong to another partition");
  });

  test("changes a trust in place when the subscription has moved to another tenant", async () => {
    const rehearsal = await rehearse(onboarding());
    await rehearsal.apply();
    clouds.azure.home.tenantId = "aaaabbbb-cccc-4ddd-8eee-ffff00001111";
    await rehearsal.updateStack(onboarding({ entraTenantId: clouds.azure.home.tenantId }));
    const plan = await rehearsal.plan();
    const role = plan.changes.find(({ type }) => type === "aws_iam_role");
    expect(role?.change.actions).toEqual(["update"]);
    await rehearsal.apply(plan);
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  describe("a refusal that stays, because IAM does not become consistent", () => {
    const never = (engine: (typeof ENGINES)[number]) => {
      clouds = emptyScenario({ iamPropagationSeconds: 24 * 3600 });
      return rehearse(onboarding({ engine }));
    };

    test("fails at once with a template deployment", async () => {
      const rehearsal = await never("templateDeployment");
      expect(await failureOf(rehearsal.apply())).toContain(NOT_SPREAD);
      expect(clouds.aws.clock.now).toBe(30);
    });

    test("fails with azapi when its 15 minutes of retries are over", async () => {
      const rehearsal = await never("azapi");
      expect(await failureOf(rehearsal.apply())).toContain(NOT_SPREAD);
      expect(clouds.aws.clock.now).toBeGreaterThan(10 * 60);
      expect(clouds.aws.clock.now).toBeLessThanOrEqual(30 + 15 * 60);
    });
  });

  describe("without a wait for IAM", () => {
    test("succeeds by default: azapi repeats the request until IAM is consistent", async () => {
      const rehearsal = await rehearse(onboarding({ iamPropagationSeconds: 0 }));
      await rehearsal.apply();
      expect(connector()).toBeDefined();
      expect(clouds.aws.clock.now).toBeGreaterThanOrEqual(clouds.aws.iamPropagationSeconds);
      await rehearsal.destroy();
      expect(connector()).toBeUndefined();
    });

    test("succeeds by default also for a role that is added later", async () => {
      const rehearsal = await rehearse(onboarding());
      await rehearsal.apply();
      const plans = { servers: { subPlan: "P1" } } as const;
      await rehearsal.updateStack(onboarding({ iamPropagationSeconds: 0, plans }));
      await rehearsal.apply();
      expect(offering("DefenderForServersAws")).toMatchObject({ subPlan: { type: "P1" } });
    });

    test("fails with a template deployment for good: no later apply or destroy gets past the refused create", async () => {
      const rehearsal = await rehearse(onboarding({ engine: "templateDeployment", iamPropagationSeconds: 0 }));
      expect(await failureOf(rehearsal.apply())).toContain(NOT_SPREAD);
      clouds.aws.clock.wait(60);
      expect(await failureOf(rehearsal.apply())).toContain("insufficient data to clean up this Template Deployment");
      expect(await failureOf(rehearsal.destroy())).toContain("insufficient data to clean up this Template Deployment");
      expect(connector()).toBeUndefined();
    });

    test("fails with a template deployment for a role that is added later, too", async () => {
      const rehearsal = await rehearse(onboarding({ engine: "templateDeployment" }));
      await rehearsal.apply();
      const plans = { servers: { subPlan: "P1" } } as const;
      await rehearsal.updateStack(onboarding({ engine: "templateDeployment", iamPropagationSeconds: 0, plans }));
      expect(await failureOf(rehearsal.apply())).toContain("IAM role(s) do not exist or are invalid:");
    });
  });

  describe("a change in the portal", () => {
    const plans = { defenderCspm: {}, servers: { subPlan: "P2" } } as const;
    const edits: readonly (readonly [string, () => void])[] = [
      [
        "a feature that is switched off",
        () => {
          offering("DefenderCspmAws").vmScanners = { enabled: false };
        },
      ],
      ["a feature that is gone", () => delete offering("DefenderCspmAws").databasesDspm],
      [
        "another sub-plan",
        () => {
          offering("DefenderForServersAws").subPlan = { type: "P1" };
        },
      ],
      ["a plan that is switched off", () => connector()?.properties.offerings?.pop()],
    ];

    test("shows with azapi, and the next apply takes it back", async () => {
      const rehearsal = await rehearse(onboarding({ engine: "azapi", plans }));
      await rehearsal.apply();
      const before = structuredClone(connector()?.properties);
      for (const [name, edit] of edits) {
        edit();
        expect({ name, properties: connector()?.properties }).not.toEqual({ name, properties: before });
        const plan = await rehearsal.plan();
        const counts = { add: 0, change: 1, destroy: 0, import: 0, forget: 0 };
        expect({ name, counts: plan.counts }).toEqual({ name, counts });
        await rehearsal.apply(plan);
        expect({ name, properties: connector()?.properties }).toEqual({ name, properties: before });
      }
    });

    test("does not show with a template deployment", async () => {
      const rehearsal = await rehearse(onboarding({ engine: "templateDeployment", plans }));
      await rehearsal.apply();
      for (const [name, edit] of edits) {
        edit();
        expect({ name, empty: (await rehearsal.plan()).empty }).toEqual({ name, empty: true });
      }
    });

    test("is no difference for azapi where only the order of the offerings changed", async () => {
      const rehearsal = await rehearse(onboarding({ engine: "azapi", plans }));
      await rehearsal.apply();
      connector()?.properties.offerings?.reverse();
      expect((await rehearsal.plan()).empty).toBe(true);
    });

    test("is repaired by azapi where the connector is gone, and unseen by a template deployment", async () => {
      for (const engine of ENGINES) {
        clouds = emptyScenario();
        const rehearsal = await rehearse(onboarding({ engine }));
        await rehearsal.apply();
        clouds.azure.connectors.delete(ACCOUNT.connectorName);
        expect((await rehearsal.plan()).counts.add).toBe(engine === "azapi" ? 1 : 0);
      }
    });
  });

  describe("a connector that exists already", () => {
    const id = `/subscriptions/${ACCOUNT.azureSubscriptionId}/resourceGroups/${ACCOUNT.resourceGroupName}/providers/Microsoft.Security/securityConnectors/${ACCOUNT.connectorName}`;
    const plans = { defenderCspm: {}, servers: { subPlan: "P2" } } as const;

    test("moves from template deployment to azapi without being deleted, by an import", async () => {
      const before = onboarding({ engine: "templateDeployment", plans });
      const rehearsal = await rehearse(before);
      await rehearsal.apply();
      const after = onboarding({ engine: "azapi", plans });
      await rehearsal.updateStack({
        ...after,
        import: [{ to: onlyAddress(after, "azapi_resource"), id: `${id}?api-version=2024-08-01-preview` }],
      });
      const plan = await rehearsal.plan();
      expect(plan.counts).toMatchObject({ add: 0, import: 1, forget: 1 });
      const destroyed = plan.changes.filter(({ change }) => change.actions.includes("delete"));
      expect(destroyed.map(({ type }) => type)).toEqual(["terraform_data"]);
      await rehearsal.apply(plan);
      expect(operations()).not.toContain(DELETE);
      await rehearsal.updateStack(after);
      expect((await rehearsal.plan()).empty).toBe(true);
    });

    test("fails with azapi where it is not imported", async () => {
      const rehearsal = await rehearse(onboarding({ engine: "azapi" }));
      await rehearsal.apply();
      const stack = onboarding({ engine: "azapi" });
      await rehearsal.updateStack({
        ...stack,
        resource: Object.fromEntries(
          Object.entries(stack.resource ?? {}).filter(([type]) => type !== "azapi_resource"),
        ),
        removed: [{ from: onlyAddress(stack, "azapi_resource"), lifecycle: { destroy: false } }],
      });
      await rehearsal.apply();
      await rehearsal.updateStack(stack);
      expect(await failureOf(rehearsal.apply())).toContain(
        `A resource with the ID "${id}" already exists - to be managed via Terraform this resource needs to be imported`,
      );
    });
  });

  describe("what only Terraform knows", () => {
    const wrong = {
      bucket: "*",
      subject: "**",
      name: "",
      externalId: "00D04923-b008-48fd-bc0e-faa7dfd0549e",
      region: "mars",
      regionWithoutRole: "il-central-1",
    } as const;
    let failure: string;

    /** One plan names every value that is wrong. */
    beforeAll(async () => {
      const stack = synth((scope) => {
        const given = (name: keyof typeof wrong) => new TerraformVariable(scope, name, { type: "string" }).stringValue;
        new AccountOnboarding(scope, "Onboarding", {
          ...ACCOUNT,
          accessLevel: "default",
          plans: {
            defenderCspm: {
              ciem: {
                cloudTrailBucketName: given("bucket"),
                applicationSubject: given("subject"),
                applicationName: given("name"),
              },
            },
            containers: { auditLogCollection: { externalId: given("externalId") } },
            databases: { openSourceDatabases: OPEN_SOURCE_DATABASES },
          },
          scanRegions: ["eu-west-1", given("region"), given("regionWithoutRole")],
        });
      });
      const scenario = emptyScenario();
      const rehearsal = await startRehearsal({ ...scenario, stack, variables: wrong });
      failure = await failureOf(rehearsal.plan());
      expect(scenario.aws.log).toEqual([]);
    });

    test.each<[string, string]>([
      ["plans.defenderCspm.ciem.cloudTrailBucketName", wrong.bucket],
      ["plans.defenderCspm.ciem.applicationSubject", wrong.subject],
      ["plans.defenderCspm.ciem.applicationName", wrong.name],
      ["plans.containers.auditLogCollection.externalId", wrong.externalId],
      ["scanRegions[1]", wrong.region],
      ["scanRegions", wrong.regionWithoutRole],
    ])("fails at plan for a wrong %s: '%s'", (prop, value) => {
      expect(failure).toContain(`${prop}: "${value}" is not allowed; `);
    });

    test("fails at plan for an existing role of another account", async () => {
      const stack = synth((scope) => {
        const awsAccountId = new TerraformVariable(scope, "account", { type: "string" }).stringValue;
        const roles = { cspmMonitor: { existingRoleArn: "arn:aws:iam::111122223333:role/Cspm" } };
        new AccountOnboarding(scope, "Onboarding", {
          ...ACCOUNT,
          awsAccountId,
          accessLevel: "default",
          plans: {},
          roles,
        });
      });
      const rehearsal = await rehearse(stack, { account: "999988887777" });
      const failure = await failureOf(rehearsal.plan());
      expect(failure).toContain('roles.cspmMonitor.existingRoleArn: "');
      expect(failure).toContain("999988887777");
      expect(failure).toContain("is not allowed; ");
      expect(clouds.aws.log).toEqual([]);
    });
  });

  describe("the variables of the standalone example", () => {
    const stack = synthesized(new Standalone(testApp(), "standalone"));

    test("connect an account: apply, nothing left to do, destroy", async () => {
      const rehearsal = await rehearse(stack, ACCOUNT_VARIABLES);
      await rehearsal.init();
      await rehearsal.apply();
      expect(connectorSchemaErrors(connector()?.properties)).toEqual([]);
      expect(Object.keys(connector()?.properties.offerings ?? {})).toHaveLength(5);
      expect(await rehearsal.outputs()).toMatchObject({
        connector_id: connector()?.id,
        role_arns: { cspmMonitor: "arn:aws:iam::111122223333:role/CspmMonitorAws" },
      });
      expect((await rehearsal.plan()).empty).toBe(true);
      await rehearsal.destroy();
      expect(clouds.aws.caller.objects.everything()).toEqual([]);
      expect(clouds.azure.connectors.all()).toEqual([]);
    });

    test("stop a destroy, too, where the credentials have become those of another account", async () => {
      const rehearsal = await rehearse(stack, ACCOUNT_VARIABLES);
      await rehearsal.apply();
      clouds.aws.callerAccountId = "999988887777";
      expect(await failureOf(rehearsal.destroy())).toContain("AWS account ID not allowed: 999988887777");
      expect(connector()).toBeDefined();
    });

    describe("with malformed values", () => {
      const malformed = {
        aws_account_id: "12345",
        aws_region: "eu-central-1a",
        entra_tenant_id: "contoso",
        azure_subscription_id: "production",
        resource_group_name: "",
        location: "west-europe",
        connector_name: "aws/production",
      } satisfies Record<keyof typeof ACCOUNT_VARIABLES, string>;
      let failure: string;

      /** One plan names every malformed value. */
      beforeAll(async () => {
        const scenario = emptyScenario();
        const rehearsal = await startRehearsal({ ...scenario, stack, variables: malformed });
        failure = await failureOf(rehearsal.plan());
        expect(scenario.aws.log).toEqual([]);
      });

      test.each<[keyof typeof malformed, string]>([
        ["aws_account_id", 'an AWS account id of 12 digits, for instance "111122223333"'],
        ["aws_region", "the code of an AWS region"],
        ["entra_tenant_id", "a GUID in lower case"],
        ["azure_subscription_id", 'a GUID, for instance "11111111-2222-3333-4444-555555555555"'],
        ["resource_group_name", "1 to 90 letters, digits, underscores, hyphens, periods or parentheses"],
        ["location", 'an Azure location, for instance "westeurope"'],
        ["connector_name", "1 to 260 characters"],
      ])("fails at plan for %s, naming the value and what is allowed", (name, expected) => {
        expect(failure).toContain(`${name}: "${malformed[name]}" is not allowed; expected ${expected}`);
      });

      test("fails at plan for Microsoft's tenant in the place of the customer's", async () => {
        const rehearsal = await rehearse(stack, { ...ACCOUNT_VARIABLES, entra_tenant_id: MICROSOFT_TENANT_ID });
        const message = `entra_tenant_id: "${MICROSOFT_TENANT_ID}" is not allowed; expected a GUID in lower case`;
        expect(await failureOf(rehearsal.plan())).toContain(message);
        expect(clouds.aws.log).toEqual([]);
      });
    });
  });
});
