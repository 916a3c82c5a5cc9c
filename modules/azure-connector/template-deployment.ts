import type { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroupTemplateDeployment } from "@cdktf/provider-azurerm/lib/resource-group-template-deployment";
import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import type { ConnectorDeployment } from "./azure-connector";

/**
 * Deploys the connector by an ARM template: flat, so that Terraform can validate it and delete what it deployed, and
 * incremental, so that nothing else in the resource group is touched.
 */
export function templateDeployment(
  scope: Construct,
  connector: ConnectorDeployment,
  provider: AzurermProvider | undefined,
): ResourceGroupTemplateDeployment {
  const parameters = new TemplateParameters();
  const properties = parameters.extract(connector.properties);
  const template = {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    contentVersion: "1.0.0.0",
    ...parameters.declarations(),
    resources: [
      {
        type: "Microsoft.Security/securityConnectors",
        apiVersion: connector.apiVersion,
        name: connector.name,
        location: connector.location,
        tags: escapeExpressions(connector.tags),
        properties,
      },
    ],
  };
  return new ResourceGroupTemplateDeployment(scope, "Resource", {
    name: connector.name,
    resourceGroupName: connector.resourceGroupName,
    deploymentMode: "Incremental",
    templateContent: withTerraformLists(JSON.stringify(template)),
    parametersContent: parameters.content(),
    dependsOn: connector.dependsOn,
    ...(provider ? { provider } : {}),
  });
}

/**
 * Hands the external id over as a template parameter where Terraform generates it: a value that is unknown until apply
 * would otherwise hide the whole template from the first plan.
 */
class TemplateParameters {
  private externalId: string | undefined;

  public extract(properties: ConnectorDeployment["properties"]): unknown {
    const offerings = properties.offerings.map((offering) => {
      const escaped = escapeExpressions(offering);
      if (
        offering.offeringType !== "DefenderForContainersAws" ||
        offering.dataCollectionExternalId === undefined ||
        !Token.isUnresolved(offering.dataCollectionExternalId)
      ) {
        return escaped;
      }
      this.externalId = offering.dataCollectionExternalId;
      return { ...(escaped as object), dataCollectionExternalId: "[parameters('dataCollectionExternalId')]" };
    });
    return { ...properties, offerings };
  }

  /** Azure hands the type back with a capital: in lower case every plan would show a change (azurerm issue #12520). */
  public declarations(): object {
    return this.externalId === undefined ? {} : { parameters: { dataCollectionExternalId: { type: "String" } } };
  }

  /**
   * Written also when empty: the provider keeps parameters that the configuration no longer mentions, and Azure refuses
   * a parameter that the template does not declare.
   */
  public content(): string {
    return JSON.stringify(
      this.externalId === undefined ? {} : { dataCollectionExternalId: { value: this.externalId } },
    );
  }
}

/** A list that only Terraform knows stands as cdktf's marker in the text; Terraform writes its entries as JSON there. */
function withTerraformLists(json: string): string {
  return json.replaceAll(/\["(#\{TfToken\[[^\]]+\]\})"\]/g, (_match, list: string) =>
    Token.asString(Fn.jsonencode([list])),
  );
}

/** ARM reads a string that starts with a bracket as an expression; a doubled bracket stands for itself. */
function escapeExpressions(value: unknown): unknown {
  if (typeof value === "string") {
    return value.startsWith("[") ? `[${value}` : value;
  }
  if (Array.isArray(value)) {
    return value.map(escapeExpressions);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, escapeExpressions(child)]));
  }
  return value;
}
