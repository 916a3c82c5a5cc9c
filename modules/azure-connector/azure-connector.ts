import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { ITerraformDependable, TerraformProvider, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import {
  AWS_ACCOUNT_ID,
  AWS_REGION,
  AZURE_LOCATION,
  anyText,
  AZURE_TAGS,
  CONNECTOR_NAME,
  ENTRA_TENANT_ID,
  fault,
  flag,
  GUID,
  isTerraformList,
  isTerraformString,
  list,
  object,
  oneOf,
  optional,
  RESOURCE_GROUP_NAME,
  ROLE_ARN,
  STACK_SET_NAME,
  text,
  withDefault,
} from "../inputs";
import type { Format, Read, Schema } from "../inputs";
import {
  CONNECTOR_API_VERSIONS,
  DEFAULT_API_VERSION,
  DEFENDER_PLANS_WITH_EXTERNAL_ID,
  NEWER_API_VERSION,
  newerFeatures,
  offeringsOf,
  ROLE_KEYS,
  roleUses,
} from "../plans";
import type { ConnectorApiVersion, DefenderPlans, ResolvedPlans, RoleKey } from "../plans";
import {
  checkInputs,
  contains,
  DependableConstruct,
  dependencies,
  either,
  equal,
  expression,
  isHandedOn,
  nearestProvider,
  not,
  provider,
  RemovedBlock,
  withoutDirectives,
} from "../terraform";
import type { RuleChecks } from "../terraform";
import { azapiConnector } from "./azapi-connector";
import { connectorProperties, SCAN_INTERVAL_HOURS } from "./connector-properties";
import type { ConnectorDeployment, ConnectorOrganization } from "./connector-properties";
import { guardAzapiSubscription, guardAzurermSubscription } from "./subscription-guard";
import { templateDeployment } from "./template-deployment";

/** Ways to deploy the connector; what each sees and cannot see: docs/connector-engines.md. */
export type ConnectorEngine = (typeof ENGINES)[number];

const ENGINES = ["azapi", "templateDeployment"] as const;

/** Where a connector is, and how it is deployed. */
export interface ConnectorDestination {
  /** Azure subscription of the connector, a GUID. The plan stops where the credentials do not see it. */
  readonly azureSubscriptionId: string;
  /** Resource group of the connector. */
  readonly resourceGroupName: string;
  /**
   * Whether the resource group is created here, and destroyed with the connector; literal.
   * @default false: it exists already
   */
  readonly createResourceGroup?: boolean;
  /** Azure location of the connector, for instance `westeurope`. */
  readonly location: string;
  /** Name of the connector, as Azure takes it: 1 to 260 characters. Changing it replaces the connector. */
  readonly connectorName: string;
  /**
   * AWS regions that Defender scans, as region codes: a literal list, whose entries may be Terraform values. One list for all
   * plans.
   * @default all regions
   */
  readonly scanRegions?: readonly string[];
  /**
   * Hours between two scans: 4, 6, 12 or 24; literal. Some collectors keep an interval of their own.
   * @default left to the service
   */
  readonly scanIntervalHours?: (typeof SCAN_INTERVAL_HOURS)[number];
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
   * azurerm provider; for a resource group that is created here, and for engine `templateDeployment`.
   * @default the stack's
   */
  readonly azurermProvider?: TerraformProvider;
  /**
   * azapi provider; for engine `azapi`.
   * @default the stack's
   */
  readonly azapiProvider?: TerraformProvider;
}

/** Schemas of {@link ConnectorDestination}. */
export const CONNECTOR_DESTINATION = {
  azureSubscriptionId: text(GUID),
  resourceGroupName: text(RESOURCE_GROUP_NAME),
  createResourceGroup: withDefault(flag(), false),
  location: text(AZURE_LOCATION),
  connectorName: text(CONNECTOR_NAME),
  scanRegions: optional(list(text(AWS_REGION), { distinct: "each region is given at most once" })),
  scanIntervalHours: optional(oneOf(SCAN_INTERVAL_HOURS)),
  engine: withDefault(oneOf(ENGINES), "azapi"),
  apiVersion: withDefault(oneOf(CONNECTOR_API_VERSIONS), DEFAULT_API_VERSION),
  azurermProvider: optional(provider("azurerm")),
  azapiProvider: optional(provider("azapi")),
};

/** A security connector for AWS. Every value takes a literal or a Terraform value, unless it says otherwise. */
export interface AzureConnectorProps extends ConnectorDestination {
  /** The AWS account: a single one, or the management account of an organization. 12 digits. */
  readonly awsAccountId: string;
  /**
   * Entra tenant of the subscription, a GUID in lower case. The plan stops where the subscription belongs to another: the
   * trusts of the roles would name a session that Defender never uses.
   */
  readonly entraTenantId: string;
  /** The Defender plans. With `containers.auditLogCollection` its `externalId` is required: the trust of the role has the same. */
  readonly plans: DefenderPlans;
  /** ARNs of the roles that the plans need, by their key; all in the AWS account. */
  readonly roleArns: Readonly<Partial<Record<RoleKey, string>>>;
  /**
   * Members of the organization.
   * @default a single account
   */
  readonly organization?: ConnectorOrganization;
  /**
   * Tags of the connector, and of the resource group where it is created here.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * What must be in place first: Azure checks the AWS side before it answers.
   * @default nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** By role. The form of each ARN that the connector names is checked together with its account; others have no effect. */
const ROLE_ARNS = object<Record<RoleKey, string>>()(
  Object.fromEntries(ROLE_KEYS.map((key) => [key, optional(anyText())])) as Record<RoleKey, Schema<string | undefined>>,
);

/** Schema of {@link AzureConnectorProps}. */
export const AZURE_CONNECTOR = object<AzureConnectorProps>()({
  ...CONNECTOR_DESTINATION,
  awsAccountId: text(AWS_ACCOUNT_ID),
  entraTenantId: text(ENTRA_TENANT_ID),
  plans: DEFENDER_PLANS_WITH_EXTERNAL_ID,
  roleArns: ROLE_ARNS,
  organization: optional(
    object<ConnectorOrganization>()({
      stackSetName: text(STACK_SET_NAME),
      excludedAccountIds: withDefault(
        list(text(AWS_ACCOUNT_ID), { distinct: "an account may appear only once", terraformEntries: AWS_ACCOUNT_ID }),
        [],
      ),
    }),
  ),
  tags: withDefault(AZURE_TAGS, {}),
  dependsOn: withDefault(dependencies(), []),
});

type Inputs = Read<typeof AZURE_CONNECTOR>;

/**
 * A Microsoft.Security/securityConnectors resource for an AWS account or for the management account of an organization.
 *
 * Fails at synth with an InputError, and for Terraform values at plan, for a malformed name, subscription, group or location,
 * for a role that the plans need and that is not given or is of another account, and where a provider in use points to a
 * national cloud: the AWS connector does not exist there.
 * @example
 * new AzureConnector(this, "Connector", {
 *   connectorName: "aws-production",
 *   azureSubscriptionId: "22222222-3333-4444-5555-666666666666",
 *   resourceGroupName: "security",
 *   location: "westeurope",
 *   entraTenantId: "11111111-2222-3333-4444-555555555555",
 *   awsAccountId: "111122223333",
 *   plans: { defenderCspm: {} },
 *   roleArns: roles.roleArns,
 *   dependsOn: [roles],
 * });
 */
export class AzureConnector extends DependableConstruct {
  /** Resource id of the connector, composed so that a plan shows it. */
  public readonly connectorId: string;
  /** The Terraform resource that deploys the connector. */
  public readonly resource: TerraformResource;
  /** The resource group, where it is created here. */
  public readonly resourceGroup?: ResourceGroup;
  public readonly resources: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: AzureConnectorProps) {
    super(scope, id);
    const checked = checkInputs(AZURE_CONNECTOR, props, (given, checks) => {
      checkApiVersion(given, checks);
      checkDeploymentName(given, checks);
      checkRoles(given, checks);
      checkRegions(given, checks);
      // An onboarding has its own rule for the members that it excludes.
      if (!isHandedOn(props)) {
        checkExcludedAccounts(given, checks);
      }
      for (const { prop, cloud } of this.clouds(given)) {
        checks.holds(equal(cloud, PUBLIC_CLOUD), prop, cloud, ONLY_PUBLIC);
      }
    });
    const { inputs } = checked;
    this.validateClouds(inputs);
    if (usesAzurerm(inputs)) {
      guardAzurermSubscription(this, inputs, inputs.azurermProvider);
    }
    if (inputs.engine === "azapi") {
      guardAzapiSubscription(this, inputs, inputs.azapiProvider);
    }
    const { azureSubscriptionId, resourceGroupName, connectorName, location, plans, roleArns } = inputs;
    const resourceGroupId = `/subscriptions/${azureSubscriptionId}/resourceGroups/${resourceGroupName}`;
    this.connectorId = `${resourceGroupId}/providers/Microsoft.Security/securityConnectors/${connectorName}`;
    if (inputs.createResourceGroup) {
      this.resourceGroup = this.createResourceGroup(inputs);
    }
    const deployment: ConnectorDeployment = {
      name: connectorName,
      location,
      azureSubscriptionId,
      resourceGroupId,
      resourceGroupName,
      apiVersion: inputs.apiVersion,
      tags: inputs.tags,
      properties: connectorProperties({
        ...inputs,
        offerings: offeringsOf(plans, (role) => roleArns[role] ?? "", inputs.apiVersion),
      }),
      dependsOn: [...(this.resourceGroup ? [this.resourceGroup] : []), ...inputs.dependsOn],
    };
    this.resource =
      inputs.engine === "azapi"
        ? azapiConnector(this, deployment, inputs.azapiProvider)
        : templateDeployment(this, deployment, inputs.azurermProvider);
    // Changing the engine must not delete the connector: Terraform forgets the resource of the other engine instead.
    const otherType = inputs.engine === "azapi" ? "azurerm_resource_group_template_deployment" : "azapi_resource";
    new RemovedBlock(this, "OtherEngine", `${otherType}.${this.resource.friendlyUniqueId}`);
    if (checked.preconditions.length > 0) {
      this.resource.lifecycle = { ...this.resource.lifecycle, precondition: [...checked.preconditions] };
    }
    this.resources = [this.resource];
  }

  /** A provider may be made after the connector. */
  private validateClouds(inputs: Inputs): void {
    this.node.addValidation({
      validate: () =>
        this.clouds(inputs)
          .filter(({ cloud }) => !isTerraformString(cloud) && cloud !== PUBLIC_CLOUD)
          .map(({ prop, cloud }) => fault(prop, cloud, ONLY_PUBLIC).message),
    });
  }

  /** The clouds that the providers in use are set to. */
  private clouds(inputs: Inputs): { prop: string; cloud: string }[] {
    const given = [
      ...(usesAzurerm(inputs) ? ([["azurerm", inputs.azurermProvider]] as const) : []),
      ...(inputs.engine === "azapi" ? ([["azapi", inputs.azapiProvider]] as const) : []),
    ];
    return given.map(([type, provider]) => ({
      prop: `${type} provider environment`,
      cloud: cloudOf(provider ?? nearestProvider(this, type)),
    }));
  }

  private createResourceGroup(inputs: Inputs): ResourceGroup {
    return new ResourceGroup(this, "ResourceGroup", {
      name: inputs.resourceGroupName,
      location: inputs.location,
      tags: withoutDirectives({ ...inputs.tags }),
      provider: inputs.azurermProvider,
    });
  }
}

/** A feature that the chosen version of the API has no field for would be left out in silence. */
export function checkApiVersion(
  { plans, apiVersion }: { readonly plans: ResolvedPlans; readonly apiVersion: ConnectorApiVersion },
  checks: RuleChecks,
): void {
  for (const { prop, value } of apiVersion === NEWER_API_VERSION ? [] : newerFeatures(plans)) {
    checks.fault(
      prop,
      value,
      `API version ${apiVersion} has no field for it: set apiVersion to "${NEWER_API_VERSION}", or leave it out`,
    );
  }
}

/** Name of a deployment (Azure documentation, naming rules, Microsoft.Resources, 2026). */
const DEPLOYMENT_NAME: Format = {
  expected:
    '1 to 64 letters, digits, hyphens, underscores, periods or parentheses: engine "templateDeployment" names its deployment after the connector. Use engine "azapi" for another name',
  pattern: "^[A-Za-z0-9_.()-]{1,64}$",
};

function checkDeploymentName({ engine, connectorName }: Inputs, checks: RuleChecks): void {
  if (engine === "templateDeployment") {
    checks.format("connectorName", connectorName, DEPLOYMENT_NAME);
  }
}

/** Every role that the connector names is given, as an ARN of the connected account. */
function checkRoles({ plans, roleArns, awsAccountId, apiVersion }: Inputs, checks: RuleChecks): void {
  const named = roleUses(plans).filter(
    ({ field, olderOnly }) => field !== undefined && !(olderOnly && apiVersion === NEWER_API_VERSION),
  );
  const needed = new Map(named.map(({ role, feature }) => [role, feature]));
  for (const [role, feature] of needed) {
    const prop = `roleArns.${role}`;
    const arn = roleArns[role];
    if (arn === undefined) {
      checks.fault(prop, undefined, `${feature} needs the role: give its ARN`);
      continue;
    }
    const account = `:${awsAccountId}:`;
    // An ARN that is composed with the account, as this package does it, has the account's value in it, known or not.
    const composed = arn.replace(account, ":111122223333:");
    checks.format(prop, isTerraformString(composed) ? arn : composed, ROLE_ARN);
    checks.holds(
      composed !== arn || contains(arn, account),
      prop,
      arn,
      `expected the ARN of a role in account ${awsAccountId}`,
    );
  }
}

/** Tel Aviv, Milan, Jakarta, Spain and Bahrain (enable-defender-for-databases-aws.md, 2026-07-03). */
const REGIONS_WITHOUT_OPEN_SOURCE_DATABASES: readonly string[] = [
  "il-central-1",
  "eu-south-1",
  "ap-southeast-3",
  "eu-south-2",
  "me-south-1",
];

function checkRegions({ plans, scanRegions = [] }: Inputs, checks: RuleChecks): void {
  if (!plans.databases || !plans.databases.openSourceDatabases) {
    return;
  }
  const unsupported = REGIONS_WITHOUT_OPEN_SOURCE_DATABASES;
  for (const region of scanRegions) {
    checks.holds(
      not(unsupported.map((other) => equal(region, other)).reduce(either)),
      "scanRegions",
      region,
      `open-source databases are not available in ${unsupported.join(", ")}: leave the region out, or switch plans.databases.openSourceDatabases off`,
    );
  }
}

function checkExcludedAccounts({ organization, awsAccountId }: Inputs, checks: RuleChecks): void {
  const excluded = organization?.excludedAccountIds ?? [];
  const prop = "organization.excludedAccountIds";
  const allowed = "it is the management account: only member accounts can be excluded";
  if (isTerraformList(excluded)) {
    checks.holds(expression`!contains(${excluded}, ${awsAccountId})`, prop, awsAccountId, allowed);
  } else {
    for (const account of excluded) {
      checks.holds(not(equal(account, awsAccountId)), prop, account, allowed);
    }
  }
}

/** azapi deploys the connector, but creates no resource group. */
function usesAzurerm({ engine, createResourceGroup }: Inputs): boolean {
  return engine === "templateDeployment" || createResourceGroup;
}

/** The cloud that a provider of Azure is set to. */
function cloudOf(azure: TerraformProvider | undefined): string {
  return (azure as { environment?: string } | undefined)?.environment ?? PUBLIC_CLOUD;
}

const PUBLIC_CLOUD = "public";
const ONLY_PUBLIC =
  'the AWS connector is offered in the public cloud only, not in Azure Government and Azure operated by 21Vianet: use "public"';
