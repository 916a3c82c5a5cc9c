/** The public surface: what a stack imports. */
export {
  AWS_ACCOUNT_ID,
  AWS_REGION,
  AZURE_LOCATION,
  BUCKET_NAME,
  CONNECTOR_NAME,
  ENTRA_ID,
  GUID,
  InputError,
  RESOURCE_GROUP_NAME,
  ROLE_ARN,
  STACK_SET_NAME,
} from "./foundation";
export type { Format, PolicyDocument, PolicyStatement } from "./foundation";
export * from "./arc-automation";
export * from "./azure-connector";
export * from "./cloudtrail-fanout";
export * from "./iam-roles";
export * from "./identity-provider";
export { MemberAccounts } from "./member-accounts";
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
