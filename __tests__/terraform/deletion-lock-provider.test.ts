import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformProvider, TerraformStack } from "cdktf";
import { DeletionLockProvider } from "../../modules/terraform";
import { synthesized, testApp } from "../support/test-app";

const ACCOUNT = "111122223333";
const ONLY_ITS_ACCOUNT = { allowed_account_ids: [ACCOUNT], alias: "Lock" };
const ASSUME_ROLE = { assume_role: [{ role_arn: "arn:aws:iam::111122223333:role/Deploy" }] };

/** Custom bindings. */
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
  test("copies the stack's provider, overrides included, in any order of declaration", () => {
    const providers = providersOf((stack) => {
      new DeletionLockProvider(stack, "Lock", ACCOUNT);
      new AwsProvider(stack, "other", { region: "us-east-1", alias: "other" });
      new AwsProvider(stack, "aws", { region: "eu-central-1" }).addOverride("assume_role", ASSUME_ROLE.assume_role);
    });
    expect(providers).toContainEqual({ region: "eu-central-1", ...ASSUME_ROLE, ...ONLY_ITS_ACCOUNT });
  });

  test("copies the given provider", () => {
    const providers = providersOf((stack) => {
      new AwsProvider(stack, "aws", { region: "eu-central-1" });
      const other = new AwsProvider(stack, "other", { region: "us-east-1", alias: "other" });
      new DeletionLockProvider(stack, "Lock", ACCOUNT, other);
    });
    expect(providers).toContainEqual({ region: "us-east-1", ...ONLY_ITS_ACCOUNT });
  });

  test("takes the credentials of its account alone, whatever the original takes", () => {
    const providers = providersOf((stack) => {
      new AwsProvider(stack, "aws", { region: "eu-central-1", allowedAccountIds: [ACCOUNT, "444455556666"] });
      new DeletionLockProvider(stack, "Lock", ACCOUNT);
    });
    expect(providers).toContainEqual({ region: "eu-central-1", ...ONLY_ITS_ACCOUNT });
  });

  test("leaves out forbidden accounts, which hashicorp/aws refuses beside allowed ones", () => {
    const providers = providersOf((stack) => {
      new AwsProvider(stack, "aws", { region: "eu-central-1", forbiddenAccountIds: ["444455556666"] });
      new DeletionLockProvider(stack, "Lock", ACCOUNT);
    });
    expect(providers).toContainEqual({ region: "eu-central-1", ...ONLY_ITS_ACCOUNT });
  });

  test("copies a provider of other bindings", () => {
    const providers = providersOf((stack) => {
      new OwnAwsProvider(stack, "aws", { terraformResourceType: "aws", terraformProviderSource: "aws" });
      new DeletionLockProvider(stack, "Lock", ACCOUNT);
    });
    expect(providers).toContainEqual({ region: "eu-north-1", ...ASSUME_ROLE, ...ONLY_ITS_ACCOUNT });
  });

  test("fails if the stack has only providers with an alias, instead of using the credentials of the environment", () => {
    expect(() =>
      providersOf((stack) => {
        new AwsProvider(stack, "other", { region: "us-east-1", alias: "other" });
        new DeletionLockProvider(stack, "Lock", ACCOUNT);
      }),
    ).toThrow(
      "stack/Lock finds no AWS provider without an alias: create an AwsProvider in the stack, or give the prop awsProvider",
    );
  });

  test("fails if the stack has its provider only by an override", () => {
    expect(() =>
      providersOf((stack) => {
        stack.addOverride("provider.aws", [{ region: "us-east-1" }]);
        new DeletionLockProvider(stack, "Lock", ACCOUNT);
      }),
    ).toThrow("stack/Lock finds no AWS provider without an alias");
  });
});
