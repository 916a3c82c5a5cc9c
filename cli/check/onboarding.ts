import type { AccountOnboardingInputs } from "../../modules/onboarding/account-onboarding-props";
import { checkConnector } from "./connector";
import { expectedOnboarding } from "./expected";
import type { OrganizationOnboardingInputs } from "./expected";
import type { ConnectorsFacts, OnboardingFacts } from "./facts";
import { together } from "./finding";
import type { CheckResult } from "./finding";
import { checkIdentityProviders } from "./identity-providers";
import { checkMembers } from "./members";
import { checkRoles } from "./roles";

/** Compares both clouds with what an onboarding must have made there. */
export function checkOnboarding(
  inputs: AccountOnboardingInputs | OrganizationOnboardingInputs,
  facts: OnboardingFacts,
): CheckResult {
  const { account, connector, members } = expectedOnboarding(inputs, externalIdIn(facts.connectors, inputs));
  return together([
    checkIdentityProviders(account.identityProviders, facts.account),
    checkRoles(account, facts.account),
    ...(members && facts.organization ? [checkMembers(members, facts.organization, facts.connectors)] : []),
    checkConnector(connector, facts.connectors),
  ]);
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
