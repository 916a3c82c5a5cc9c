import type { AlarmFacts } from "../aws/alarms";
import type { AssociationFacts, DocumentFacts } from "../aws/automations";
import type { NotificationRuleFacts } from "../aws/bucket-notification";
import type { IdentityProviderFacts } from "../aws/identity-providers";
import type { MemberFacts } from "../aws/organization";
import type { QueueFacts } from "../aws/queues";
import type { RoleFacts } from "../aws/roles";
import type { StackSetFacts } from "../aws/stack-sets";
import type { TopicFacts } from "../aws/topics";
import type { ConnectorFacts } from "../azure/connectors";
import type { Reading } from "../reading";

/** What the automation for the Azure Arc agent has in one region. Documents and associations are by name; none: undefined. */
export interface AutomationFacts {
  readonly documents: ReadonlyMap<string, Reading<DocumentFacts | undefined>>;
  readonly associations: ReadonlyMap<string, Reading<AssociationFacts | undefined>>;
  /** Names of the roles of the instance profile that the configuration names; undefined: none of that name. */
  readonly instanceProfile: Reading<readonly string[] | undefined>;
}

/** What an AWS account has. */
export interface AccountFacts {
  readonly identityProviders: Reading<readonly IdentityProviderFacts[]>;
  /** By name; no role of that name: undefined. */
  readonly roles: ReadonlyMap<string, Reading<RoleFacts | undefined>>;
  /** By region. */
  readonly automations: ReadonlyMap<string, AutomationFacts>;
}

/** Members and StackSet of an organization. */
export interface OrganizationFacts {
  /** Active accounts below the targets, without the management account. */
  readonly accounts: Reading<readonly MemberFacts[]>;
  readonly stackSet: Reading<StackSetFacts | undefined>;
  /** What is inside members, by their id; absent: no role was given to look there. */
  readonly insideMembers?: ReadonlyMap<string, Reading<AccountFacts>>;
}

/** What a fan-out has. Queues are by name; no queue of that name: undefined. */
export interface FanoutFacts {
  readonly rules: Reading<readonly NotificationRuleFacts[]>;
  readonly topic: Reading<TopicFacts | undefined>;
  readonly queues: ReadonlyMap<string, Reading<QueueFacts | undefined>>;
  readonly alarms: Reading<readonly AlarmFacts[]>;
  /** Policies of the keys of the account, by ARN; no such key: undefined. */
  readonly keyPolicies: ReadonlyMap<string, Reading<string | undefined>>;
}

/** The connectors of the resource group. */
export type ConnectorsFacts = Reading<readonly ConnectorFacts[]>;

/** What an onboarding is compared with. */
export interface OnboardingFacts {
  readonly account: AccountFacts;
  readonly connectors: ConnectorsFacts;
  /** Absent: a single account. */
  readonly organization?: OrganizationFacts;
}
