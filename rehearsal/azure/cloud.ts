import type { AwsCloud } from "../aws/cloud";
import type { Attributes } from "../protocol/values";
import { CloudError } from "../cloud-error";
import type { SimulationClock } from "../simulation-clock";
import { Connectors } from "./connectors";
import { Subscription } from "./subscription";

export interface AzureCloudProps {
  /** The AWS that connectors look into. */
  readonly aws: AwsCloud;
  /** The subscription that a provider uses where its configuration names none. */
  readonly subscriptionId: string;
  /** Entra tenant of the credentials, and of that subscription. @default "11111111-2222-4333-8444-555555555555" */
  readonly tenantId?: string;
  /** Resource groups that are already there. @default none */
  readonly resourceGroups?: readonly string[];
}

/** Azure in memory, as far as one set of credentials sees it: subscriptions and the connectors in them. */
export class AzureCloud {
  readonly clock: SimulationClock;
  readonly aws: AwsCloud;
  /** Tenant of the credentials. Under Azure Lighthouse it is not the tenant of the subscription. */
  readonly tenantId: string;
  /** The subscription that a provider uses where its configuration names none. */
  readonly home: Subscription;
  readonly connectors: Connectors;
  /** Objects of types without behaviour of their own, by id. */
  readonly otherObjects = new Map<string, Attributes>();
  private readonly visible = new Map<string, Subscription>();

  constructor(props: AzureCloudProps) {
    this.aws = props.aws;
    this.clock = props.aws.clock;
    this.tenantId = props.tenantId ?? "11111111-2222-4333-8444-555555555555";
    this.connectors = new Connectors(this);
    this.home = this.addSubscription(props.subscriptionId, { resourceGroups: props.resourceGroups ?? [] });
  }

  /** Lets the credentials see one more subscription. Without a tenant it belongs to that of the credentials. */
  addSubscription(
    id: string,
    props: { readonly tenantId?: string; readonly resourceGroups?: readonly string[] } = {},
  ): Subscription {
    const subscription = new Subscription(id, props.tenantId ?? this.tenantId, props.resourceGroups);
    this.visible.set(id.toLowerCase(), subscription);
    return subscription;
  }

  /** The subscription, or undefined where the credentials do not see it: Azure does not say whether it exists. */
  findSubscription(id: string): Subscription | undefined {
    return this.visible.get(id.toLowerCase());
  }

  /** The subscription, by its id or that of something in it. */
  subscription(id: string): Subscription {
    const name = /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? id;
    const found = this.findSubscription(name);
    if (found === undefined) {
      throw new CloudError(
        `unexpected status 404 (404 Not Found) with error: SubscriptionNotFound: The subscription '${name}' could not be found.`,
      );
    }
    return found;
  }

  /** Resource groups of the home subscription. */
  get resourceGroups(): Subscription["resourceGroups"] {
    return this.home.resourceGroups;
  }

  /** Deployment history of the home subscription. */
  get deployments(): Subscription["deployments"] {
    return this.home.deployments;
  }

  record(subscription: Subscription, operation: string, target: string): void {
    this.clock.record(subscription.id, operation, target);
  }
}
