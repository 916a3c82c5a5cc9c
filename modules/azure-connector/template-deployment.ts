import { ResourceGroupTemplateDeployment } from "@cdktf/provider-azurerm/lib/resource-group-template-deployment";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { isTerraformString } from "../inputs";
import { addressOf, expression, TerraformData } from "../terraform";
import { ArmExpression, armTemplate } from "./arm-template";
import type { ConnectorDeployment } from "./connector-properties";

/**
 * Deploys the connector by an ARM template: flat, so that Terraform can validate it and delete what it deployed, and
 * incremental, so that nothing else in the resource group is touched.
 */
export function templateDeployment(
  scope: Construct,
  connector: ConnectorDeployment,
  provider: TerraformProvider | undefined,
): ResourceGroupTemplateDeployment {
  const externalId = generatedExternalId(connector.properties);
  const template = {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    contentVersion: "1.0.0.0",
    // Azure hands the type back with a capital: in lower case every plan would show a change (azurerm issue #12520).
    ...(externalId === undefined ? {} : { parameters: { [EXTERNAL_ID]: { type: "String" } } }),
    resources: [
      {
        type: "Microsoft.Security/securityConnectors",
        apiVersion: connector.apiVersion,
        name: connector.name,
        location: connector.location,
        tags: connector.tags,
        properties: withParameter(connector.properties, externalId),
      },
    ],
    // A deployment that fails has no outputs: so a plan can tell.
    outputs: { deployed: { type: "Bool", value: true } },
  };
  const deployment = new ResourceGroupTemplateDeployment(scope, "Resource", {
    name: connector.name,
    resourceGroupName: connector.resourceGroupName,
    deploymentMode: "Incremental",
    templateContent: armTemplate(template),
    // Written also when empty: the provider keeps parameters that the configuration no longer mentions, and Azure refuses a
    // parameter that the template does not declare.
    parametersContent:
      externalId === undefined ? "{}" : expression`jsonencode({${EXTERNAL_ID} = {"value" = ${externalId}}})`.toString(),
    dependsOn: connector.dependsOn,
    provider,
  });
  deployment.lifecycle = {
    replaceTriggeredBy: [addressOf(setAtCreation(scope, connector))],
    postcondition: [
      {
        condition: "${can(jsondecode(self.output_content).deployed.value)}",
        errorMessage:
          `Deployment ${connector.name} failed, so the connector is not what the configuration says, and neither apply nor ` +
          `destroy gets past the record of the deployment. Remove both, and apply again: az deployment group delete ` +
          `--subscription ${connector.azureSubscriptionId} --resource-group '${connector.resourceGroupName}' --name ` +
          `'${connector.name}'; terraform state rm ${addressOf(deployment)}`,
      },
    ],
  };
  return deployment;
}

/**
 * What Azure takes only when it creates the connector: a change replaces the deployment, and with it the connector. The
 * provider would update it in place, which Azure refuses.
 */
function setAtCreation(scope: Construct, { location, properties }: ConnectorDeployment): TerraformData {
  const sameWord = isTerraformString(location)
    ? expression`lower(replace(${location}, " ", ""))`
    : location.toLowerCase().replaceAll(" ", "");
  return new TerraformData(scope, "SetAtCreation", {
    input: `${sameWord} ${properties.hierarchyIdentifier}`,
  });
}

const EXTERNAL_ID = "dataCollectionExternalId";

/**
 * The external id, where Terraform generates it. It is handed over as a parameter: a value that is unknown until apply would
 * hide the whole template from the first plan.
 */
function generatedExternalId({ offerings }: ConnectorDeployment["properties"]): string | undefined {
  return offerings
    .map((offering) => offering[EXTERNAL_ID])
    .filter((externalId) => typeof externalId === "string")
    .find(isTerraformString);
}

function withParameter(properties: ConnectorDeployment["properties"], externalId: string | undefined): unknown {
  return externalId === undefined
    ? properties
    : {
        ...properties,
        offerings: properties.offerings.map((offering) =>
          EXTERNAL_ID in offering
            ? { ...offering, [EXTERNAL_ID]: new ArmExpression(`parameters('${EXTERNAL_ID}')`) }
            : offering,
        ),
      };
}
