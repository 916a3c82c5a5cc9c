import type { OrganizationOnboardingProps } from "../../modules";
import type { StackJson } from "../../rehearsal";
import { evaluate } from "../support/policy-evaluator";
import { accountStack, only, organizationStack } from "../support/organization";

type Resources = Record<string, Record<string, unknown>>;

function connectorProperties(stack: StackJson): { environmentData: Record<string, unknown> } {
  const { body } = only(stack, "azapi_resource");
  return (body as { properties: never }).properties;
}

describe("OrganizationOnboarding", () => {
  test("says the StackSet's name and the excluded accounts once, and uses them on both sides", () => {
    const stack = organizationStack({ stackSetName: "Defender", excludedAccountIds: ["333333333333"] });
    expect(only(stack, "aws_cloudformation_stack_set").name).toBe("Defender");
    expect(only(stack, "aws_cloudformation_stack_set_instance").deployment_targets).toMatchObject({
      accounts: ["333333333333"],
    });
    expect(connectorProperties(stack).environmentData.organizationalData).toEqual({
      organizationMembershipType: "Organization",
      stacksetName: "Defender",
      excludedAccountIds: ["333333333333"],
    });
  });

  test("creates the connector after the members' stacks and after IAM has spread the management account's roles", () => {
    const { depends_on: dependsOn } = only(organizationStack(), "azapi_resource");
    expect(dependsOn).toEqual([
      expect.stringMatching(/^time_sleep\./),
      expect.stringMatching(/^aws_cloudformation_stack_set\./),
      expect.stringMatching(/^aws_cloudformation_stack_set_instance\./),
    ]);
  });

  test("has the same external id in both accounts' roles and in the connector", () => {
    const stack = organizationStack();
    const uuid = "${terraform_data.Onboarding_DataCollectionExternalId_D453713D.output}";
    expect(JSON.stringify(only(stack, "aws_cloudformation_stack_set").parameters)).toContain(uuid);
    expect(JSON.stringify(only(stack, "azapi_resource").body)).toContain(uuid);
    expect(JSON.stringify(stack.resource?.aws_iam_role)).toContain(uuid);
  });

  test("leaves the management account's resources where AccountOnboarding has them", () => {
    const addresses = (stack: StackJson, type: string) => Object.keys(stack.resource?.[type] ?? {});
    for (const type of ["aws_iam_role", "aws_iam_openid_connect_provider", "time_sleep", "terraform_data"]) {
      expect(addresses(organizationStack(), type)).toEqual(addresses(accountStack(), type));
    }
  });

  describe("the management account's cspmMonitor", () => {
    function allows(accessLevel: "default" | "leastPrivilege", action: string): boolean {
      const { resource } = organizationStack({ accessLevel });
      const attached = Object.values(resource?.aws_iam_role_policy_attachment as Resources).filter(
        ({ role }) => role === "CspmMonitorAws",
      );
      const policies = Object.values(resource?.aws_iam_policy as Resources)
        .filter(({ name }) => attached.some(({ policy_arn: arn }) => String(arn).endsWith(`:policy/${String(name)}`)))
        .map(({ policy }) => String(policy));
      const principal = { aws: "arn:aws:iam::111111111111:role/CspmMonitorAws" };
      return evaluate(policies, { action, principal }).decision === "allowed";
    }

    test.each([
      "organizations:DescribeOrganization",
      "organizations:ListAccounts",
      "cloudformation:DescribeStackSet",
      "cloudformation:ListStackInstances",
      "cloudformation:DescribeStackInstance",
    ])("may call %s, to find the members", (action) => {
      expect(allows("leastPrivilege", action)).toBe(true);
    });

    test("may not change the organization", () => {
      expect(allows("leastPrivilege", "organizations:MoveAccount")).toBe(false);
    });

    test("needs nothing besides ReadOnlyAccess at level default", () => {
      const policies = (stack: StackJson) => Object.keys(stack.resource?.aws_iam_policy ?? {});
      expect(policies(organizationStack({ accessLevel: "default" }))).toEqual(
        policies(accountStack({ accessLevel: "default" })),
      );
    });

    test("keeps the customer's own statements", () => {
      const own = { Effect: "Allow" as const, Action: ["s3:GetObject"], Resource: ["*"] };
      const stack = organizationStack({ roles: { cspmMonitor: { additionalStatements: [own] } } });
      expect(JSON.stringify(stack.resource?.aws_iam_policy)).toContain("s3:GetObject");
    });
  });

  test("passes everything else on as AccountOnboarding does", () => {
    const props: Partial<OrganizationOnboardingProps> = { scanRegions: ["eu-central-1"], scanIntervalHours: 12 };
    const { organizationalData, ...rest } = connectorProperties(organizationStack(props)).environmentData;
    expect(organizationalData).toBeDefined();
    expect(rest).toEqual(connectorProperties(accountStack(props)).environmentData);
  });
});
