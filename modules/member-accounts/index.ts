export type { CloudFormationTemplate } from "./cloudformation";
export type { MemberIdentityProviderMode } from "./identity-provider-resources";
export * from "./member-accounts";
export * from "./member-template";
export { checkOneRegion } from "./targets";
export type { TemplateBucketOptions } from "./template-bucket";
