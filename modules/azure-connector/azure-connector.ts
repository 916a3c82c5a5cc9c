import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { TerraformStack, Token } from "cdktf";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  AZURE_LOCATION,
  checkOneOf,
  checkSwitch,
  checkTags,
  CONNECTOR_NAME,
  GUID,
  InputError,
  RESOURCE_GROUP_NAME,
} from "../foundation";
import { ENTRA_TENANT_ID } from "../plans";
import { equal, InputChecks, RemovedBlock } from "../terraform";
import type { AzapiProvider } from "./azapi";
import { CONNECTOR_API_VERSIONS, DEFAULT_API_VERSION } from "./api-version";
import type { ConnectorApiVersion } from "./api-version";
import { azapiConnector } from "./azapi-connector";
import { connectorProperties } from "./connector-properties";
import type { ConnectorContent } from "./connector-properties";
import { guardAzapiSubscription, guardAzurermSubscription } from "./subscription-guard";
import { templateDeployment } from "./template-deployment";

/** Ways to deploy the connector; what each sees and cannot see: docs/connector-engines.md. */
export type ConnectorEngine = "azapi" | "templateDeployment";

/** A security connector for AWS. */
export interface AzureConnectorProps extends ConnectorContent {
  /**
   * Name of the connector: 1 to 63 letters, digits, hyphens or underscores. Changing it replaces the connector.
   */
  readonly name: string;
  /** Azure subscription, a GUID. The plan stops where the credentials do not see it. */
  readonly subscriptionId: string;
  /**
   * Entra tenant of the subscription, a GUID in lower case. The plan stops where the subscription belongs to another: the
   * trusts of the roles would name a session that Defender never uses.
   */
  readonly entraTenantId: string;
  /** Resource group of the connector. */
  readonly resourceGroupName: string;
  /**
   * Whether the resource group is created here, and destroyed with the connector.
   * @default false: it exists already
   */
  readonly createResourceGroup?: boolean;
  /** Azure location of the connector, for instance `westeurope`. */
  readonly location: string;
  /**
   * Tags of the connector, and of the resource group where it is created here.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * How the connector is deployed: `azapi` or `templateDeployment`; literal.
   * @default "azapi", which repeats what Azure refused while IAM was slow, sees drift and imports
   */
  readonly engine?: ConnectorEngine;
  /**
   * Version of the connector's API: `2024-08-01-preview` or `2026-08-01-preview`; literal.
   * @default "2024-08-01-preview"
   */
  readonly apiVersion?: ConnectorApiVersion;
  /**
   * What must be in place first: Azure checks the AWS side before it answers.
   * @default nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
  /**
   * azurerm provider; for a resource group that is created here, and for engine `templateDeployment`.
   * @default the stack's
   */
  readonly azurermProvider?: AzurermProvider;
  /**
   * azapi provider; for engine `azapi` only.
   * @default the stack's
   */
  readonly azapiProvider?: AzapiProvider;
}

/** What an engine deploys. */
export interface ConnectorDeployment {
  /** Name of the connector. */
  readonly name: string;
  /** Location of the connector. */
  readonly location: string;
  /** Id of the subscription. */
  readonly subscriptionId: string;
  /** Id of the resource group. */
  readonly resourceGroupId: string;
  /** Name of the resource group. */
  readonly resourceGroupName: string;
  /** API version. */
  readonly apiVersion: ConnectorApiVersion;
  /** Tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Body. */
  readonly properties: ReturnType<typeof connectorProperties>;
  /** What must be in place first. */
  readonly dependsOn: ITerraformDependable[];
}

/**
 * A Microsoft.Security/securityConnectors resource for an AWS account or for the management account of an organization.
 *
 * Fails at synth, and for Terraform values at plan, for a malformed name, subscription, group or location, for content that
 * the service refuses, and where
 * the azurerm provider points to a national cloud: the AWS connector does not exist there.
 */
export class AzureConnector extends Construct {
  /** Resource id of the connector, composed so that a plan shows it. */
  public readonly connectorId: string;

  public constructor(scope: Construct, id: string, props: AzureConnectorProps) {
    super(scope, id);
    const engine = props.engine ?? "azapi";
    const apiVersion = props.apiVersion ?? DEFAULT_API_VERSION;
    checkSwitch("createResourceGroup", props.createResourceGroup ?? false);
    checkOneOf("engine", engine, ["azapi", "templateDeployment"]);
    checkOneOf("apiVersion", apiVersion, CONNECTOR_API_VERSIONS);
    checkTags("tags", props.tags ?? {});
    const checks = new InputChecks();
    checks.format("connectorName", props.name, CONNECTOR_NAME);
    checks.format("azureSubscriptionId", props.subscriptionId, GUID);
    checks.format("entraTenantId", props.entraTenantId, ENTRA_TENANT_ID);
    checks.format("resourceGroupName", props.resourceGroupName, RESOURCE_GROUP_NAME);
    checks.format("location", props.location, AZURE_LOCATION);
    const usesAzurerm = engine === "templateDeployment" || props.createResourceGroup === true;
    const cloud = usesAzurerm ? this.cloudOf(props.azurermProvider) : undefined;
    if (cloud !== undefined) {
      checks.holds(equal(cloud, PUBLIC_CLOUD), CLOUD_PROP, cloud, ONLY_PUBLIC);
    }
    if (usesAzurerm) {
      this.node.addValidation({ validate: () => this.nationalClouds(props.azurermProvider) });
      guardAzurermSubscription(this, props, props.azurermProvider);
    }
    if (engine === "azapi") {
      guardAzapiSubscription(this, props, props.azapiProvider);
    }

    const resourceGroupId = `/subscriptions/${props.subscriptionId}/resourceGroups/${props.resourceGroupName}`;
    this.connectorId = `${resourceGroupId}/providers/Microsoft.Security/securityConnectors/${props.name}`;

    const deployment: ConnectorDeployment = {
      name: props.name,
      location: props.location,
      subscriptionId: props.subscriptionId,
      resourceGroupId,
      resourceGroupName: props.resourceGroupName,
      apiVersion,
      tags: props.tags ?? {},
      properties: connectorProperties(props, checks),
      dependsOn: [...(props.createResourceGroup ? [this.createResourceGroup(props)] : []), ...(props.dependsOn ?? [])],
    };
    const resource =
      engine === "azapi"
        ? azapiConnector(this, deployment, props.azapiProvider)
        : templateDeployment(this, deployment, props.azurermProvider);
    // Changing the engine must not delete the connector: Terraform forgets the resource of the other engine instead.
    const otherType = engine === "azapi" ? "azurerm_resource_group_template_deployment" : "azapi_resource";
    new RemovedBlock(this, "OtherEngine", `${otherType}.${resource.friendlyUniqueId}`);
    if (checks.preconditions.length > 0) {
      resource.lifecycle = { ...resource.lifecycle, precondition: checks.preconditions };
    }
  }

  private createResourceGroup(props: AzureConnectorProps): ResourceGroup {
    return new ResourceGroup(this, "ResourceGroup", {
      name: props.resourceGroupName,
      location: props.location,
      tags: { ...props.tags },
      ...(props.azurermProvider ? { provider: props.azurermProvider } : {}),
    });
  }

  /** Messages for a national cloud that is a literal, of a provider that was made after the connector. */
  private nationalClouds(explicit: AzurermProvider | undefined): string[] {
    const environment = this.cloudOf(explicit);
    return environment === undefined || Token.isUnresolved(environment) || environment === PUBLIC_CLOUD
      ? []
      : [new InputError(CLOUD_PROP, environment, ONLY_PUBLIC).message];
  }

  private cloudOf(explicit: AzurermProvider | undefined): string | undefined {
    const nodes = TerraformStack.of(this).node.findAll();
    const own = nodes.find((node) => node instanceof AzurermProvider && node.alias === undefined);
    return (explicit ?? (own as AzurermProvider | undefined))?.environment;
  }
}

const PUBLIC_CLOUD = "public";
const CLOUD_PROP = "azurerm provider environment";
const ONLY_PUBLIC =
  'the AWS connector is offered in the public cloud only, not in Azure Government and Azure operated by 21Vianet: use "public"';
