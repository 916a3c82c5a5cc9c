import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { AccountOnboarding, OrganizationOnboarding } from "../../modules";
import { ACCOUNT_PROPS, ORGANIZATION_PROPS, synthesize } from "../support/organization";

const alone = (scope: Construct, id: string, awsAccountId: string) =>
  new AccountOnboarding(scope, id, { ...ACCOUNT_PROPS, connectorName: id, awsAccountId });
const organization = (scope: Construct, id: string, awsAccountId: string) =>
  new OrganizationOnboarding(scope, id, { ...ORGANIZATION_PROPS, connectorName: id, awsAccountId });
const LITERAL = "222222222222";

const pairs = [
  ["twice alone", alone, alone],
  ["in an organization and alone", organization, alone],
  ["alone and in an organization", alone, organization],
  ["in two organizations", organization, organization],
] as const;

describe("an account that a stack connects", () => {
  test.each(pairs)("fails %s", (_what, first, second) => {
    expect(() =>
      synthesize((stack) => {
        first(stack, "first", LITERAL);
        second(stack, "second", LITERAL);
      }),
    ).toThrow(`awsAccountId: "${LITERAL}" is not allowed; test/first connects this account already`);
  });

  test.each(pairs)("fails %s, as one Terraform value that is read twice", (_what, first, second) => {
    expect(() =>
      synthesize((stack) => {
        const variable = new TerraformVariable(stack, "account", { type: "string" });
        first(stack, "first", variable.stringValue);
        second(stack, "second", variable.stringValue);
      }),
    ).toThrow("test/first connects this account already");
  });

  test("may have others beside it, literals or Terraform values", () => {
    expect(() =>
      synthesize((stack) => {
        alone(stack, "first", LITERAL);
        alone(stack, "second", "333333333333");
        for (const name of ["third", "fourth"]) {
          alone(stack, name, new TerraformVariable(stack, `${name}Account`, { type: "string" }).stringValue);
        }
      }),
    ).not.toThrow();
  });

  test("may be connected by a second stack", () => {
    const twoStacks = () => {
      synthesize((stack) => alone(stack, "first", LITERAL));
      synthesize((stack) => alone(stack, "first", LITERAL));
    };
    expect(twoStacks).not.toThrow();
  });
});
