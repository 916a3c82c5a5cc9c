import { emptyScenario, type Clouds } from "../../rehearsal";
import { moduleFolder, typesOf } from "../support/plain-module";
import { ACCOUNT, ACCOUNT_VARIABLES } from "../support/synth";
import { rehearse, stopRehearsals } from "../support/with-terraform";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { Terraform } from "./support/terraform";
import { describeWithTools } from "./support/tools";
import { text } from "./support/xml";

const OTHER_ACCOUNT = "210987654321";
const DEPLOYER = `arn:aws:iam::${OTHER_ACCOUNT}:role/Deployer`;
const FOLDER = moduleFolder("account");

/** An instance of the module. Without the automation for the Arc agent: moto has no associations of Systems Manager. */
const instance = (accountId: string, provider: string) => ({
  source: FOLDER,
  providers: { aws: provider },
  ...ACCOUNT_VARIABLES,
  aws_account_id: accountId,
  connector_name: `aws-${accountId}`,
  access_level: "leastPrivilege",
  defender_cspm: {},
  servers: { sub_plan: "P2", arc_auto_provisioning: false },
  databases: { sql_servers_on_machines: false, databases_posture: true },
});

const ROOT = {
  terraform: { required_providers: { aws: { source: "hashicorp/aws" }, azapi: { source: "Azure/azapi" } } },
  provider: {
    aws: [
      { region: ACCOUNT.awsRegion, allowed_account_ids: [EMULATOR_ACCOUNT] },
      {
        alias: "other",
        region: ACCOUNT.awsRegion,
        allowed_account_ids: [OTHER_ACCOUNT],
        assume_role: [{ role_arn: DEPLOYER }],
      },
    ],
    azapi: [{ subscription_id: ACCOUNT.azureSubscriptionId, ignore_no_op_changes: false }],
  },
  module: { first: instance(EMULATOR_ACCOUNT, "aws"), second: instance(OTHER_ACCOUNT, "aws.other") },
};

/** The modules as they are published. AWS is the emulator behind the real provider; Azure is in memory. */
describeWithTools("the modules with the real provider", (tools) => {
  let emulator: Emulator;
  let terraform: Terraform;
  let clouds: Clouds;
  /** All providers but that of AWS. */
  let running: Record<string, unknown>;

  beforeAll(async () => {
    clouds = emptyScenario({ accountId: EMULATOR_ACCOUNT });
    const rehearsal = await rehearse({ ...clouds, stack: ROOT, moduleTypes: typesOf(FOLDER) });
    // The connectors in memory look into AWS in memory: so the same objects are there, too.
    await rehearsal.init();
    await rehearsal.apply();
    clouds.azure.connectors.all().forEach(({ id }) => {
      clouds.azure.connectors.delete(id);
    });
    running = JSON.parse(rehearsal.environment.TF_REATTACH_PROVIDERS ?? "") as Record<string, unknown>;
    delete running["registry.terraform.io/hashicorp/aws"];
    emulator = await Emulator.start(tools);
    terraform = new Terraform(tools, emulator, {}, running);
    await terraform.load(ROOT);
  });
  afterAll(async () => {
    await stopRehearsals();
    terraform.cleanUp();
    await emulator.stop();
  });

  const accounts = async () => {
    const assumed = await emulator.api().query("sts", "AssumeRole", { RoleArn: DEPLOYER, RoleSessionName: "test" });
    return [
      [EMULATOR_ACCOUNT, emulator.api()],
      [OTHER_ACCOUNT, emulator.api(undefined, text(assumed, "AccessKeyId"))],
    ] as const;
  };

  // The first three tests are the steps of one life.

  test("as two instances of the account's create in each account the roles that the rehearsal creates, and connect both", async () => {
    await terraform.apply();

    for (const [id, aws] of await accounts()) {
      const rehearsed = clouds.aws.account(id).objects.all("aws_iam_role");
      expect((await aws.listRoles()).map(({ arn }) => arn).sort()).toEqual(
        rehearsed.map(({ attributes }) => attributes.arn).sort(),
      );
      expect(await aws.listOidcProviders()).toHaveLength(1);
      expect(clouds.azure.connectors.get(`aws-${id}`)?.properties.hierarchyIdentifier).toBe(id);
    }
  });

  test("as two instances plan nothing afterwards", async () => {
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
  });

  test("as two instances leave nothing behind", async () => {
    await terraform.destroy();

    for (const [, aws] of await accounts()) {
      expect([...(await aws.listRoles()), ...(await aws.listOidcProviders())]).toEqual([]);
    }
    expect(clouds.azure.connectors.all()).toEqual([]);
  });

  // The real schema has rules that the rehearsal's has not: arguments of one version, least numbers of items. The fan-out needs 6.52.
  test.each(["account", "organization"])("pass the tests that they ship: %s", async (name) => {
    const shipped = new Terraform(tools, emulator, {}, running);
    try {
      expect(await shipped.test(moduleFolder(name))).toMatch(/[1-9]\d* passed, 0 failed/);
    } finally {
      shipped.cleanUp();
    }
  });
});
