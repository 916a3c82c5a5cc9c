import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { Uuid } from "@cdktf/provider-random/lib/uuid";
import { Sleep } from "@cdktf/provider-time/lib/sleep";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ArcAutomation, arcSettings } from "../arc-automation";
import type { ArcAutomationOptions } from "../arc-automation";
import { AzureConnector, offeringsOf } from "../azure-connector";
import type { AzapiProvider, ConnectorEngine, ScanIntervalHours } from "../azure-connector";
import { AWS_ACCOUNT_ID, AWS_REGION, checkFormat, checkOneOf, GUID, InputError } from "../foundation";
import { IamRoles } from "../iam-roles";
import { IdentityProvider } from "../identity-provider";
import {
  ACCESS_LEVELS,
  accountRoles,
  AUDIENCES,
  audiencesOf,
  MICROSOFT_TENANT_ID,
  PARTITIONS,
  rolesOf,
  selectPlans,
  urlSuffix,
} from "../plans";
import type {
  AccessLevel,
  AccountRoles,
  DefenderPlans,
  Partition,
  RoleKey,
  RoleOptionsByRole,
  RoleSettings,
  SelectedPlans,
} from "../plans";
import { AccountGuard, InputChecks } from "../terraform";

/** One AWS account to connect. Every value takes a literal or a Terraform value, unless it says otherwise. */
export interface AccountOnboardingProps {
  /** The AWS account, 12 digits. The plan stops where the AWS credentials belong to another one. */
  readonly awsAccountId: string;
  /** Region of the AWS provider; regional parts go there. */
  readonly awsRegion: string;
  /**
   * Partition of the account; literal. Nothing is published on Defender for Cloud in `aws-us-gov` and `aws-cn`.
   * @default "aws"
   */
  readonly partition?: Partition;
  /** Entra tenant of the Azure subscription, a GUID. Role trusts are bound to it. */
  readonly entraTenantId: string;
  /** How much Defender may do in the account: `default` or `leastPrivilege`; literal. */
  readonly accessLevel: AccessLevel;
  /** The Defender plans; `{}` is foundational CSPM alone. Literal. */
  readonly plans: DefenderPlans;
  /**
   * Names, paths, boundaries and further permissions of the roles, or roles that exist already; literal.
   * @default the portal's names, nothing further
   */
  readonly roles?: RoleOptionsByRole;
  /**
   * How Systems Manager makes instances ready for the Azure Arc agent; for plans that install it.
   * @default the portal's set-up, in `awsRegion`
   */
  readonly arcAutomation?: ArcAutomationOptions;
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
   * AWS regions that Defender scans.
   * @default all regions
   */
  readonly scanRegions?: readonly string[];
  /**
   * Hours between two scans: 4, 6, 12 or 24; literal.
   * @default left to the service
   */
  readonly scanIntervalHours?: ScanIntervalHours;
  /**
   * How the connector is deployed; literal.
   * @default "templateDeployment"
   */
  readonly engine?: ConnectorEngine;
  /**
   * How long to wait between the last change of a role and the connector, which Azure refuses while IAM has not spread
   * the roles: a number with `s` or `m`. No waiting time is published.
   * @default "30s"
   */
  readonly iamPropagationWait?: string;
  /**
   * Tags of everything that is created, in both clouds.
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
    checkOneOf("accessLevel", props.accessLevel, ACCESS_LEVELS);
    checkOneOf("partition", props.partition ?? "aws", PARTITIONS);
    const wait = props.iamPropagationWait ?? "30s";
    checkFormat("iamPropagationWait", wait, { expected: 'a duration such as "30s" or "2m"', pattern: "^[0-9]+[sm]$" });
    const plans = selectPlans(props.plans);
    const account = { accountId: props.awsAccountId, partition: props.partition ?? "aws" };
    const aws = props.awsProvider ? { provider: props.awsProvider } : {};

    const tags = props.tags ? { tags: props.tags } : {};

    const checks = new InputChecks();
    checks.format("awsAccountId", props.awsAccountId, AWS_ACCOUNT_ID);
    checks.format("awsRegion", props.awsRegion, AWS_REGION);
    checks.format("entraTenantId", props.entraTenantId, GUID);
    new AccountGuard(this, "AccountGuard", { ...account, checks, ...aws });

    const settings = this.roleSettings(plans, props.arcAutomation);
    const described = describeRoles(plans, props, account, settings);
    const identityProvider = new IdentityProvider(this, "IdentityProvider", {
      ...account,
      tenantId: MICROSOFT_TENANT_ID,
      audiences: audiencesOf(plans),
      ...tags,
      ...aws,
    });
    const ciemIdentityProvider =
      plans.defenderCspm && plans.defenderCspm.ciem
        ? new IdentityProvider(this, "CiemIdentityProvider", {
            ...account,
            tenantId: props.entraTenantId,
            audiences: [AUDIENCES.ciem],
            ...tags,
            ...aws,
          })
        : undefined;
    const identityProviders = [identityProvider, ...(ciemIdentityProvider ? [ciemIdentityProvider] : [])].map(
      ({ dependable }) => dependable,
    );
    const roles = new IamRoles(this, "Roles", {
      ...account,
      roles: described.roles,
      dependsOn: identityProviders,
      ...aws,
    });
    if (settings.arc) {
      new ArcAutomation(this, "ArcAutomation", {
        ...props.arcAutomation,
        environment: described.environment,
        dependsOn: roles.dependables,
        ...tags,
        ...aws,
      });
    }
    const connector = new AzureConnector(this, "Connector", {
      name: props.connectorName,
      subscriptionId: props.azureSubscriptionId,
      resourceGroupName: props.resourceGroupName,
      createResourceGroup: props.createResourceGroup ?? false,
      location: props.location,
      ...tags,
      awsAccountId: props.awsAccountId,
      offerings: offeringsOf(plans, described.environment.roleArn, settings),
      engine: props.engine ?? "templateDeployment",
      dependsOn: [this.waitForIam(wait, plans, [...identityProviders, ...roles.dependables])],
      ...(props.scanRegions ? { scanRegions: props.scanRegions } : {}),
      ...(props.scanIntervalHours === undefined ? {} : { scanIntervalHours: props.scanIntervalHours }),
      ...(props.azurermProvider ? { azurermProvider: props.azurermProvider } : {}),
      ...(props.azapiProvider ? { azapiProvider: props.azapiProvider } : {}),
    });
    this.connectorId = connector.connectorId;
    this.identityProviderArn = identityProvider.arn;
    this.roleArns = Object.fromEntries(rolesOf(plans).map((role) => [role, described.environment.roleArn(role)]));
  }

  private roleSettings(plans: SelectedPlans, arcAutomation: ArcAutomationOptions | undefined): RoleSettings {
    const auditLogs = plans.containers && plans.containers.auditLogCollection;
    const ciem = plans.defenderCspm && plans.defenderCspm.ciem;
    const openSourceDatabases = plans.databases && plans.databases.openSourceDatabases;
    const usesArc = rolesOf(plans).includes("arcHostManagement");
    if (arcAutomation && !usesArc) {
      throw new InputError(
        "arcAutomation",
        arcAutomation,
        "no selected plan installs the Azure Arc agent: leave it out",
      );
    }
    return {
      ...(usesArc ? { arc: arcSettings(arcAutomation ?? {}) } : {}),
      // Random, not derived from the account: who can guess it could point Microsoft's reader at this account.
      ...(auditLogs
        ? { dataCollectionExternalId: auditLogs.externalId ?? new Uuid(this, "DataCollectionExternalId").result }
        : {}),
      ...(ciem ? { ciem } : {}),
      ...(openSourceDatabases ? { openSourceDatabases } : {}),
    };
  }

  /** Waits anew whenever a role or an audience comes or goes: a change of the connector then needs IAM to have spread it. */
  private waitForIam(duration: string, plans: SelectedPlans, dependsOn: ITerraformDependable[]): Sleep {
    return new Sleep(this, "IamPropagation", {
      createDuration: duration,
      triggers: { roles: rolesOf(plans).join(" "), audiences: audiencesOf(plans).join(" ") },
      dependsOn,
    });
  }
}

function describeRoles(
  plans: SelectedPlans,
  props: AccountOnboardingProps,
  account: { readonly accountId: string; readonly partition: Partition },
  settings: RoleSettings,
): AccountRoles {
  const environment = {
    ...account,
    urlSuffix: urlSuffix(account.partition),
    region: props.awsRegion,
    entraTenantId: props.entraTenantId,
    settings,
  };
  const all = { ...props.roles?.all, tags: { ...props.tags, ...props.roles?.all?.tags } };
  return accountRoles(rolesOf(plans), props.accessLevel, environment, { ...props.roles, all });
}
