import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { NEWER_API_VERSION } from "../plans";
import { withoutDirectives } from "../terraform";
import { AzapiResource } from "./azapi";
import type { ConnectorDeployment } from "./connector-properties";

/**
 * Deploys the connector by azapi: it reads the connector itself, so a plan that somebody switched off in the portal shows
 * as a difference, and it repeats a request that Azure refused because the roles were not yet visible everywhere in IAM.
 */
export function azapiConnector(
  scope: Construct,
  connector: ConnectorDeployment,
  provider: TerraformProvider | undefined,
): AzapiResource {
  return new AzapiResource(scope, "Resource", {
    type: `Microsoft.Security/securityConnectors@${connector.apiVersion}`,
    parentId: connector.resourceGroupId,
    name: connector.name,
    location: connector.location,
    tags: withoutDirectives(connector.tags),
    body: withoutDirectives({ properties: connector.properties }),
    // azapi 2.12, the newest release seen, has no schema for the newer version (CHANGELOG of azapi, 2026).
    schemaValidationEnabled: connector.apiVersion !== NEWER_API_VERSION,
    // Without it offerings are compared by position, and the service answers in an order of its own.
    listUniqueIdProperty: { "properties.offerings": "offeringType" },
    // A feature that vanished from the answer is a difference.
    ignoreMissingProperty: false,
    retryErrorMessageRegex: ["Identity provider is missing", "IAM role\\(s\\) do not exist"],
    replaceTriggersRefs: ["properties.hierarchyIdentifier"],
    responseExportValues: ["properties.hierarchyIdentifierTrialEndDate"],
    timeout: "15m",
    dependsOn: connector.dependsOn,
    provider,
  });
}
