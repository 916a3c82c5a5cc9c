export { addOnboardingProviders, ConfiguredStack, configuredStacks } from "./configured-stack";
export { readConfiguration } from "./read-configuration";
export type { Configuration, Configured } from "./read-configuration";
export { configurationJsonSchema, SECTION_NAMES } from "./schema";
export type { Section } from "./schema";
