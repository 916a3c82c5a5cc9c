import { TerraformVariable } from "cdktf";
import type { TerraformStack } from "cdktf";
import { AccountOnboarding, MemberAccounts, OrganizationOnboarding } from "../../modules";
import { PortalTemplateOnboarding, readTemplate } from "../../modules/portal";
import type { Rehearsal, StackJson } from "../../rehearsal";
import {
  ACCOUNT_PROPS,
  MANAGEMENT,
  ORGANIZATION_PROPS,
  organizationClouds,
  ROOT,
  SANDBOX,
  synthesize,
  WORKLOADS,
} from "../support/organization";
import { portalTemplate } from "../support/portal-template";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const MEMBER = "333333333333";
const STRANGER = "999999999999";
const OTHER_MEMBER = "444444444444";
/** Foundational CSPM is quick to rehearse. */
const plans = {};

afterEach(stopRehearsals);

type Build = (stack: TerraformStack) => void;

/**
 * The rehearsal answers all configurations of a provider with the credentials of one account: here that of the organization.
 * So what refuses these credentials for the account alone, at plan as well, is taken out.
 */
function inOneAccount(stack: StackJson): StackJson {
  const { data, provider, ...others } = structuredClone(stack) as StackJson & {
    data: { aws_caller_identity: Record<string, { lifecycle?: { postcondition?: unknown } }> };
    provider: { aws: { alias?: string; allowed_account_ids?: string[] }[] };
  };
  for (const [name, { lifecycle }] of Object.entries(data.aws_caller_identity)) {
    if (name.startsWith("Alone_AccountGuard")) {
      delete lifecycle?.postcondition;
    }
  }
  for (const configuration of provider.aws) {
    delete configuration.allowed_account_ids;
  }
  return { ...others, data, provider };
}

const alone =
  (account: string, declare: (stack: TerraformStack) => string = () => account): Build =>
  (stack) => {
    new AccountOnboarding(stack, "Alone", {
      ...ACCOUNT_PROPS,
      plans,
      awsAccountId: declare(stack),
      connectorName: "alone",
    });
  };

const byTemplate: Build = (stack) => {
  const { awsRegion, entraTenantId, azureSubscriptionId, resourceGroupName, location } = ACCOUNT_PROPS;
  new PortalTemplateOnboarding(stack, "Alone", {
    ...{ awsRegion, entraTenantId, azureSubscriptionId, resourceGroupName, location, plans },
    template: readTemplate(JSON.stringify(portalTemplate(plans)), "defender.json"),
    awsAccountId: MEMBER,
    connectorName: "alone",
  });
};

const organization =
  (props: Partial<typeof ORGANIZATION_PROPS> = {}): Build =>
  (stack) => {
    new OrganizationOnboarding(stack, "Organization", { ...ORGANIZATION_PROPS, plans, ...props });
  };

const membersOnly: Build = (stack) => {
  const { awsAccountId, awsRegion, entraTenantId, accessLevel, stackSetName, targets } = ORGANIZATION_PROPS;
  new MemberAccounts(stack, "Members", {
    ...{ awsAccountId, awsRegion, entraTenantId, accessLevel, plans, stackSetName, targets },
  });
};

async function start(...builds: readonly Build[]): Promise<Rehearsal> {
  const { aws, azure, organization: accounts } = organizationClouds();
  await accounts.addAccount(MEMBER, SANDBOX);
  await accounts.addAccount(OTHER_MEMBER, WORKLOADS);
  const stack = synthesize((scope) => {
    builds.forEach((build) => {
      build(scope);
    });
  });
  return rehearse({ aws, azure, stack: inOneAccount(stack) });
}

const variable: Build = alone(
  MEMBER,
  (stack) => new TerraformVariable(stack, "member", { type: "string", default: MEMBER }).stringValue,
);

describeWithTerraform("an account that a stack connects alone, beside an organization", () => {
  test.each([
    ["a member", [organization(), alone(MEMBER)]],
    ["a member that comes first in the code", [alone(MEMBER), organization()]],
    ["a member whose id is a Terraform value", [variable, organization()]],
    ["a member, while another is excluded", [alone(MEMBER), organization({ excludedAccountIds: [OTHER_MEMBER] })]],
    ["a member that is not below the targets", [alone(MEMBER), organization({ targets: [WORKLOADS] })]],
    ["a member with the portal's template", [organization(), byTemplate]],
    ["a member of MemberAccounts alone", [alone(MEMBER), membersOnly]],
  ])("fails at plan for %s", async (_, builds) => {
    const rehearsal = await start(...builds);
    await expect(rehearsal.plan()).rejects.toThrow(
      new RegExp(
        `test/Alone connects account ${MEMBER} by itself[^]*member\\s+of\\s+the\\s+organization[^]*excludedAccountIds`,
      ),
    );
  });

  test.each([
    ["a member that is excluded", [alone(MEMBER), organization({ excludedAccountIds: [MEMBER] })]],
    ["an account outside of the organization", [organization(), alone(STRANGER)]],
    ["the management account, beside MemberAccounts", [membersOnly, alone(MANAGEMENT)]],
  ])("is planned for %s", async (_, builds) => {
    const rehearsal = await start(...builds);
    expect((await rehearsal.plan()).counts).toMatchObject({ destroy: 0 });
  });

  test("adds no condition where nothing is connected alone", () => {
    expect(JSON.stringify(synthesize(organization()))).not.toContain("by itself");
    expect(JSON.stringify(synthesize(organization({ targets: [ROOT] })))).not.toContain("by itself");
  });
});
