export { AccountOnboarding } from "./account-onboarding";
export type { AccountOnboardingProps } from "./account-onboarding-props";
export type { ConnectedAccount } from "./aws-account";
export { OrganizationOnboarding } from "./organization-onboarding";
export type { OrganizationOnboardingProps } from "./organization-onboarding";
