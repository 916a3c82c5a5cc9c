import type { Reading } from "./finding";

/** An OIDC identity provider of the account. */
export interface IdentityProviderFacts {
  readonly arn: string;
  /** As IAM has it: without `https://`. */
  readonly url: string;
  readonly audiences: readonly string[];
}

/** A managed policy that is attached to a role. */
export interface AttachedPolicyFacts {
  readonly arn: string;
  readonly name: string;
  /** The default version, JSON; absent for policies of AWS, which are not read. */
  readonly document?: string;
}

/** An IAM role. */
export interface RoleFacts {
  readonly arn: string;
  /** Trust policy, JSON. */
  readonly trust: string;
  readonly attachedPolicies: readonly AttachedPolicyFacts[];
  /** Names of its inline policies. */
  readonly inlinePolicies: readonly string[];
  readonly permissionsBoundaryArn?: string;
  readonly maxSessionDurationSeconds?: number;
}

/** What an AWS account has. */
export interface AccountFacts {
  readonly identityProviders: Reading<readonly IdentityProviderFacts[]>;
  /** By name; no role of that name: undefined. */
  readonly roles: ReadonlyMap<string, Reading<RoleFacts | undefined>>;
}

/** A StackSet's stack in a member. */
export interface StackInstanceFacts {
  readonly accountId: string;
  readonly region: string;
  /** `CURRENT`, `OUTDATED` or `INOPERABLE`. */
  readonly status: string;
  /** For instance `SUCCEEDED` or `FAILED`. */
  readonly detailedStatus?: string;
  readonly reason?: string;
}

/** A StackSet. */
export interface StackSetFacts {
  readonly status: string;
  /** The template. */
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly instances: readonly StackInstanceFacts[];
}

/** Members and StackSet of an organization. */
export interface OrganizationFacts {
  /** Active accounts below the targets, without the management account. */
  readonly accounts: Reading<readonly { readonly id: string; readonly name: string }[]>;
  readonly stackSet: Reading<StackSetFacts | undefined>;
}

/** A rule of a bucket's notification. */
export interface NotificationRuleFacts {
  readonly id: string;
  /** ARN of the queue, topic or function. */
  readonly destination: string;
}

/** A subscription of a topic. */
export interface SubscriptionFacts {
  /** ARN; `PendingConfirmation` where nobody has confirmed it. */
  readonly arn: string;
  readonly endpoint: string;
  readonly rawMessageDelivery: boolean;
  /** Where undeliverable messages go. */
  readonly deadLetterQueueArn?: string;
}

/** A queue. */
export interface QueueFacts {
  /** Access policy, JSON. */
  readonly policy: string;
  /** Messages that wait. */
  readonly waiting: number;
  /** Age of the oldest message in seconds (CloudWatch); absent where no metric is published, as for an idle queue. */
  readonly oldestSeconds?: number;
  /** Messages that came in within the last hours (CloudWatch). */
  readonly received: number;
}

/** A topic. */
export interface TopicFacts {
  /** Access policy, JSON. */
  readonly policy: string;
  readonly subscriptions: readonly SubscriptionFacts[];
  /** Deliveries that failed within the last hours (CloudWatch). */
  readonly failedDeliveries: number;
}

/** What a fan-out has. Queues are by name; no queue of that name: undefined. */
export interface FanoutFacts {
  readonly rules: Reading<readonly NotificationRuleFacts[]>;
  readonly topic: Reading<TopicFacts | undefined>;
  readonly queues: ReadonlyMap<string, Reading<QueueFacts | undefined>>;
}

/** A security connector, as the service reports it. */
export interface ConnectorFacts {
  readonly id: string;
  readonly location: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The connectors of the resource group. */
export type ConnectorsFacts = Reading<readonly ConnectorFacts[]>;
