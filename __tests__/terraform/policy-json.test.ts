import { TerraformVariable } from "cdktf";
import { policyDocument } from "../../modules/iam";
import { policyJson } from "../../modules/terraform";
import { synth } from "../support/synth";

/** The policy text in the Terraform configuration. */
function rendered(resource: (account: string) => string): string {
  const stack = synth((scope) => {
    const account = new TerraformVariable(scope, "account", { type: "string" }).stringValue;
    const text = policyJson(
      policyDocument([{ Effect: "Allow", Action: ["s3:GetObject"], Resource: [resource(account)] }]),
    );
    scope.addOverride("locals.policy", text);
  });
  return (stack.locals as { policy: string }).policy;
}

describe("a policy in a Terraform configuration", () => {
  test.each(["aws:username", "aws:PrincipalTag/team", "saml:sub", "*", "?", "$"])(
    "hands IAM's own variable ${%s} to AWS",
    (variable) => {
      expect(rendered(() => `arn:aws:s3:::home/\${${variable}}/*`)).toContain(`home/$\${${variable}}/*`);
    },
  );

  test("leaves Terraform values to Terraform", () => {
    expect(rendered((account) => `arn:aws:s3:::logs-${account}/*`)).toContain("logs-${var.account}/*");
  });

  test("does not escape twice", () => {
    expect(rendered(() => "arn:aws:s3:::home/$${aws:username}/*")).toContain("home/$${aws:username}/*");
  });
});
