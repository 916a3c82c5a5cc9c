import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { Construct } from "constructs";
import type { ArcAutomationOptions } from "../arc-automation";
import type { AzapiProvider, ConnectorApiVersion, ConnectorEngine, ScanIntervalHours } from "../azure-connector";
import type { IdentityProviderMode } from "../identity-provider";
import { checkKeys } from "../foundation";
import type { Keys, Partition } from "../foundation";
import type { AccessLevel, DefenderPlans, RoleKey, RoleOptionsByRole } from "../plans";
import { connectAwsAccount } from "./aws-account";
import { createConnector } from "./connector";

/** One AWS account to connect. Every value takes a literal or a Terraform value, unless it says otherwise. */
export interface AccountOnboardingProps {
  /**
   * The AWS account, 12 digits. The plan stops where the AWS credentials belong to another one. A destroy does not: give
   * the AWS provider `allowedAccountIds`, too.
   */
  readonly awsAccountId: string;
  /** Region of the AWS provider, as a region code; regional parts go there. */
  readonly awsRegion: string;
  /**
   * Partition of the account; literal. Nothing is published on Defender for Cloud in `aws-us-gov` and `aws-cn`.
   * @default "aws"
   */
  readonly partition?: Partition;
  /** Entra tenant of the Azure subscription, a GUID in lower case: role trusts are bound to it, and IAM heeds the case. */
  readonly entraTenantId: string;
  /** How much Defender may do in the account: `default` or `leastPrivilege`; literal. */
  readonly accessLevel: AccessLevel;
  /**
   * The Defender plans; `{}` is foundational CSPM alone. Literal, except `proxy`, `privateLinkScope`, `externalId`,
   * `audience` and the fields of `ciem`, which may be Terraform values.
   */
  readonly plans: DefenderPlans;
  /**
   * Names, paths, boundaries and further permissions of the roles, or roles that exist already. Literal, except the ARNs
   * of boundaries and of further managed policies, and the values of tags.
   * @default the portal's names, nothing further
   */
  readonly roles?: RoleOptionsByRole;
  /**
   * How Systems Manager makes instances ready for the Azure Arc agent; for plans that install it.
   * @default the portal's set-up, in `awsRegion`
   */
  readonly arcAutomation?: ArcAutomationOptions;
  /**
   * What is done about the account's OIDC identity provider, which Microsoft Sentinel shares: `create`, `extend`,
   * `verify` or `release`; literal.
   * @default { mode: "create" }; the plan stops where Sentinel is connected
   */
  readonly identityProvider?: IdentityProviderMode;
  /**
   * What is done about the identity provider of your own tenant, which CIEM needs: `create`, `extend`, `verify` or
   * `release`; literal. Use `extend` where another application of the tenant uses it, too: in mode `create` it is destroyed
   * when CIEM is switched off.
   * @default { mode: "create" }
   */
  readonly ciemIdentityProvider?: IdentityProviderMode;
  /** Azure subscription that takes the connector, a GUID. */
  readonly azureSubscriptionId: string;
  /** Resource group that takes the connector. */
  readonly resourceGroupName: string;
  /**
   * Whether the resource group is created here, and destroyed with the connector; literal.
   * @default false: it exists already
   */
  readonly createResourceGroup?: boolean;
  /** Azure location of the connector, for instance `westeurope`. */
  readonly location: string;
  /** Name of the connector: 1 to 63 letters, digits, hyphens or underscores. */
  readonly connectorName: string;
  /**
   * AWS regions that Defender scans: a literal list, whose entries may be Terraform values.
   * @default all regions
   */
  readonly scanRegions?: readonly string[];
  /**
   * Hours between two scans: 4, 6, 12 or 24; literal.
   * @default left to the service
   */
  readonly scanIntervalHours?: ScanIntervalHours;
  /**
   * How the connector is deployed: `azapi` or `templateDeployment`; literal.
   * @default "azapi", which repeats what Azure refused while IAM was slow, sees drift and imports
   */
  readonly engine?: ConnectorEngine;
  /**
   * Version of the connector's API: `2024-08-01-preview` or `2026-08-01-preview`; literal. A feature that the version lacks
   * is refused.
   * @default "2024-08-01-preview"
   */
  readonly apiVersion?: ConnectorApiVersion;
  /**
   * How long to wait before the connector after a role, an audience or the tenant was added or replaced: Azure refuses it
   * while IAM has not spread them. A number with `s` or `m`; literal. No waiting time is published.
   * @default "30s"
   */
  readonly iamPropagationWait?: string;
  /**
   * Tags of everything that is created, in both clouds: a literal map, whose values may be Terraform values.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * AWS provider.
   * @default the stack's
   */
  readonly awsProvider?: AwsProvider;
  /**
   * azurerm provider.
   * @default the stack's
   */
  readonly azurermProvider?: AzurermProvider;
  /**
   * azapi provider; for engine `azapi`.
   * @default the stack's
   */
  readonly azapiProvider?: AzapiProvider;
}

/** The props, to refuse one that is misspelled. */
export const ACCOUNT_ONBOARDING_PROPS: Keys<AccountOnboardingProps> = {
  awsAccountId: true,
  awsRegion: true,
  partition: true,
  entraTenantId: true,
  accessLevel: true,
  plans: true,
  roles: true,
  arcAutomation: true,
  identityProvider: true,
  ciemIdentityProvider: true,
  azureSubscriptionId: true,
  resourceGroupName: true,
  createResourceGroup: true,
  location: true,
  connectorName: true,
  scanRegions: true,
  scanIntervalHours: true,
  engine: true,
  apiVersion: true,
  iamPropagationWait: true,
  tags: true,
  awsProvider: true,
  azurermProvider: true,
  azapiProvider: true,
};

/**
 * Connects one AWS account to Defender for Cloud: identity provider, roles, a wait for IAM, connector, in this order;
 * destroy runs the other way round.
 *
 * Fails at synth for a malformed literal and for a selection that the service refuses, and at plan for a malformed
 * Terraform value and for credentials of another account; nothing is created then.
 */
export class AccountOnboarding extends Construct {
  /** Resource id of the connector. */
  public readonly connectorId: string;
  /** ARN of the identity provider of the Microsoft tenant. */
  public readonly identityProviderArn: string;
  /** ARNs of the selected roles, by their key. */
  public readonly roleArns: Readonly<Partial<Record<RoleKey, string>>>;

  public constructor(scope: Construct, id: string, props: AccountOnboardingProps) {
    super(scope, id);
    checkKeys("props", props, ACCOUNT_ONBOARDING_PROPS);
    const account = connectAwsAccount(this, props);
    const connector = createConnector(this, props, account);
    this.connectorId = connector.connectorId;
    this.identityProviderArn = account.identityProviderArn;
    this.roleArns = account.roleArns;
  }
}
