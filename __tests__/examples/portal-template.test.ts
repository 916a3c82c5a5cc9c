import { PortalTemplateExample, PortalTemplateRelease } from "../../examples/portal-template";
import template from "../../examples/portal-template/template.json";
import { MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../modules";
import { identityProviderArn, identityProviderUrl } from "../../modules/plans";
import { sentinelScenario } from "../../rehearsal";
import { portalTemplate, PROVIDER } from "../support/portal-template";
import { ACCOUNT, ACCOUNT_VARIABLES } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const URL = identityProviderUrl(MICROSOFT_TENANT_ID);
const ARN = identityProviderArn({ partition: "aws", accountId: ACCOUNT.awsAccountId }, MICROSOFT_TENANT_ID);
const ISSUER = URL.slice("https://".length);
const AUDIENCES = template.Resources[PROVIDER].Properties.ClientIdList;
const ROLES = ["CspmMonitorAws", "DefenderForCloud-AgentlessScanner", "DefenderForCloud-DefenderForServers"];

interface Trust {
  readonly Statement: readonly {
    readonly Principal: { readonly Federated: readonly string[] };
    readonly Condition: { readonly StringLike: Readonly<Record<string, readonly string[]>> };
  }[];
}

afterEach(stopRehearsals);

test("the template of the example is what the tests generate: of our own making", () => {
  expect(template).toEqual(portalTemplate({ servers: { subPlan: "P2", arcAutoProvisioning: false } }));
});

describeWithTerraform("the portal's template in an account that Sentinel reads", () => {
  test("gives roles that the shared provider serves, plans nothing twice, and leaves Sentinel what it had in the end", async () => {
    const clouds = sentinelScenario();
    const { caller } = clouds.aws;
    const before = caller.iam.role("OIDC_MicrosoftSentinelRole");
    const stack = synthesized(new PortalTemplateExample(testApp()));
    const rehearsal = await rehearse({ ...clouds, stack, variables: ACCOUNT_VARIABLES });
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);

    expect(caller.iam.clientIds(URL).sort()).toEqual([SENTINEL_AUDIENCE, ...AUDIENCES].sort());
    expect(caller.iam.roleNames().sort()).toEqual([...ROLES, "OIDC_MicrosoftSentinelRole"]);
    expect(caller.iam.role("OIDC_MicrosoftSentinelRole")).toEqual(before);
    for (const name of ROLES) {
      const { Statement: statements } = JSON.parse(caller.iam.role(name)?.assume_role_policy as string) as Trust;
      expect(statements.map(({ Principal }) => Principal.Federated.join())).toEqual([ARN]);
      expect(caller.iam.clientIds(URL)).toContain(statements[0]?.Condition.StringLike[`${ISSUER}:aud`]?.join());
    }
    const [connector] = clouds.azure.connectors.all();
    expect(JSON.stringify(connector?.properties.offerings)).toContain(`role/${ROLES[1] ?? ""}`);

    await expect(rehearsal.destroy()).rejects.toThrow("Instance cannot be destroyed");
    await rehearsal.updateStack(synthesized(new PortalTemplateRelease(testApp())), ACCOUNT_VARIABLES);
    expect((await rehearsal.plan()).counts).toEqual({ add: 0, change: 0, destroy: 0, import: 0, forget: 1 });
    await rehearsal.apply();
    await rehearsal.updateStack(stack, ACCOUNT_VARIABLES);
    await rehearsal.destroy();
    expect(await rehearsal.stateAddresses()).toEqual([]);
    expect(caller.iam.roleNames()).toEqual(["OIDC_MicrosoftSentinelRole"]);
    expect(caller.iam.clientIds(URL)).toContain(SENTINEL_AUDIENCE);
  });

  test("fails where the template was generated for another tenant: before anything is created", async () => {
    const clouds = sentinelScenario();
    const stack = synthesized(new PortalTemplateExample(testApp()));
    const entra_tenant_id = "aaaabbbb-cccc-4ddd-8eee-ffff00001111";
    const rehearsal = await rehearse({ ...clouds, stack, variables: { ...ACCOUNT_VARIABLES, entra_tenant_id } });
    await expect(rehearsal.plan()).rejects.toThrow(
      new RegExp(`the\\s+roles\\s+of\\s+template.json\\s+are\\s+bound\\s+to\\s+tenant\\s+${ACCOUNT.entraTenantId}`),
    );
  });
});
