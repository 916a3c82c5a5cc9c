import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { MODULES } from "../../cli/modules";
import { emptyScenario } from "../../rehearsal";
import { moduleFolder, typesOf } from "../support/plain-module";
import { ACCOUNT } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";
import { plannedByModule, plannedByStack } from "./planned";

describe("the published modules", () => {
  test("are what the constructs generate, byte for byte", () => {
    const script = join(__dirname, "..", "..", "scripts", "modules.js");

    expect(() => execFileSync(process.execPath, [script, "--check"], { stdio: "pipe" })).not.toThrow();
  });

  test("hold no provider and no backend blocks", () => {
    const texts = Object.entries(MODULES.account?.() ?? {}).filter(([path]) => !path.includes("/"));

    expect(texts.filter(([, text]) => /^\s*(provider|backend) "/m.test(text))).toEqual([]);
  });
});

describeWithTerraform("the module account", () => {
  afterEach(stopRehearsals);

  const CELLS = [
    { plans: {}, accessLevel: "leastPrivilege" },
    { plans: {}, accessLevel: "default" },
    { plans: { servers: { subPlan: "P1" } }, accessLevel: "leastPrivilege" },
    {
      plans: {
        servers: { subPlan: "P2", vulnerabilityAssessment: false, arcAutoProvisioning: false },
        databases: { databasesPosture: true },
      },
      accessLevel: "default",
    },
    { plans: { containers: { auditLogCollection: false } }, accessLevel: "leastPrivilege" },
    {
      plans: { defenderCspm: {}, servers: { subPlan: "P2" }, containers: {}, databases: {} },
      accessLevel: "leastPrivilege",
    },
  ] as const;

  test("plans the objects of the construct", async () => {
    const planned = await plannedByModule(CELLS);

    CELLS.forEach((cell, index) => {
      expect(planned[index]).toEqual(plannedByStack(cell));
    });
  });

  test("goes through init, validate, plan, apply, re-plan and destroy", async () => {
    const clouds = emptyScenario();
    const folder = moduleFolder("account");
    const rehearsal = await rehearse({ ...clouds, stack: {}, moduleTypes: typesOf(folder) });
    await rehearsal.addFile("main.tf", root(folder));
    await rehearsal.init();
    await rehearsal.validate();
    await rehearsal.apply(await rehearsal.plan());

    expect((await rehearsal.plan()).empty).toBe(true);
    expect(Object.keys((await rehearsal.outputs()).role_arns as object)).toContain("defenderForServers");
    expect(clouds.azure.connectors.get(ACCOUNT.connectorName)).toBeDefined();

    await rehearsal.destroy();
    expect(clouds.aws.caller.objects.everything()).toEqual([]);
    expect(clouds.azure.connectors.all()).toEqual([]);
  });

  test("passes the tests that it ships, with mock providers", async () => {
    const copy = mkdtempSync(join(tmpdir(), "module-account-"));
    try {
      cpSync(moduleFolder("account"), copy, { recursive: true });
      const { environment } = await rehearse({ ...emptyScenario(), stack: {}, moduleTypes: typesOf(copy) });
      const terraform = (verb: string) =>
        promisify(execFile)("terraform", [verb, "-no-color"], { cwd: copy, env: { ...process.env, ...environment } });
      await terraform("init");

      expect((await terraform("test")).stdout).toContain("5 passed, 0 failed");
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});

function root(folder: string): string {
  return `
terraform {
  required_providers {
    azapi = { source = "Azure/azapi" }
  }
}

provider "aws" {
  region              = "${ACCOUNT.awsRegion}"
  allowed_account_ids = ["${ACCOUNT.awsAccountId}"]
}

provider "azapi" {
  subscription_id      = "${ACCOUNT.azureSubscriptionId}"
  ignore_no_op_changes = false
}

module "account" {
  source                = "${folder}"
  aws_account_id        = "${ACCOUNT.awsAccountId}"
  aws_region            = "${ACCOUNT.awsRegion}"
  entra_tenant_id       = "${ACCOUNT.entraTenantId}"
  azure_subscription_id = "${ACCOUNT.azureSubscriptionId}"
  resource_group_name   = "${ACCOUNT.resourceGroupName}"
  location              = "${ACCOUNT.location}"
  connector_name        = "${ACCOUNT.connectorName}"
  access_level          = "default"

  servers    = { sub_plan = "P2" }
  containers = {}
}

output "role_arns" {
  value = module.account.role_arns
}
`;
}
