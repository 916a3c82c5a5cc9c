/** The floor of the benchmark: stacks of raw resources, as many as the arguments say, and nothing of this library. */
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { DataAwsIamRoles } from "@cdktf/provider-aws/lib/data-aws-iam-roles";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SsmAssociation } from "@cdktf/provider-aws/lib/ssm-association";
import { SsmDocument } from "@cdktf/provider-aws/lib/ssm-document";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroupTemplateDeployment } from "@cdktf/provider-azurerm/lib/resource-group-template-deployment";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { Uuid } from "@cdktf/provider-random/lib/uuid";
import { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { Sleep } from "@cdktf/provider-time/lib/sleep";
import { App, TerraformStack } from "cdktf";

/** Loaded like the examples load them, though the floor makes none: a hand-written stack would load them too. */
export const loaded = [
  DataAwsCallerIdentity,
  DataAwsIamRole,
  DataAwsIamRoles,
  IamOpenidConnectProvider,
  SsmAssociation,
  SsmDocument,
  ResourceGroupTemplateDeployment,
  Uuid,
  Sleep,
];

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
