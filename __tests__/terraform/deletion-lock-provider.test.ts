import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformProvider, TerraformStack } from "cdktf";
import { DeletionLockProvider } from "../../modules/terraform";
import { synthesized, testApp } from "../support/test-app";

const ASSUME_ROLE = { assume_role: [{ role_arn: "arn:aws:iam::111122223333:role/Deploy" }] };

/** Bindings of somebody's own. */
class OwnAwsProvider extends TerraformProvider {
  protected override synthesizeAttributes(): Record<string, unknown> {
    return { region: "eu-north-1", ...ASSUME_ROLE };
  }
}

function providersOf(build: (stack: TerraformStack) => void): unknown {
  const stack = new TerraformStack(testApp(), "stack");
  build(stack);
  return (synthesized(stack).provider as { aws: unknown }).aws;
}

describe("the provider of a deletion lock", () => {
  test("repeats the stack's provider, what is overridden there included, wherever it is declared", () => {
    const providers = providersOf((stack) => {
      new DeletionLockProvider(stack, "Lock");
      new AwsProvider(stack, "other", { region: "us-east-1", alias: "other" });
      new AwsProvider(stack, "aws", { region: "eu-central-1" }).addOverride("assume_role", ASSUME_ROLE.assume_role);
    });
    expect(providers).toContainEqual({ region: "eu-central-1", ...ASSUME_ROLE, alias: "Lock" });
  });

  test("repeats the provider that is given", () => {
    const providers = providersOf((stack) => {
      new AwsProvider(stack, "aws", { region: "eu-central-1" });
      const other = new AwsProvider(stack, "other", { region: "us-east-1", alias: "other" });
      new DeletionLockProvider(stack, "Lock", other);
    });
    expect(providers).toContainEqual({ region: "us-east-1", alias: "Lock" });
  });

  test("repeats a provider of other bindings", () => {
    const providers = providersOf((stack) => {
      new OwnAwsProvider(stack, "aws", { terraformResourceType: "aws", terraformProviderSource: "aws" });
      new DeletionLockProvider(stack, "Lock");
    });
    expect(providers).toContainEqual({ region: "eu-north-1", ...ASSUME_ROLE, alias: "Lock" });
  });

  test("fails where the stack has only providers with an alias, instead of taking the credentials of the day", () => {
    expect(() =>
      providersOf((stack) => {
        new AwsProvider(stack, "other", { region: "us-east-1", alias: "other" });
        new DeletionLockProvider(stack, "Lock");
      }),
    ).toThrow(
      "stack/Lock finds no AWS provider without an alias: create an AwsProvider in the stack, or give the prop awsProvider",
    );
  });

  test("fails where the stack has its provider by an override alone", () => {
    expect(() =>
      providersOf((stack) => {
        stack.addOverride("provider.aws", [{ region: "us-east-1" }]);
        new DeletionLockProvider(stack, "Lock");
      }),
    ).toThrow("stack/Lock finds no AWS provider without an alias");
  });
});
