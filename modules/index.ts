/** The public surface: what a stack imports. */
export { InputError } from "./foundation";
export type { PolicyDocument, PolicyStatement } from "./foundation";
export * from "./arc-automation";
export * from "./azure-connector";
export * from "./cloudtrail-fanout";
export * from "./iam-roles";
export * from "./identity-provider";
export { MemberAccounts, TEMPLATE_LIMITS } from "./member-accounts";
export type {
  CloudFormationTemplate,
  MemberAccountsOptions,
  MemberAccountsProps,
  MemberIdentityProviderMode,
  MemberRollout,
  MemberTemplateInput,
  TemplateBucketOptions,
} from "./member-accounts";
export * from "./onboarding";
export * from "./plans";
export { inputVariable, requireProviders } from "./terraform";
export type { InputVariableProps, ProviderName } from "./terraform";
