/** The public surface: what a stack imports. */
export { ArcAutomation } from "./arc-automation";
export type { ArcAutomationProps } from "./arc-automation";
export { AzapiProvider, AzureConnector } from "./azure-connector";
export type {
  AzapiProviderConfig,
  AzureConnectorProps,
  ConnectorEngine,
  ConnectorOrganization,
} from "./azure-connector";
export { CloudTrailFanout, FANOUT_PHASE, STANDARD_QUEUE_NAME } from "./cloudtrail-fanout";
export type {
  AdditionalKeys,
  AdoptedFanout,
  CloudTrailFanoutProps,
  DeadLetterQueues,
  DefenderQueueProps,
  FanoutAlarms,
  FanoutEncryption,
  FanoutPhase,
  KeyPolicyStatements,
  SentinelQueueProps,
} from "./cloudtrail-fanout";
export type { Partition, PolicyDocument, PolicyStatement } from "./iam";
export { IamRoles } from "./iam-roles";
export type { IamRolesProps, RoleResources } from "./iam-roles";
export { IdentityProvider } from "./identity-provider";
export type { IdentityProviderMode, IdentityProviderProps } from "./identity-provider";
export { FORMATS, InputError } from "./inputs";
export type { CloudTrailResourceSet, Fault, Format, JsonSchema } from "./inputs";
export { jsonSchemas } from "./json-schemas";
export { MemberAccounts } from "./member-accounts";
export type { MemberAccountsProps, MemberIdentityProviderOptions, MemberRollout } from "./member-accounts";
export { AccountOnboarding, OrganizationOnboarding } from "./onboarding";
export type { AccountOnboardingProps, ConnectedAccount, OrganizationOnboardingProps } from "./onboarding";
export { AUDIENCES, audiencesOf, MICROSOFT_TENANT_ID, resolvePlans, ROLE_KEYS, SENTINEL_AUDIENCE } from "./plans";
export type {
  AccessLevel,
  AgentlessMachineScanning,
  ArcAutomationOptions,
  ArcAutomationTarget,
  ArcAutoProvisioning,
  AuditLogCollection,
  Ciem,
  CloudTrailIngestion,
  ConnectorApiVersion,
  ContainersPlan,
  DatabasesPlan,
  DefenderCspmPlan,
  DefenderPlans,
  OpenSourceDatabases,
  ResolvedPlans,
  RoleKey,
  RoleOptions,
  RoleOptionsByRole,
  ServerlessPosture,
  ServersPlan,
} from "./plans";
export { addProviders, AwsProvider, AzurermProvider } from "./providers";
export type { StackProviders, StackProvidersProps } from "./providers";
export { DependableConstruct, inputVariable, requireProviders } from "./terraform";
export type { InputVariableProps, ProviderName } from "./terraform";
