import type { Stack } from "../support/without-providers";
import type { AwsApi } from "./support/aws-api";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { Terraform } from "./support/terraform";
import { describeWithTools } from "./support/tools";

const URL = "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/";
const ARN = `arn:aws:iam::${EMULATOR_ACCOUNT}:oidc-provider/${URL.slice("https://".length)}`;
const SENTINEL_AUDIENCE = "api://1462b192-27f7-4cb9-8523-0f4ecb54b47e";
const DEFENDER_AUDIENCE = "api://4d8bed1f-eee7-4d8e-b0dc-8462049a4479";
const OTHER_AUDIENCE = "api://somebody-else";
const ALL_AUDIENCES = [SENTINEL_AUDIENCE, DEFENDER_AUDIENCE, OTHER_AUDIENCE];
const THUMBPRINT = "626d44e704d1ceabe3bf0d53397464ac8080142c";
const ADDRESS = "aws_iam_openid_connect_provider.shared";

const base: Stack = {
  terraform: {
    backend: { local: { path: "elsewhere.tfstate" } },
    required_providers: {
      aws: { source: "hashicorp/aws", version: "~> 6.0" },
      azurerm: { source: "hashicorp/azurerm", version: "~> 4.0" },
    },
  },
  provider: { aws: [{ region: "eu-west-1" }], azurerm: [{ features: {} }] },
};

const reader = {
  name: "reader",
  assume_role_policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated: ARN } }],
  }),
};

// Written by hand: it proves the harness, and the provider behaviour that the modules rely on.
const adopting: Stack = {
  ...base,
  data: { aws_iam_openid_connect_provider: { found: { url: URL } } },
  import: [{ to: ADDRESS, id: "${data.aws_iam_openid_connect_provider.found.arn}" }],
  resource: {
    aws_iam_openid_connect_provider: {
      shared: {
        url: URL,
        client_id_list: `\${setunion(data.aws_iam_openid_connect_provider.found.client_id_list, ["${DEFENDER_AUDIENCE}"])}`,
        lifecycle: { prevent_destroy: true, ignore_changes: ["thumbprint_list", "tags", "tags_all"] },
      },
    },
    aws_iam_role: { reader: { ...reader, depends_on: [ADDRESS] } },
    azurerm_resource_group: { connector: { name: "connector", location: "westeurope" } },
  },
};

const releasing: Stack = {
  ...base,
  removed: [{ from: ADDRESS, lifecycle: { destroy: false } }],
  resource: { aws_iam_role: { reader } },
};

describeWithTools("the identity provider that Sentinel made", (tools) => {
  let emulator: Emulator;
  let aws: AwsApi;
  let terraform: Terraform;

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    aws = emulator.api();
    terraform = new Terraform(tools, emulator);
    await aws.createOidcProvider({
      url: URL,
      clientIds: [SENTINEL_AUDIENCE],
      thumbprints: [THUMBPRINT],
      tags: { owner: "sentinel" },
    });
  });

  afterAll(async () => {
    terraform.cleanUp();
    await emulator.stop();
  });

  // The tests are the steps of one life: adopt, apply again, give back, destroy.

  test("is imported, and gets one audience more in place", async () => {
    await terraform.load(adopting);
    const plan = await terraform.apply();

    expect(plan.counts).toEqual({ import: 1, add: 1, change: 1, destroy: 0, forget: 0 });
    expect(plan.changes.find(({ address }) => address === ADDRESS)).toMatchObject({ action: "update", importing: ARN });
    expect(await aws.getOidcProvider(ARN)).toEqual({
      url: URL.slice("https://".length),
      clientIds: [SENTINEL_AUDIENCE, DEFENDER_AUDIENCE],
      thumbprints: [THUMBPRINT],
      tags: { owner: "sentinel" },
    });
  });

  test("is left alone by the second plan", async () => {
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
  });

  test("keeps an audience that somebody else adds later", async () => {
    await aws.addClientId(ARN, OTHER_AUDIENCE);
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });
  });

  test("cannot be destroyed while it is in the code", async () => {
    await expect(terraform.destroy()).rejects.toThrow("Instance cannot be destroyed");
  });

  test("is forgotten by a removed block, with nothing changed", async () => {
    await terraform.load(releasing);
    expect((await terraform.apply()).counts).toEqual({ import: 0, add: 0, change: 0, destroy: 0, forget: 1 });
    expect(await terraform.stateList()).toEqual(["aws_iam_role.reader"]);
  });

  test("could be adopted again as it is", async () => {
    await terraform.load(adopting);
    const plan = await terraform.plan();
    expect(plan).toMatchObject({ isEmpty: false, changes: [{ address: ADDRESS, action: "import", importing: ARN }] });
    expect(await terraform.planned(ADDRESS)).toMatchObject({ after: { client_id_list: ALL_AUDIENCES } });
  });

  test("stands after destroy, with all its audiences", async () => {
    await terraform.load(releasing);
    expect((await terraform.destroy()).counts).toEqual({ import: 0, add: 0, change: 0, destroy: 1, forget: 0 });
    expect(await aws.listRoles()).toEqual([]);
    expect((await aws.getOidcProvider(ARN)).clientIds).toEqual(ALL_AUDIENCES);
  });
});
