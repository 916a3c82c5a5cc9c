export { AccountOnboarding } from "./account-onboarding";
export type { AccountOnboardingProps } from "./account-onboarding";
export * from "./organization-onboarding";
