import type { AccountOnboardingInputs } from "../../modules/onboarding/account-onboarding-props";
import { checkAutomations } from "./automations";
import { checkConnector } from "./connector";
import { expectedMember, expectedOnboarding } from "./expected";
import type { ExpectedAccount, OrganizationOnboardingInputs } from "./expected";
import type { AccountFacts, ConnectorsFacts, OnboardingFacts, OrganizationFacts } from "./facts";
import { inside, notChecked, together, whenRead } from "./finding";
import type { CheckResult } from "./finding";
import { checkIdentityProviders } from "./identity-providers";
import { checkMembers } from "./members";
import { checkRoles } from "./roles";

/** Compares both clouds with what an onboarding must have made there. */
export function checkOnboarding(
  inputs: AccountOnboardingInputs | OrganizationOnboardingInputs,
  facts: OnboardingFacts,
): CheckResult {
  const externalId = externalIdIn(facts.connectors, inputs);
  const { account, connector, members } = expectedOnboarding(inputs, externalId);
  const { organization } = facts;
  return together([
    checkAccount(account, facts.account),
    ...(members && organization ? [checkMembers(members, organization, facts.connectors)] : []),
    ...("stackSetName" in inputs && organization ? [checkInside(inputs, organization, externalId)] : []),
    checkConnector(connector, facts.connectors),
  ]);
}

function checkAccount(expected: ExpectedAccount, facts: AccountFacts): CheckResult {
  return together([
    checkIdentityProviders(expected, facts),
    checkRoles(expected, facts),
    checkAutomations(expected, facts),
  ]);
}

/** What CloudFormation's status does not tell: somebody can change what a stack has made. */
function checkInside(
  inputs: OrganizationOnboardingInputs,
  { accounts, insideMembers }: OrganizationFacts,
  externalId: string | undefined,
): CheckResult {
  if (insideMembers === undefined) {
    return notChecked(
      "identity providers, roles and automations inside the member accounts: give --member-role, the name of a role there that you may assume",
    );
  }
  const members = "value" in accounts ? accounts.value : [];
  return together(
    [...insideMembers].map(([id, reading]) => {
      const name = members.find((member) => member.id === id)?.name ?? "";
      const place = `member account ${id} (${name})`;
      return whenRead(place, reading, (found) =>
        inside(place, checkAccount(expectedMember(inputs, id, externalId), found)),
      );
    }),
  );
}

/** The external id that Terraform made: the connector tells Defender to present it. */
function externalIdIn(connectors: ConnectorsFacts, { awsAccountId }: AccountOnboardingInputs): string | undefined {
  const found = "value" in connectors ? connectors.value : [];
  const ids = found
    .filter(({ properties }) => properties.hierarchyIdentifier === awsAccountId)
    .flatMap(({ properties }) => (Array.isArray(properties.offerings) ? (properties.offerings as unknown[]) : []))
    .map((offering) => (offering as { readonly dataCollectionExternalId?: unknown }).dataCollectionExternalId);
  return ids.find((id) => typeof id === "string");
}
