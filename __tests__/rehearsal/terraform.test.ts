import { AwsCloud, AzureCloud, Rehearsal, terraformAvailable, type StackJson } from "../../rehearsal";
import { ACCOUNT, AUDIENCE, ISSUER, onboarding, PROVIDER_ARN, providers, ROLE_ARN, SUBSCRIPTION } from "./stacks";

const available = terraformAvailable();
if (!available) {
  console.log("terraform is not on the PATH: the rehearsals with real terraform are skipped");
}

let aws: AwsCloud;
let azure: AzureCloud;
const running: Rehearsal[] = [];

beforeEach(() => {
  aws = new AwsCloud({ callerAccountId: ACCOUNT, region: "eu-central-1" });
  azure = new AzureCloud({ aws, subscriptionId: SUBSCRIPTION, resourceGroups: ["security"] });
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((rehearsal) => rehearsal.stop()));
});

async function rehearse(stack: StackJson): Promise<Rehearsal> {
  const rehearsal = await Rehearsal.start({ aws, azure, stack });
  running.push(rehearsal);
  await rehearsal.init();
  return rehearsal;
}

(available ? describe : describe.skip)("real terraform against the clouds in memory", () => {
  test("applies, finds nothing left to do, and destroys everything", async () => {
    const rehearsal = await rehearse(onboarding());
    await rehearsal.validate();
    const plan = await rehearsal.plan();
    expect(plan.counts).toEqual({ add: 5, change: 0, destroy: 0, import: 0, forget: 0 });
    await rehearsal.apply(plan);
    expect(await rehearsal.outputs()).toEqual({ role: ROLE_ARN });
    expect(azure.connectors.get("aws-connector")?.properties.hierarchyIdentifier).toBe(ACCOUNT);
    expect((await rehearsal.plan()).empty).toBe(true);

    await rehearsal.destroy();
    expect(aws.caller.objects.everything()).toEqual([]);
    expect(azure.connectors.all()).toEqual([]);
    const operations = aws.log.map(({ operation }) => operation);
    const put = operations.indexOf("PUT Microsoft.Security/securityConnectors");
    expect(operations.slice(0, put)).toEqual(["CreateOpenIDConnectProvider", "CreateRole", "AttachRolePolicy"]);
    expect(operations[put + 1]).toBe("DELETE Microsoft.Security/securityConnectors");
  });

  test("fails at the connector when nothing waits for IAM", async () => {
    const rehearsal = await rehearse(onboarding({}));
    await expect(rehearsal.apply()).rejects.toThrow("Identity provider is missing from AWS account/s.");
  });

  test("imports an existing identity provider and only adds to it", async () => {
    aws.caller.iam.createIdentityProvider({ url: ISSUER, clientIds: ["api://sentinel"] });
    const rehearsal = await rehearse({
      provider: { aws: providers.aws },
      data: { aws_iam_openid_connect_provider: { live: { url: ISSUER } } },
      resource: {
        aws_iam_openid_connect_provider: {
          microsoft: {
            url: ISSUER,
            client_id_list: `\${setunion(data.aws_iam_openid_connect_provider.live.client_id_list, ["${AUDIENCE}"])}`,
            lifecycle: { ignore_changes: ["thumbprint_list", "tags", "tags_all"] },
          },
        },
      },
      import: [
        {
          to: "aws_iam_openid_connect_provider.microsoft",
          id: "${data.aws_iam_openid_connect_provider.live.arn}",
        },
      ],
    });
    const plan = await rehearsal.plan();
    expect(plan.counts).toEqual({ add: 0, change: 1, destroy: 0, import: 1, forget: 0 });
    expect(plan.changes[0]?.change.importing?.id).toBe(PROVIDER_ARN);
    aws.caller.iam.addClientId(ISSUER, "api://added-in-between");
    await rehearsal.apply(plan);
    expect(aws.caller.iam.clientIds(ISSUER).sort()).toEqual(
      ["api://added-in-between", "api://sentinel", AUDIENCE].sort(),
    );
    expect((await rehearsal.plan()).empty).toBe(true);

    await rehearsal.updateStack({
      provider: { aws: providers.aws },
      removed: [
        { from: "aws_iam_openid_connect_provider.microsoft", lifecycle: { destroy: false } },
      ],
    });
    await rehearsal.init();
    const release = await rehearsal.plan();
    expect(release.counts).toEqual({ add: 0, change: 0, destroy: 0, import: 0, forget: 1 });
    await rehearsal.apply(release);
    expect(await rehearsal.stateAddresses()).toEqual([]);
    expect(aws.caller.iam.clientIds(ISSUER)).toHaveLength(3);
  });
});
