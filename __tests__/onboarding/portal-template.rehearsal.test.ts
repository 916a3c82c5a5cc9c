import { MICROSOFT_TENANT_ID } from "../../modules";
import { PortalTemplateOnboarding, readTemplate } from "../../modules/portal";
import { inTerraform } from "../../modules/cloudformation";
import { identityProviderUrl } from "../../modules/plans";
import { emptyScenario } from "../../rehearsal";
import type { Clouds, StackJson } from "../../rehearsal";
import { onlyAddress } from "../support/addresses";
import { portalTemplate, PROVIDER } from "../support/portal-template";
import { ACCOUNT, synth } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const URL = identityProviderUrl(MICROSOFT_TENANT_ID);
const PLANS = { servers: { subPlan: "P2", arcAutoProvisioning: false } } as const;

afterEach(stopRehearsals);

/** The stack that the portal's template has made, by hand, and its id. */
async function stackOfThePortal(clouds: Clouds, policy: object): Promise<string> {
  const template = portalTemplate(PLANS);
  Object.assign(template.Resources[PROVIDER] ?? {}, policy);
  const stack: StackJson = {
    provider: { aws: [{ region: ACCOUNT.awsRegion }] },
    resource: {
      aws_cloudformation_stack: {
        portal: {
          name: "from-the-portal",
          template_body: inTerraform(JSON.stringify(template)),
          capabilities: ["CAPABILITY_NAMED_IAM"],
        },
      },
    },
  };
  await (await rehearse({ ...clouds, stack })).apply();
  return clouds.aws.caller.objects.all("aws_cloudformation_stack")[0]?.id ?? "";
}

/** The onboarding that takes the stack over. */
function takingOver(id: string): StackJson {
  const stack = synth((scope) => {
    new PortalTemplateOnboarding(scope, "Onboarding", {
      ...ACCOUNT,
      template: readTemplate(JSON.stringify(portalTemplate(PLANS))),
      stackName: "from-the-portal",
      plans: PLANS,
      identityProvider: { mode: "extend", expectedAudiences: [] },
    });
  });
  const to = onlyAddress(stack, "aws_cloudformation_stack");
  return { ...stack, import: [...(stack.import as object[]), { to, id }] } as StackJson;
}

describeWithTerraform("a stack that came from the portal", () => {
  test("is taken over without a destruction where it keeps the identity provider that it made", async () => {
    const clouds = emptyScenario();
    const id = await stackOfThePortal(clouds, { DeletionPolicy: "Retain" });
    const before = clouds.aws.caller.iam.clientIds(URL);
    const rehearsal = await rehearse({ ...clouds, stack: takingOver(id) });
    const plan = await rehearsal.plan();
    expect(plan.counts).toMatchObject({ import: 2, change: 1, destroy: 0 });
    await rehearsal.apply(plan);
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(clouds.aws.caller.iam.clientIds(URL)).toEqual(before);
  });

  test("fails where it does not: CloudFormation deletes what leaves a template", async () => {
    const clouds = emptyScenario();
    const id = await stackOfThePortal(clouds, {});
    const rehearsal = await rehearse({ ...clouds, stack: takingOver(id) });
    await expect(rehearsal.apply()).rejects.toThrow("Identity provider is missing from AWS account");
    expect(clouds.aws.caller.iam.clientIds(URL)).toEqual([]);
  });
});
