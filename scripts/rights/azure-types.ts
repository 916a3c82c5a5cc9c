/** Actions of Azure by Terraform type; data sources start with `data.`. */
export type AzureTypes = Readonly<Record<string, readonly string[]>>;

/** A custom role for a part of the project. */
export interface AzurePart {
  /** Name of its file. */
  readonly name: string;
  /** What the rights are for. */
  readonly purpose: string;
  /** What its stacks may hold. */
  readonly types: AzureTypes;
}

/*
 * What the providers call for each type (read from the sources of azapi and azurerm, 2026-11). The operations of connectors
 * are a part of what the built-in role Security Admin may do (Microsoft.Security/*).
 */
const CONNECTOR_ACTIONS = [
  "Microsoft.Security/securityConnectors/delete",
  "Microsoft.Security/securityConnectors/read",
  "Microsoft.Security/securityConnectors/write",
];

/** What whoever deploys needs in Azure, by part. */
export const AZURE_PARTS: readonly AzurePart[] = [
  {
    name: "azure-connector",
    purpose: "the connector",
    types: {
      azapi_resource: CONNECTOR_ACTIONS,
      "data.azapi_resource": ["Microsoft.Resources/subscriptions/read"],
    },
  },
  {
    name: "azure-template-deployment",
    purpose: "the connector with engine `templateDeployment`",
    types: {
      azurerm_resource_group_template_deployment: [
        ...CONNECTOR_ACTIONS,
        "Microsoft.Resources/deployments/delete",
        "Microsoft.Resources/deployments/exportTemplate/action",
        "Microsoft.Resources/deployments/operationstatuses/read",
        "Microsoft.Resources/deployments/read",
        "Microsoft.Resources/deployments/validate/action",
        "Microsoft.Resources/deployments/write",
        // Before it deletes what a deployment made, the provider looks up the API version of each type.
        "Microsoft.Resources/subscriptions/providers/read",
        "Microsoft.Resources/subscriptions/resourceGroups/read",
      ],
      "data.azurerm_subscription": ["Microsoft.Resources/subscriptions/read"],
    },
  },
  {
    name: "azure-discover-and-check",
    purpose: "`discover` and `check`, which only read",
    types: {
      "cli/azure": [
        "Microsoft.Authorization/permissions/read",
        "Microsoft.Resources/subscriptions/providers/read",
        "Microsoft.Resources/subscriptions/read",
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        "Microsoft.Security/pricings/read",
        "Microsoft.Security/securityConnectors/read",
      ],
    },
  },
  {
    name: "azure-resource-group",
    purpose: "a resource group that is created here (`createResourceGroup`), in addition",
    types: {
      azurerm_resource_group: [
        "Microsoft.Resources/subscriptions/resourceGroups/delete",
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        // A group that still holds resources is not deleted: the provider looks.
        "Microsoft.Resources/subscriptions/resourceGroups/resources/read",
        "Microsoft.Resources/subscriptions/resourceGroups/write",
      ],
    },
  },
];
