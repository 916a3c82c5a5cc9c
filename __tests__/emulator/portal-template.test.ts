import { PortalTemplateExample } from "../../examples/portal-template";
import template from "../../examples/portal-template/template.json";
import { MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../modules";
import { identityProviderArn, identityProviderUrl } from "../../modules/plans";
import { PROVIDER } from "../support/portal-template";
import { beyondRights } from "../support/rights";
import { ACCOUNT_VARIABLES } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";
import type { AwsApi } from "./support/aws-api";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { Terraform } from "./support/terraform";
import { describeWithTools } from "./support/tools";

const ARN = identityProviderArn({ partition: "aws", accountId: EMULATOR_ACCOUNT }, MICROSOFT_TENANT_ID);
const AUDIENCES = template.Resources[PROVIDER].Properties.ClientIdList;
const variables = { ...ACCOUNT_VARIABLES, aws_account_id: EMULATOR_ACCOUNT, aws_region: "eu-west-1" };

describeWithTools("the example of the portal's template, with the real provider and a real stack", (tools) => {
  let emulator: Emulator;
  let aws: AwsApi;
  let terraform: Terraform;

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    aws = emulator.api(variables.aws_region);
    terraform = new Terraform(tools, emulator, variables);
    await aws.createOidcProvider({
      url: identityProviderUrl(MICROSOFT_TENANT_ID),
      clientIds: [SENTINEL_AUDIENCE],
      thumbprints: ["626D44E704D1CEABE3BF0D53397464AC8080142C"],
    });
  });

  afterAll(async () => {
    terraform.cleanUp();
    await emulator.stop();
  });

  test("creates the roles of the template beside the provider that Sentinel made, and plans nothing the second time", async () => {
    await terraform.load(synthesized(new PortalTemplateExample(testApp())));
    await terraform.apply();
    expect(await terraform.plan()).toMatchObject({ isEmpty: true });

    const { clientIds } = await aws.getOidcProvider(ARN);
    expect([...clientIds].sort()).toEqual([SENTINEL_AUDIENCE, ...AUDIENCES].sort());
    const roles = await aws.listRoles();
    expect(roles.map(({ name }) => name).sort()).toEqual([
      "CspmMonitorAws",
      "DefenderForCloud-AgentlessScanner",
      "DefenderForCloud-DefenderForServers",
    ]);
    for (const { trust } of roles) {
      expect(trust).toContain(`"${ARN}"`);
      expect(AUDIENCES.some((audience) => trust.includes(`"${audience}"`))).toBe(true);
    }
  });

  test("needed no right but those of the policies for the deployer", () => {
    const called = emulator.actionsOf(/terraform/i);
    expect(called).toContain("cloudformation:CreateStack");
    expect(beyondRights(called, "aws-portal-template")).toEqual([]);
  });
});
