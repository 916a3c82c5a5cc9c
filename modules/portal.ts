/** What works on the template that the portal generates: an entry of its own, because of the parser that it loads. */
export { PortalTemplateOnboarding } from "./onboarding/portal-template-onboarding";
export { PortalTemplateOrganization } from "./onboarding/portal-template-organization";
export type { PortalTemplateOrganizationProps } from "./onboarding/portal-template-organization";
export type { PortalTemplateOnboardingProps } from "./onboarding/template-account";
export * from "./portal-template";
