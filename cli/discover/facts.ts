import type { InstanceFacts } from "../aws/compute";
import type { IdentityProviderFacts } from "../aws/identity-providers";
import type { MicrosoftRoleFacts } from "../aws/microsoft-roles";
import type { OrganizationSettings } from "../aws/organization-settings";
import type { TrailFacts } from "../aws/trails";
import type { ConnectorSummary, PricingFacts, ResourceGroupFacts, SubscriptionFacts } from "../azure/subscriptions";
import type { NotificationRuleFacts } from "../aws/bucket-notification";
import type { Reading } from "../reading";

/** A role of Microsoft's, and the stack that made it. */
export interface FoundRole extends MicrosoftRoleFacts {
  /** CloudFormation stack; undefined: none is known. */
  readonly stack: Reading<string | undefined>;
}

/** A bucket to which a trail writes. */
export interface TrailBucketFacts {
  readonly name: string;
  readonly trails: readonly TrailFacts[];
  /** Undefined: the bucket does not exist. */
  readonly region: Reading<string | undefined>;
  /** ARN of the customer's key that encrypts new objects; undefined: none. */
  readonly keyArn: Reading<string | undefined>;
  /** Where log files are: `AWSLogs/<account>/`, or `AWSLogs/<organization>/` for a trail of an organization. */
  readonly logFolders: Reading<readonly string[]>;
  readonly rules: Reading<readonly NotificationRuleFacts[]>;
}

/** A queue that a bucket notifies. */
export interface NotifiedQueueFacts {
  readonly name: string;
  /** Access policy, JSON. */
  readonly policy: string;
}

/** What was read in each region. */
export type ByRegion<Value> = ReadonlyMap<string, Reading<Value>>;

/** What is in AWS. */
export interface AwsFacts {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
  /** Regions that the account has enabled. */
  readonly regions: Reading<readonly string[]>;
  readonly organization: Reading<OrganizationSettings | undefined>;
  readonly identityProviders: Reading<readonly IdentityProviderFacts[]>;
  readonly roles: Reading<readonly FoundRole[]>;
  /** ARNs of the customer managed policies. */
  readonly policies: Reading<readonly string[]>;
  /** The trails that log each region. */
  readonly trails: ByRegion<readonly TrailFacts[]>;
  /** The buckets of all trails. */
  readonly buckets: readonly TrailBucketFacts[];
  /** Queues of the account in any region, by their ARN. */
  readonly queues: ReadonlyMap<string, Reading<NotifiedQueueFacts | undefined>>;
  readonly instances: ByRegion<InstanceFacts>;
  /** Names of EKS clusters. */
  readonly clusters: ByRegion<readonly string[]>;
}

/** What is in Azure. */
export interface AzureFacts {
  readonly subscriptions: Reading<readonly SubscriptionFacts[]>;
  /** The subscription that the connector belongs to; undefined: none was named, and there is not exactly one. */
  readonly subscription?: SubscriptionFacts;
  readonly resourceGroups: Reading<readonly ResourceGroupFacts[]>;
  readonly isRegistered: Reading<boolean>;
  readonly permissions: Reading<
    readonly { readonly actions: readonly string[]; readonly notActions: readonly string[] }[]
  >;
  readonly connectors: Reading<readonly ConnectorSummary[]>;
  readonly pricings: Reading<readonly PricingFacts[]>;
}

/** What the caller chose. */
export interface DiscoverOptions {
  readonly region: string;
  readonly subscriptionId?: string;
  readonly resourceGroupName?: string;
  /** Names of the Defender plans beside foundational CSPM. */
  readonly plans: readonly string[];
  /** Connect the organization, not only its management account. */
  readonly organization: boolean;
}
