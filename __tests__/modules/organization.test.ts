import { readFileSync } from "node:fs";
import { join } from "node:path";
import { organizationScenario } from "../../rehearsal";
import { moduleFolder, shippedTests, typesOf } from "../support/plain-module";
import { ACCOUNT } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const ROOT = "r-ab12";
const [MEMBER, WITH_SENTINEL] = ["333333333333", "222222222222"];
/** Bytes of a template that CloudFormation takes inline (CloudFormation quotas, AWS documentation). */
const INLINE = 51_200;

describeWithTerraform("the module organization", () => {
  afterEach(stopRehearsals);

  test("connects the organization from the example root: init, validate, plan, apply, re-plan and leave", async () => {
    const { aws, azure } = await organizationScenario({ accountId: ACCOUNT.awsAccountId, rootId: ROOT });
    const folder = moduleFolder("organization");
    const rehearsal = await rehearse({
      aws,
      azure,
      stack: {},
      moduleTypes: typesOf(folder),
      variables: {
        management_account_id: ACCOUNT.awsAccountId,
        azure_subscription_id: ACCOUNT.azureSubscriptionId,
        entra_tenant_id: ACCOUNT.entraTenantId,
        targets: [ROOT],
      },
    });
    const root = readFileSync(join(folder, "examples", "management-account", "main.tf"), "utf8");
    await rehearsal.addFile("main.tf", root.replaceAll('"../.."', JSON.stringify(folder)));
    await rehearsal.init();
    await rehearsal.validate();
    const plan = await rehearsal.plan();
    const stackSet = plan.changes.find(({ type }) => type === "aws_cloudformation_stack_set");
    expect(Buffer.byteLength(String(stackSet?.change.after?.template_body))).toBeLessThanOrEqual(INLINE);
    await rehearsal.apply(plan);

    const roleNames = (account: string) =>
      aws
        .account(account)
        .objects.all("aws_iam_role")
        .map(({ attributes }) => attributes.name);
    const { role_arns: arns } = (await rehearsal.outputs()) as { role_arns: Record<string, string> };
    const names = Object.values(arns).map((arn) => arn.replace(/^.*\//, ""));
    expect(names).toHaveLength(13);
    for (const account of [ACCOUNT.awsAccountId, MEMBER, WITH_SENTINEL]) {
      expect(roleNames(account)).toEqual(expect.arrayContaining(names));
    }
    expect(azure.connectors.get("aws-organization")?.properties.hierarchyIdentifier).toBe(ACCOUNT.awsAccountId);
    expect((await rehearsal.plan()).empty).toBe(true);

    await expect(rehearsal.destroy()).rejects.toThrow("Instance cannot be destroyed");
    await rehearsal.addFile("main.tf", root.slice(0, root.indexOf('module "organization"')));
    await rehearsal.apply();
    expect(aws.caller.objects.everything()).toEqual([]);
    expect(azure.connectors.all()).toEqual([]);
    expect(roleNames(MEMBER)).toEqual([]);
  });

  test("passes the tests that it ships, with mock providers", async () => {
    expect(await shippedTests("organization")).toContain("5 passed, 0 failed");
  });
});
