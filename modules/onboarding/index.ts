export { AccountOnboarding } from "./account-onboarding";
export { ACCOUNT_ONBOARDING } from "./account-onboarding-props";
export type { AccountOnboardingInputs, AccountOnboardingProps } from "./account-onboarding-props";
export { checkAccount } from "./aws-account";
export type { ConnectedAccount } from "./aws-account";
export { checkOrganization, ORGANIZATION_ONBOARDING, OrganizationOnboarding } from "./organization-onboarding";
export type { OrganizationOnboardingProps } from "./organization-onboarding";
