import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Foundational } from "../../examples/foundational";
import { AccountOnboarding, AzapiProvider } from "../../modules";
import { emptyScenario, type Clouds } from "../../rehearsal";
import { ACCOUNT, ACCOUNT_VARIABLES, synth } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const FIRST = "222233334444";
const SECOND = "333344445555";
const SECOND_SUBSCRIPTION = "00000000-0000-4000-8000-000000000002";

const rolesOf = ({ aws }: Clouds, id: string) =>
  aws
    .account(id)
    .objects.all("aws_iam_role")
    .map((role) => role.id);

describeWithTerraform("two AWS accounts", () => {
  let clouds: Clouds;

  beforeEach(() => {
    clouds = emptyScenario();
    clouds.azure.addSubscription(SECOND_SUBSCRIPTION, { resourceGroups: [ACCOUNT.resourceGroupName] });
  });

  afterEach(stopRehearsals);

  test("are connected by one stack, with a provider for each account and subscription", async () => {
    const stack = synth((scope) => {
      const awsProvider = (alias: string, account: string) =>
        new AwsProvider(scope, alias, {
          alias,
          region: ACCOUNT.awsRegion,
          allowedAccountIds: [account],
          assumeRole: [{ roleArn: `arn:aws:iam::${account}:role/Deployer` }],
        });
      new AccountOnboarding(scope, "First", {
        ...ACCOUNT,
        awsAccountId: FIRST,
        connectorName: "first",
        accessLevel: "leastPrivilege",
        plans: { defenderCspm: {} },
        awsProvider: awsProvider("first", FIRST),
      });
      const azure = { alias: "second", subscriptionId: SECOND_SUBSCRIPTION };
      new AccountOnboarding(scope, "Second", {
        ...ACCOUNT,
        awsAccountId: SECOND,
        azureSubscriptionId: SECOND_SUBSCRIPTION,
        connectorName: "second",
        accessLevel: "leastPrivilege",
        plans: {},
        engine: "templateDeployment",
        awsProvider: awsProvider("second", SECOND),
        azapiProvider: new AzapiProvider(scope, "second-azapi", azure),
        azurermProvider: new AzurermProvider(scope, "second-azurerm", { features: [{}], ...azure }),
      });
    });
    const { aws, azure } = clouds;
    const rehearsal = await rehearse({ aws, azure, stack });
    await rehearsal.apply(await rehearsal.plan());

    expect(rolesOf(clouds, FIRST).length).toBeGreaterThan(1);
    expect(rolesOf(clouds, SECOND)).toEqual(["CspmMonitorAws"]);
    expect(aws.caller.objects.everything()).toEqual([]);
    expect(azure.connectors.get("first")?.properties.hierarchyIdentifier).toBe(FIRST);
    expect(azure.connectors.get("second")).toMatchObject({
      id: expect.stringContaining(SECOND_SUBSCRIPTION) as string,
      properties: { hierarchyIdentifier: SECOND },
    });
    expect((await rehearsal.plan()).empty).toBe(true);

    await rehearsal.destroy();
    expect(aws.accounts().flatMap(({ objects }) => objects.everything())).toEqual([]);
    expect(azure.connectors.all()).toEqual([]);
  });

  test("are connected by copies of one cdk.tf.json in two folders, each with a state of its own", async () => {
    const stack = synthesized(new Foundational(testApp(), "foundational"));
    const { environment } = await rehearse({ ...clouds, stack });
    const pipeline = mkdtempSync(join(tmpdir(), "pipeline-"));
    // Below a folder that they share: a relative path to a state could lead there.
    const folderOf = (account: string) => join(pipeline, "stacks", "accounts", account);
    const terraform = (account: string, ...args: string[]) => {
      clouds.aws.callerAccountId = account;
      return promisify(execFile)("terraform", [...args, "-no-color"], {
        cwd: folderOf(account),
        env: { ...process.env, ...environment },
      });
    };
    try {
      for (const account of [FIRST, SECOND]) {
        mkdirSync(folderOf(account), { recursive: true });
        writeFileSync(join(folderOf(account), "cdk.tf.json"), JSON.stringify(stack));
        const values = { ...ACCOUNT_VARIABLES, aws_account_id: account, connector_name: `aws-${account}` };
        writeFileSync(join(folderOf(account), "terraform.tfvars.json"), JSON.stringify(values));
        await terraform(account, "init");
        await terraform(account, "apply", "-auto-approve");
      }

      expect([FIRST, SECOND].map((account) => rolesOf(clouds, account))).toEqual([
        ["CspmMonitorAws"],
        ["CspmMonitorAws"],
      ]);
      expect(clouds.azure.connectors.all().map(({ name }) => name)).toEqual([`aws-${FIRST}`, `aws-${SECOND}`]);
      expect((await terraform(FIRST, "plan")).stdout).toContain("No changes.");
    } finally {
      rmSync(pipeline, { recursive: true });
    }
  });
});
