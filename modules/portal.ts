/** What works on the template that the portal generates: an entry of its own, because of the parser that it loads. */
export { PortalTemplateOnboarding } from "./onboarding/portal-template-onboarding";
export type { PortalTemplateOnboardingProps } from "./onboarding/portal-template-onboarding";
export * from "./portal-template";
