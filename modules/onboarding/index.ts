export * from "./account-onboarding";
export * from "./organization-onboarding";
