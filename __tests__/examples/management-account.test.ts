import { readFileSync } from "node:fs";
import { ManagementAccount } from "../../examples/management-account";
import { Standalone } from "../../examples/standalone";
import { resourcesByAddress } from "../support/addresses";
import { synthesized, testApp } from "../support/test-app";

const addresses = (stack: Standalone | ManagementAccount) => [...resourcesByAddress(synthesized(stack)).keys()];

describe("the management account example", () => {
  /* Addresses are a public contract: with a StackSet that is destroyed and created again go the roles of every member. */
  test("has the standalone example's addresses, and these", () => {
    const standalone = addresses(new Standalone(testApp(), "standalone"));
    const organization = addresses(new ManagementAccount(testApp(), "management-account"));
    expect(standalone.filter((address) => !organization.includes(address))).toEqual([]);
    expect(organization.filter((address) => !standalone.includes(address)).sort()).toEqual([
      "aws_cloudformation_stack_set.Onboarding_Members_StackSet_FCE8C836",
      "aws_cloudformation_stack_set_instance.Onboarding_Members_Instances_5CBD33AA",
      "aws_iam_policy.Onboarding_Roles_cspmMonitor_additional_1A6C1970",
      "aws_iam_role_policy_attachment.Onboarding_Roles_cspmMonitor_additional-attachment_57EE54BF",
    ]);
  });

  test("has a README whose commands name the address that exists, and the region of the StackSet", () => {
    const readme = readFileSync("examples/management-account/README.md", "utf8").replaceAll(/\\\n\s*/g, "");
    const [address = ""] = addresses(new ManagementAccount(testApp(), "management-account")).filter((candidate) =>
      candidate.startsWith("aws_cloudformation_stack_set_instance."),
    );
    expect(readme).toContain(`terraform -chdir=cdktf.out/stacks/management-account untaint '${address}["r-ab12"]'`);
    const commands = readme.match(/aws cloudformation \S+-stack-\S+ .*/g) ?? [];
    expect(commands).toHaveLength(3);
    expect(commands.filter((command) => !command.includes(" --region eu-central-1 "))).toEqual([]);
  });
});
