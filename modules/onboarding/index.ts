export * from "./account-onboarding";
