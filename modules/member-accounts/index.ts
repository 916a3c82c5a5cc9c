export type { CloudFormationTemplate } from "./cloudformation";
export type { MemberIdentityProviderMode, MemberIdentityProviderOptions } from "./identity-provider-resources";
export * from "./member-accounts";
export * from "./member-template";
