/**
 * The floor of the benchmark: stacks of raw resources, as many as the arguments say, and nothing of this library. It loads
 * the provider bindings that FLOOR_BINDINGS names, those of the examples: a hand-written stack would load them too.
 */
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { App, TerraformStack } from "cdktf";

for (const binding of JSON.parse(process.env.FLOOR_BINDINGS ?? "[]") as string[]) {
  module.require(binding);
}

const app = new App();
process.argv.slice(2).forEach((count, index) => {
  const stack = new TerraformStack(app, `floor-${index}`);
  new AwsProvider(stack, "aws", { region: "eu-central-1" });
  new AzurermProvider(stack, "azurerm", { features: [{}] });
  new TimeProvider(stack, "time");
  new RandomProvider(stack, "random");
  const statement = { Effect: "Allow", Action: Array.from({ length: 20 }, (_, i) => `s3:Get${i}`), Resource: ["*"] };
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement, statement] });
  for (let i = 0; i < Number(count); i += 3) {
    new IamRole(stack, `role-${i}`, { name: `role-${i}`, assumeRolePolicy: policy });
    new IamPolicy(stack, `policy-${i}`, { name: `policy-${i}`, policy });
    new IamRolePolicyAttachment(stack, `attachment-${i}`, {
      role: `role-${i}`,
      policyArn: `arn:aws:iam::1:policy/${i}`,
    });
  }
});
app.synth();
