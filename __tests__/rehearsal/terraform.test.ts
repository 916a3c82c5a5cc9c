import { AwsCloud, AzureCloud, type Rehearsal, type StackJson } from "../../rehearsal";
import { ACCOUNT, AUDIENCE, ISSUER, onboarding, PROVIDER_ARN, providers, ROLE_ARN, SUBSCRIPTION } from "./stacks";
import { describeWithTerraform, rehearse as startRehearsal, stopRehearsals } from "../support/with-terraform";

let aws: AwsCloud;
let azure: AzureCloud;

beforeEach(() => {
  aws = new AwsCloud({ callerAccountId: ACCOUNT, region: "eu-central-1" });
  azure = new AzureCloud({ aws, subscriptionId: SUBSCRIPTION, resourceGroups: ["security"] });
});

afterEach(stopRehearsals);

function rehearse(stack: StackJson): Promise<Rehearsal> {
  return startRehearsal({ aws, azure, stack });
}

describeWithTerraform("real terraform against the clouds in memory", () => {
  test("applies, finds nothing left to do, and destroys everything", async () => {
    const rehearsal = await rehearse(onboarding());
    await rehearsal.init();
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
      removed: [{ from: "aws_iam_openid_connect_provider.microsoft", lifecycle: { destroy: false } }],
    });
    const release = await rehearsal.plan();
    expect(release.counts).toEqual({ add: 0, change: 0, destroy: 0, import: 0, forget: 1 });
    await rehearsal.apply(release);
    expect(await rehearsal.stateAddresses()).toEqual([]);
    expect(aws.caller.iam.clientIds(ISSUER)).toHaveLength(3);
  });

  test("fails with the real provider's words when a looked-up identity provider is missing", async () => {
    const rehearsal = await rehearse({
      provider: { aws: providers.aws },
      data: { aws_iam_openid_connect_provider: { live: { url: ISSUER } } },
    });
    await expect(rehearsal.plan()).rejects.toThrow(`finding IAM OIDC Provider by url (${ISSUER}): not found`);
  });

  test("fails when the order is wrong: the connector before the role", async () => {
    const stack = onboarding();
    const { azurerm_resource_group_template_deployment: deployments } = stack.resource as {
      azurerm_resource_group_template_deployment: { connector: { depends_on: string[] } };
    };
    deployments.connector.depends_on = ["aws_iam_openid_connect_provider.microsoft", "time_sleep.early"];
    stack.resource = {
      ...stack.resource,
      time_sleep: {
        early: { create_duration: "15s", depends_on: ["aws_iam_openid_connect_provider.microsoft"] },
      },
      aws_iam_role: {
        cspm: {
          ...(stack.resource?.aws_iam_role as { cspm: object }).cspm,
          depends_on: ["azurerm_resource_group_template_deployment.connector"],
        },
      },
    };
    const rehearsal = await rehearse(stack);
    await expect(rehearsal.apply()).rejects.toThrow(`IAM role(s) do not exist or are invalid: ${ROLE_ARN}`);
  });

  test("replaces what cannot be renamed, and changes the rest in place", async () => {
    const stack = (name: string, description: string): StackJson => ({
      provider: { aws: providers.aws },
      resource: {
        aws_sns_topic: { t: { name, tags: { description } } },
        aws_iam_role: { r: { name: "r", description, assume_role_policy: '{"Statement":[]}' } },
      },
    });
    const rehearsal = await rehearse(stack("a", "one"));
    await rehearsal.apply();
    await rehearsal.updateStack(stack("a", "two"));
    expect((await rehearsal.plan()).counts).toMatchObject({ add: 0, change: 2, destroy: 0 });
    await rehearsal.updateStack(stack("b", "one"));
    expect((await rehearsal.plan()).counts).toMatchObject({ add: 1, change: 0, destroy: 1 });
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(aws.caller.objects.all("aws_sns_topic").map(({ id }) => id)).toEqual([
      `arn:aws:sns:eu-central-1:${ACCOUNT}:b`,
    ]);
  });

  test("does not call a plan empty that changes only an output, or only imports an object", async () => {
    const stack: StackJson = {
      provider: { aws: providers.aws },
      resource: { aws_iam_policy: { p: { name: "p", policy: '{"Statement":[]}' } } },
    };
    const rehearsal = await rehearse(stack);
    await rehearsal.apply();
    expect(await rehearsal.plan()).toMatchObject({ empty: true, changes: [] });
    await rehearsal.updateStack({ ...stack, output: { arn: { value: "${aws_iam_policy.p.arn}" } } });
    expect(await rehearsal.plan()).toMatchObject({ empty: false, changes: [] });

    const importing = await rehearse({
      ...stack,
      import: [{ to: "aws_iam_policy.p", id: `arn:aws:iam::${ACCOUNT}:policy/p` }],
    });
    const nothing = { add: 0, change: 0, destroy: 0, forget: 0 };
    expect(await importing.plan()).toMatchObject({ empty: false, counts: { ...nothing, import: 1 } });
  });

  test("sees a change that someone made outside, and reverts it", async () => {
    const policy = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["s3:ListBucket"], Resource: "*" }],
    };
    const rehearsal = await rehearse({
      provider: { aws: providers.aws },
      resource: { aws_iam_policy: { p: { name: "p", policy: JSON.stringify(policy, undefined, 4) } } },
    });
    await rehearsal.apply();
    const [stored] = aws.caller.objects.all("aws_iam_policy");
    // AWS may hand out the same policy in another layout: that is no change.
    stored?.set(
      { ...stored.attributes, policy: JSON.stringify(policy).replace('["s3:ListBucket"]', '"s3:ListBucket"') },
      0,
    );
    expect((await rehearsal.plan()).empty).toBe(true);
    stored?.set({ ...stored.attributes, policy: JSON.stringify(policy).replace("ListBucket", "GetObject") }, 0);
    expect((await rehearsal.plan()).counts.change).toBe(1);
    aws.caller.delete("aws_iam_policy", `arn:aws:iam::${ACCOUNT}:policy/p`);
    expect((await rehearsal.plan()).counts.add).toBe(1);
  });

  test("fails validation where an attribute is unknown or a type is wrong", async () => {
    const unknown = await rehearse({
      provider: { aws: providers.aws },
      resource: { aws_sqs_queue: { q: { nam: "q" } } },
    });
    await expect(unknown.validate()).rejects.toThrow("Extraneous JSON object property");
    const wrong = await rehearse({
      provider: { aws: providers.aws },
      resource: { aws_sqs_queue: { q: { name: "q", delay_seconds: "soon" } } },
    });
    await expect(wrong.validate()).rejects.toThrow("a number is required");
  });

  test("does not see an edit in the portal through a template deployment", async () => {
    const rehearsal = await rehearse(onboarding());
    await rehearsal.apply();
    const connector = azure.connectors.get("aws-connector");
    connector?.properties.offerings?.pop();
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("fails validation with a policy that is not JSON", async () => {
    const rehearsal = await rehearse({
      provider: { aws: providers.aws },
      resource: { aws_iam_role: { r: { name: "r", assume_role_policy: "{" } } },
    });
    await expect(rehearsal.validate()).rejects.toThrow('"assume_role_policy" contains an invalid JSON policy');
  });

  test("fails a postcondition on the caller's account", async () => {
    const rehearsal = await rehearse({
      provider: { aws: [{ region: "eu-central-1" }] },
      data: {
        aws_caller_identity: {
          me: {
            lifecycle: {
              postcondition: [
                {
                  condition: '${self.account_id == "999999999999"}',
                  error_message: "credentials of ${self.account_id}",
                },
              ],
            },
          },
        },
      },
    });
    await expect(rehearsal.plan()).rejects.toThrow(`credentials of ${ACCOUNT}`);
  });
});
