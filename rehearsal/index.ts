export { AwsCloud, type AwsCloudProps } from "./aws/cloud";
export { AwsAccount } from "./aws/account";
export { AzureCloud, type AzureCloudProps } from "./azure/cloud";
export {
  Late,
  loadInlineFunction,
  NO_ANSWER,
  type FunctionSurroundings,
  type SendCall,
} from "./aws/cloudformation/inline-function";
export { iamCalls, SdkError } from "./aws/cloudformation/iam-calls";
export { Stack } from "./aws/cloudformation/stack";
export type { Template } from "./aws/cloudformation/template";
export { Organization, STACK_SETS_SERVICE, type OrganizationProps } from "./aws/organization";
export type { Connector, ConnectorProperties } from "./azure/connectors";
export { Rehearsal, type Counts, type Plan, type RehearsalProps, type ResourceChange } from "./rehearsal";
export { sentinelQueuePolicy, type SentinelQueue } from "./sentinel-queue-policy";
export type { StackJson } from "./schema/in-use";
export {
  emptyWorld,
  organizationWorld,
  sentinelWorld,
  type Clouds,
  type SentinelWorldProps,
  type WorldProps,
} from "./worlds";
export { terraformAvailable, TerraformError } from "./terraform";
export { CloudError, World, type Operation } from "./world";
