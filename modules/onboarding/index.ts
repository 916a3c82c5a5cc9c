export { AccountOnboarding } from "./account-onboarding";
export { ACCOUNT_ONBOARDING } from "./account-onboarding-props";
export type { AccountOnboardingProps } from "./account-onboarding-props";
export type { ConnectedAccount } from "./aws-account";
export { ORGANIZATION_ONBOARDING, OrganizationOnboarding } from "./organization-onboarding";
export type { OrganizationOnboardingProps } from "./organization-onboarding";
