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
export { unknownTypes } from "./schema/unknown-types";
export type { StackJson } from "./schema/used-types";
export {
  emptyScenario,
  organizationScenario,
  sentinelScenario,
  type Clouds,
  type OrganizationScenarioProps,
  type SentinelScenarioProps,
  type ScenarioProps,
} from "./scenarios";
export { terraformAvailable, TerraformError } from "./terraform";
export { CloudError } from "./cloud-error";
export { SimulationClock, type Operation } from "./simulation-clock";
