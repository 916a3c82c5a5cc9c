import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformProvider, TerraformStack } from "cdktf";
import { ArcAutomation, requireProviders } from "../../modules";
import { ACCOUNT } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";

const REGIONS = ["eu-central-1", "us-east-1"];

function requiredAws(build: (stack: TerraformStack) => void): unknown {
  const stack = new TerraformStack(testApp(), "stack");
  build(stack);
  const { required_providers: required } = synthesized(stack).terraform as {
    readonly required_providers: { readonly aws: { readonly version: string } };
  };
  return required.aws.version;
}

function automation(stack: TerraformStack, regions?: readonly string[]): void {
  new ArcAutomation(stack, "Arc", {
    awsAccountId: ACCOUNT.awsAccountId,
    automationRoleArn: `arn:aws:iam::${ACCOUNT.awsAccountId}:role/Automation`,
    arcAutomation: regions ? { regions } : {},
  });
}

class OtherBindings extends TerraformProvider {}

function bindings(stack: TerraformStack, providerVersion: string): void {
  const terraformGeneratorMetadata = { providerName: "aws", providerVersion };
  new OtherBindings(stack, "aws", { terraformResourceType: "aws", terraformGeneratorMetadata });
}

describe("an automation with regions", () => {
  test.each(["before", "after"])("asks for hashicorp/aws 6, where providers are required %s it", (when) => {
    const version = requiredAws((stack) => {
      new AwsProvider(stack, "aws");
      if (when === "before") {
        requireProviders(stack, "aws");
      }
      automation(stack, REGIONS);
      if (when === "after") {
        requireProviders(stack, "aws");
      }
    });
    expect(version).toBe(">= 6.0, < 7");
  });

  test("leaves the narrower range of a fan-out", () => {
    const version = requiredAws((stack) => {
      new AwsProvider(stack, "aws");
      requireProviders(stack, "awsForFanout");
      automation(stack, REGIONS);
    });
    expect(version).toBe(">= 6.52, < 7");
  });

  test("leaves a stack without requireProviders the version of its bindings", () => {
    const version = requiredAws((stack) => {
      bindings(stack, "6.1.0");
      automation(stack, REGIONS);
    });
    expect(version).toBe("6.1.0");
  });

  test("fails for an AWS provider of bindings before 6", () => {
    const build = () =>
      requiredAws((stack) => {
        bindings(stack, "5.100.0");
        automation(stack, REGIONS);
      });
    expect(build).toThrow(
      'arcAutomation.regions: ["eu-central-1","us-east-1"] is not allowed; it needs hashicorp/aws 6 or later, and the AWS provider of the stack is 5.100.0',
    );
  });
});

test("an automation without regions takes hashicorp/aws 5", () => {
  const version = requiredAws((stack) => {
    bindings(stack, "5.100.0");
    requireProviders(stack, "aws");
    automation(stack);
  });
  expect(version).toBe(">= 5.100, < 7");
});
