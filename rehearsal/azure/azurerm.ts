import { sameDocument } from "../json";
import { isAttributes, text, UNKNOWN, withoutUnknown, type Attributes, type Value } from "../protocol/values";
import type { Provider, ResourceType } from "../provider/provider";
import { changeOf, stableHex } from "../provider/state";
import type { ProviderSchema } from "../schema/schema";
import { CloudError } from "../cloud-error";
import type { AzureCloud } from "./cloud";
import { CONNECTOR_TYPE } from "./connectors";
import { evaluateTemplate, templateAsReturned } from "./template";

/** `hashicorp/azurerm` in front of the rehearsal's Azure. */
export class AzurermProvider implements Provider {
  readonly address = "registry.terraform.io/hashicorp/azurerm";
  private readonly otherObjects = new Map<string, Attributes>();

  constructor(
    private readonly azure: AzureCloud,
    readonly schema: () => ProviderSchema,
  ) {}

  configure(config: Attributes): void {
    const features = config.features;
    if (!Array.isArray(features) || features.length === 0) {
      throw new CloudError("Insufficient features blocks: at least 1 features block is required");
    }
  }

  resource(type: string): ResourceType {
    switch (type) {
      case "azurerm_resource_group":
        return resourceGroup(this.azure);
      case "azurerm_resource_group_template_deployment":
        return templateDeployment(this.azure);
      default:
        return this.plain(type);
    }
  }

  readData(type: string, config: Attributes): Attributes {
    const name = text(config.name);
    switch (type) {
      case "azurerm_resource_group": {
        const group = this.azure.resourceGroups.get(name.toLowerCase());
        if (group === undefined) {
          throw new CloudError(`Resource Group (Resource Group Name: "${name}") was not found`);
        }
        return { ...group, id: this.azure.resourceGroupId(group.name) };
      }
      case "azurerm_subscription":
      case "azurerm_client_config":
        return {
          id: `/subscriptions/${this.azure.subscriptionId}`,
          subscription_id: this.azure.subscriptionId,
          tenant_id: this.azure.tenantId,
        };
      default:
        throw new CloudError(`the rehearsal has no data source ${type}`);
    }
  }

  /** A type without behaviour of its own. */
  private plain(type: string): ResourceType {
    return {
      requiresReplace: changeOf(["name", "resource_group_name"]),
      create: (planned) => {
        const name = text(planned.name) || stableHex(JSON.stringify(planned), 12);
        const scope =
          typeof planned.resource_group_name === "string"
            ? this.azure.resourceGroupId(planned.resource_group_name)
            : `/subscriptions/${this.azure.subscriptionId}`;
        const created = { ...withoutUnknown(planned), id: `${scope}/providers/rehearsal/${type}/${name}` };
        this.otherObjects.set(created.id, created);
        this.azure.record(`PUT ${type}`, name);
        return created;
      },
      read: (state) => this.otherObjects.get(text(state.id)) ?? null,
      update: (prior, planned) => {
        this.otherObjects.set(text(prior.id), planned);
        this.azure.record(`PUT ${type}`, text(planned.name));
        return planned;
      },
      delete: (state) => {
        this.otherObjects.delete(text(state.id));
        this.azure.record(`DELETE ${type}`, text(state.name));
      },
      import: (id) => ({ id }),
    };
  }
}

function resourceGroup(azure: AzureCloud): ResourceType {
  const put = (planned: Attributes): Attributes => {
    const name = text(planned.name);
    azure.resourceGroups.set(name.toLowerCase(), {
      name,
      location: text(planned.location),
      tags: stringMap(planned.tags),
    });
    azure.record("PUT resourceGroups", name);
    return { ...withoutUnknown(planned), id: azure.resourceGroupId(name) };
  };
  return {
    requiresReplace: changeOf(["name", "location"]),
    create: (planned) => {
      const name = text(planned.name);
      if (azure.resourceGroups.has(name.toLowerCase())) {
        throw new CloudError(
          `A resource with the ID "${azure.resourceGroupId(name)}" already exists - to be managed via Terraform this ` +
            'resource needs to be imported into the State. Please see the resource documentation for "azurerm_resource_group" for more information.',
        );
      }
      return put(planned);
    },
    read: (state) => {
      const group = azure.resourceGroups.get(lastSegment(state.id).toLowerCase());
      if (group === undefined) {
        return null;
      }
      const tags = Object.keys(group.tags).length > 0 ? group.tags : (state.tags ?? null);
      return { ...state, name: group.name, location: group.location, tags };
    },
    update: (_, planned) => put(planned),
    delete: (state) => {
      const name = lastSegment(state.id);
      const inside = azure.connectors.all().filter(({ id }) => id.startsWith(`${azure.resourceGroupId(name)}/`));
      if (inside.length > 0) {
        throw new CloudError(
          `deleting Resource Group "${name}": the Resource Group still contains Resources.\n` +
            inside.map(({ id }) => `* \`${id}\``).join("\n"),
        );
      }
      azure.resourceGroups.delete(name.toLowerCase());
      azure.record("DELETE resourceGroups", name);
    },
    import: (id) => ({ id }),
  };
}

/** Knows only the record of the deployment: an edit in the portal is not seen, as with the real provider. */
function templateDeployment(azure: AzureCloud): ResourceType {
  const deploy = (planned: Attributes): Attributes => {
    const [name, group] = [text(planned.name), text(planned.resource_group_name)];
    const template = text(planned.template_content);
    const parameters = text(planned.parameters_content) || "{}";
    const location = azure.resourceGroups.get(group.toLowerCase())?.location;
    if (location === undefined) {
      throw new CloudError(
        `validating Template Deployment "${name}" (Resource Group "${group}"): unexpected status 404 (404 Not Found) with error: ` +
          `ResourceGroupNotFound: Resource group '${group}' could not be found.`,
      );
    }
    const { resources, outputs } = evaluateTemplate(template, parameters, {
      subscriptionId: azure.subscriptionId,
      resourceGroup: { id: azure.resourceGroupId(group), name: group, location },
    });
    const resourceIds = resources.map((resource) => {
      if (resource.type.toLowerCase() !== CONNECTOR_TYPE.toLowerCase()) {
        return `${azure.resourceGroupId(group)}/providers/${resource.type}/${resource.name}`;
      }
      try {
        const address = { resourceGroup: group, name: resource.name };
        return azure.connectors.put(address, resource.apiVersion, resource).id;
      } catch (error) {
        throw error instanceof CloudError
          ? new CloudError(`creating Template Deployment "${name}" (Resource Group "${group}"): ${error.message}`)
          : error;
      }
    });
    const id = `${azure.resourceGroupId(group)}/providers/Microsoft.Resources/deployments/${name}`;
    const deployment = {
      template: templateAsReturned(template),
      parameters,
      outputs: JSON.stringify(outputs),
      resourceIds,
    };
    azure.deployments.set(id.toLowerCase(), deployment);
    return { ...withoutUnknown(planned), id, output_content: deployment.outputs, parameters_content: parameters };
  };
  return {
    requiresReplace: changeOf(["name", "resource_group_name"]),
    plan: (planned, prior) => {
      const inputs = ["template_content", "parameters_content", "deployment_mode"];
      if (prior !== null && inputs.some((input) => planned[input] !== prior[input])) {
        planned.output_content = UNKNOWN;
      }
    },
    semanticallyEqual: (_, a, b) => sameDocument(a, b),
    create: deploy,
    read: (state) => {
      const deployment = azure.deployments.get(text(state.id).toLowerCase());
      return (
        (deployment && {
          ...state,
          template_content: deployment.template,
          parameters_content: deployment.parameters,
          output_content: deployment.outputs,
        }) ??
        null
      );
    },
    update: (_, planned) => deploy(planned),
    delete: (state) => {
      const id = text(state.id).toLowerCase();
      azure.deployments.get(id)?.resourceIds.forEach((resourceId) => {
        azure.connectors.delete(resourceId);
      });
      azure.deployments.delete(id);
    },
    import: (id) => ({ id }),
  };
}

function lastSegment(id: Value | undefined): string {
  return text(id).split("/").at(-1) ?? "";
}

function stringMap(value: Value | undefined): Record<string, string> {
  return isAttributes(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, text(item)])) : {};
}
