export type { CloudFormationTemplate } from "./cloudformation";
export { connectAlone } from "./connected-alone";
export type { MemberIdentityProviderMode, MemberIdentityProviderOptions } from "./identity-provider-resources";
export * from "./member-accounts";
export * from "./member-template";
export * from "./member-options";
export { deployToMembers } from "./stack-set";
export { identityProviderResources, logicalIdIn } from "./identity-provider-resources";
