export { AwsCloud, type AwsCloudProps } from "./aws/cloud";
export { AwsAccount } from "./aws/account";
export { AzureCloud, type AzureCloudProps } from "./azure/cloud";
export type { Connector, ConnectorProperties } from "./azure/connectors";
export { Rehearsal, type Counts, type Plan, type RehearsalProps, type ResourceChange } from "./rehearsal";
export type { StackJson } from "./schema/in-use";
export { emptyWorld, sentinelWorld, type Clouds, type SentinelWorldProps, type WorldProps } from "./worlds";
export { terraformAvailable, TerraformError } from "./terraform";
export { CloudError, World, type Operation } from "./world";
