import type { AwsCloud } from "../aws/cloud";
import type { SimulationClock } from "../simulation-clock";
import { Connectors } from "./connectors";

export interface AzureCloudProps {
  /** The AWS that connectors look into. */
  readonly aws: AwsCloud;
  readonly subscriptionId: string;
  /** Entra tenant of the subscription. @default "11111111-2222-4333-8444-555555555555" */
  readonly tenantId?: string;
  /** Resource groups that are already there. @default none */
  readonly resourceGroups?: readonly string[];
}

/** A template deployment as Azure Resource Manager keeps it. */
export interface Deployment {
  readonly template: string;
  readonly parameters: string;
  readonly outputs: string;
  readonly resourceIds: readonly string[];
}

/** One Azure subscription in memory: resource groups, template deployments, connectors. */
export class AzureCloud {
  readonly clock: SimulationClock;
  readonly aws: AwsCloud;
  readonly subscriptionId: string;
  readonly tenantId: string;
  /** Names of the resource groups in lower case, with their location and tags. */
  readonly resourceGroups = new Map<string, { name: string; location: string; tags: Record<string, string> }>();
  readonly deployments = new Map<string, Deployment>();
  readonly connectors: Connectors;

  constructor(props: AzureCloudProps) {
    this.aws = props.aws;
    this.clock = props.aws.clock;
    this.subscriptionId = props.subscriptionId;
    this.tenantId = props.tenantId ?? "11111111-2222-4333-8444-555555555555";
    this.connectors = new Connectors(this);
    for (const name of props.resourceGroups ?? []) {
      this.resourceGroups.set(name.toLowerCase(), { name, location: "westeurope", tags: {} });
    }
  }

  resourceGroupId(name: string): string {
    return `/subscriptions/${this.subscriptionId}/resourceGroups/${name}`;
  }

  record(operation: string, target: string): void {
    this.clock.record(this.subscriptionId, operation, target);
  }
}
