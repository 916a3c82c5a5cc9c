import { AwsCloud, AzureCloud, type StackJson } from "../../../rehearsal";
import { describeWithTerraform, rehearse, stopRehearsals } from "../../support/with-terraform";
import { ACCOUNT, ISSUER, providers, SUBSCRIPTION, trust } from "../stacks";

let aws: AwsCloud;
let azure: AzureCloud;

beforeEach(() => {
  aws = new AwsCloud({ callerAccountId: ACCOUNT, region: "eu-central-1" });
  azure = new AzureCloud({ aws, subscriptionId: SUBSCRIPTION, resourceGroups: ["security"] });
});

afterEach(stopRehearsals);

/** A stack of one identity provider, and a role whose name is a parameter. */
function stack(parameters: Record<string, string> = {}, further: object = {}): StackJson {
  const template = {
    Parameters: { Name: { Type: "String", Default: "Role", AllowedPattern: "[A-Za-z]+" } },
    Resources: {
      Provider: { Type: "AWS::IAM::OIDCProvider", Properties: { Url: ISSUER, ClientIdList: ["api://one"] } },
      Role: {
        Type: "AWS::IAM::Role",
        DependsOn: "Provider",
        Properties: { RoleName: { Ref: "Name" }, AssumeRolePolicyDocument: trust() },
      },
    },
  };
  return {
    provider: { aws: providers.aws },
    resource: {
      aws_cloudformation_stack: {
        portal: {
          name: "defender",
          template_body: JSON.stringify(template),
          capabilities: ["CAPABILITY_NAMED_IAM"],
          parameters,
          ...further,
        },
      },
    },
  };
}

const roles = () => aws.caller.objects.all("aws_iam_role").map(({ attributes }) => attributes.name);

describeWithTerraform("a stack", () => {
  test("creates what its template has, changes with its parameters, and takes all of it away", async () => {
    const rehearsal = await rehearse({ aws, azure, stack: stack() });
    await rehearsal.apply();
    expect(roles()).toEqual(["Role"]);
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.updateStack(stack({ Name: "Other" }));
    await rehearsal.apply();
    expect(roles()).toEqual(["Other"]);
    await rehearsal.destroy();
    expect(aws.caller.objects.everything()).toEqual([]);
  });

  test("fails where the account has the identity provider already; nothing of it stays", async () => {
    aws.caller.iam.createIdentityProvider({ url: ISSUER, clientIds: ["api://sentinel"] });
    const rehearsal = await rehearse({ aws, azure, stack: stack() });
    await expect(rehearsal.apply()).rejects.toThrow("EntityAlreadyExists");
    expect(roles()).toEqual([]);
    expect(aws.caller.iam.clientIds(ISSUER)).toEqual(["api://sentinel"]);
  });

  test("fails with a parameter that its template does not have, and without the capability", async () => {
    const rehearsal = await rehearse({ aws, azure, stack: stack({ Wrong: "x" }) });
    await expect(rehearsal.apply()).rejects.toThrow("Parameters: [Wrong]");
    await rehearsal.updateStack(stack({}, { capabilities: [] }));
    await expect(rehearsal.apply()).rejects.toThrow("InsufficientCapabilitiesException");
  });
});
