import { TerraformStack } from "cdktf";
import { AccountOnboarding, addProviders } from "../../modules";
import type { StackProvidersProps } from "../../modules";
import { ACCOUNT } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";

const { awsAccountId, awsRegion, azureSubscriptionId } = ACCOUNT;

function added(props: Partial<StackProvidersProps>, build: (stack: TerraformStack) => unknown = () => undefined) {
  const stack = new TerraformStack(testApp(), "stack");
  addProviders(stack, { awsAccountId, awsRegion, ...props });
  build(stack);
  const { provider, terraform } = synthesized(stack) as {
    readonly provider: Readonly<Record<string, readonly object[]>>;
    readonly terraform: { readonly required_providers: Readonly<Record<string, { readonly version: string }>> };
  };
  return { provider, required: terraform.required_providers };
}

describe("the providers of a stack", () => {
  test("are enough for an onboarding", () => {
    const { provider, required } = added(
      { azureSubscriptionId },
      (stack) => new AccountOnboarding(stack, "Onboarding", { ...ACCOUNT, accessLevel: "default", plans: {} }),
    );
    expect(Object.keys(required).sort()).toEqual(["aws", "azapi", "time"]);
    expect(provider.azapi).toEqual([expect.objectContaining({ subscription_id: azureSubscriptionId })]);
  });

  test("are enough for a resource group that is created, and for engine templateDeployment", () => {
    const { provider, required } = added({ azureSubscriptionId, azurerm: true }, (stack) => {
      const engine = "templateDeployment";
      const createResourceGroup = true;
      const props = { ...ACCOUNT, accessLevel: "default", plans: {}, engine, createResourceGroup } as const;
      return new AccountOnboarding(stack, "Onboarding", props);
    });
    expect(Object.keys(required).sort()).toEqual(["aws", "azapi", "azurerm", "time"]);
    expect(provider.azurerm).toEqual([
      { features: [{}], resource_provider_registrations: "none", subscription_id: azureSubscriptionId },
    ]);
  });

  test("take credentials of the declared account alone", () => {
    expect(added({}).provider).toEqual({ aws: [{ allowed_account_ids: [awsAccountId], region: awsRegion }] });
  });

  test("allow hashicorp/aws from 5.100, and with a fan-out from 6.52", () => {
    expect(added({}).required.aws?.version).toBe(">= 5.100, < 7");
    expect(added({ cloudTrailFanout: true }).required.aws?.version).toBe(">= 6.52, < 7");
  });

  test("fails for a malformed account", () => {
    expect(() => added({ awsAccountId: "1234" })).toThrow(
      'awsAccountId: "1234" is not allowed; expected an AWS account id of 12 digits',
    );
  });

  test("fails for azurerm without a subscription", () => {
    expect(() => added({ azurerm: true })).toThrow(
      "azureSubscriptionId: undefined is not allowed; azurerm needs it: give the subscription of the connector",
    );
  });
});
