import { sameDocument } from "../json";
import { isAttributes, text, UNKNOWN, withoutUnknown, type Attributes, type Value } from "../protocol/values";
import { FailedAfterCreation, type Provider, type ResourceType } from "../provider/provider";
import { changeOf, stableHex } from "../provider/state";
import type { ProviderSchema } from "../schema/schema";
import { CloudError } from "../cloud-error";
import type { AzureCloud } from "./cloud";
import { CONNECTOR_TYPE, normalLocation } from "./connectors";
import type { Deployment, Subscription } from "./subscription";
import { evaluateTemplate, templateAsReturned } from "./template";

/** `hashicorp/azurerm` in front of the rehearsal's Azure. It reads and writes in the subscription of its configuration. */
export class AzurermProvider implements Provider {
  private subscriptionId: string | undefined;

  constructor(
    private readonly azure: AzureCloud,
    readonly schema: () => ProviderSchema,
  ) {}

  configure(config: Attributes): void {
    const features = config.features;
    if (!Array.isArray(features) || features.length === 0) {
      throw new CloudError("Insufficient features blocks: at least 1 features block is required");
    }
    this.subscriptionId = text(config.subscription_id) || undefined;
  }

  private get subscription(): Subscription {
    return this.azure.subscription(this.subscriptionId ?? this.azure.home.id);
  }

  resource(type: string): ResourceType {
    switch (type) {
      case "azurerm_resource_group":
        return resourceGroup(this.azure, () => this.subscription);
      case "azurerm_resource_group_template_deployment":
        return templateDeployment(this.azure, () => this.subscription);
      default:
        return this.plain(type);
    }
  }

  readData(type: string, config: Attributes): Attributes {
    const name = text(config.name);
    switch (type) {
      case "azurerm_resource_group": {
        const group = this.subscription.resourceGroups.get(name.toLowerCase());
        if (group === undefined) {
          throw new CloudError(`Resource Group (Resource Group Name: "${name}") was not found`);
        }
        return { ...group, id: this.subscription.resourceGroupId(group.name) };
      }
      case "azurerm_subscription": {
        const asked = text(config.subscription_id);
        const { resourceId, id, tenantId } = asked === "" ? this.subscription : this.azure.subscription(asked);
        return { id: resourceId, subscription_id: id, tenant_id: tenantId };
      }
      case "azurerm_client_config":
        return {
          id: this.subscription.resourceId,
          subscription_id: this.subscription.id,
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
            ? this.subscription.resourceGroupId(planned.resource_group_name)
            : this.subscription.resourceId;
        const created = { ...withoutUnknown(planned), id: `${scope}/providers/rehearsal/${type}/${name}` };
        this.azure.otherObjects.set(created.id, created);
        this.azure.record(this.subscription, `PUT ${type}`, name);
        return created;
      },
      read: (state) => this.azure.otherObjects.get(text(state.id)) ?? null,
      update: (prior, planned) => {
        this.azure.otherObjects.set(text(prior.id), planned);
        this.azure.record(this.subscription, `PUT ${type}`, text(planned.name));
        return planned;
      },
      delete: (state) => {
        this.azure.otherObjects.delete(text(state.id));
        this.azure.record(this.subscription, `DELETE ${type}`, text(state.name));
      },
      import: (id) => ({ id }),
    };
  }
}

function resourceGroup(azure: AzureCloud, current: () => Subscription): ResourceType {
  const put = (planned: Attributes, subscription: Subscription): Attributes => {
    const name = text(planned.name);
    subscription.requireUnlocked(subscription.resourceGroupId(name), "write");
    subscription.resourceGroups.set(name.toLowerCase(), {
      name,
      location: text(planned.location),
      tags: stringMap(planned.tags),
    });
    azure.record(subscription, "PUT resourceGroups", name);
    return { ...withoutUnknown(planned), id: subscription.resourceGroupId(name) };
  };
  return {
    requiresReplace: changeOf(["name", "location"]),
    // Every location of the provider has a DiffSuppressFunc for its spelling (hashicorp/terraform-provider-azurerm, 2026).
    semanticallyEqual: (attribute, a, b) => attribute === "location" && normalLocation(a) === normalLocation(b),
    create: (planned) => {
      const subscription = current();
      const name = text(planned.name);
      if (subscription.resourceGroups.has(name.toLowerCase())) {
        throw mustBeImported("azurerm_resource_group", subscription.resourceGroupId(name));
      }
      return put(planned, subscription);
    },
    read: (state) => {
      const group = azure.subscription(text(state.id)).resourceGroups.get(lastSegment(state.id).toLowerCase());
      if (group === undefined) {
        return null;
      }
      const tags = Object.keys(group.tags).length > 0 ? group.tags : (state.tags ?? null);
      return { ...state, name: group.name, location: group.location, tags };
    },
    update: (prior, planned) => put(planned, azure.subscription(text(prior.id))),
    delete: (state) => {
      const subscription = azure.subscription(text(state.id));
      const name = lastSegment(state.id);
      const groupId = subscription.resourceGroupId(name);
      const inside = azure.connectors.all().filter(({ id }) => id.startsWith(`${groupId}/`));
      if (inside.length > 0) {
        throw new CloudError(
          `deleting Resource Group "${name}": the Resource Group still contains Resources.\n` +
            inside.map(({ id }) => `* \`${id}\``).join("\n"),
        );
      }
      subscription.requireUnlocked(groupId, "delete");
      subscription.resourceGroups.delete(name.toLowerCase());
      azure.record(subscription, "DELETE resourceGroups", name);
    },
    import: (id) => ({ id }),
  };
}

/**
 * Knows only the record of the deployment: an edit in the portal is not seen. The order of the steps and the messages are
 * those of the provider's source; what a refused connector leaves behind was measured with 4.81.0 on 2026-11-25.
 */
function templateDeployment(azure: AzureCloud, current: () => Subscription): ResourceType {
  const deploy = (planned: Attributes, subscription: Subscription, step: "creation" | "update"): Attributes => {
    const [name, group] = [text(planned.name), text(planned.resource_group_name)];
    const subject = `Template Deployment "${name}" (Resource Group "${group}")`;
    const template = text(planned.template_content);
    const parameters = text(planned.parameters_content) || "{}";
    const id = deploymentId(subscription, planned);
    const location = subscription.resourceGroups.get(group.toLowerCase())?.location;
    if (location === undefined) {
      throw new CloudError(
        `validating ${subject}: unexpected status 404 (404 Not Found) with error: ` +
          `ResourceGroupNotFound: Resource group '${group}' could not be found.`,
      );
    }
    subscription.requireUnlocked(id, "write");
    const { resources, outputs } = evaluateTemplate(template, parameters, {
      subscriptionId: subscription.id,
      resourceGroup: { id: subscription.resourceGroupId(group), name: group, location },
    });
    const record = (result: Pick<Deployment, "outputs" | "outputResources">) => {
      const mode = text(planned.deployment_mode);
      subscription.deployments.set(id.toLowerCase(), {
        mode,
        template: templateAsReturned(template),
        parameters,
        ...result,
      });
      return { ...withoutUnknown(planned), id, output_content: result.outputs, parameters_content: parameters };
    };
    try {
      const outputResources = resources.map((resource) =>
        resource.type.toLowerCase() === CONNECTOR_TYPE.toLowerCase()
          ? azure.connectors.put(
              { subscription, resourceGroup: group, name: resource.name },
              resource.apiVersion,
              resource,
            ).id
          : `${subscription.resourceGroupId(group)}/providers/${resource.type}/${resource.name}`,
      );
      return record({ outputs: JSON.stringify(outputs), outputResources });
    } catch (error) {
      if (!(error instanceof CloudError)) {
        throw error;
      }
      // Azure has accepted the deployment before it asks the connector's service: the record is there, and stays.
      throw new FailedAfterCreation(
        `waiting for ${step} of ${subject}: ${error.message}`,
        record({ outputs: "{}", outputResources: undefined }),
      );
    }
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
    create: (planned) => {
      const subscription = current();
      const id = deploymentId(subscription, planned);
      if (subscription.deployments.has(id.toLowerCase())) {
        throw mustBeImported("azurerm_resource_group_template_deployment", id);
      }
      return deploy(planned, subscription, "creation");
    },
    read: (state) => {
      const deployment = azure.subscription(text(state.id)).deployments.get(text(state.id).toLowerCase());
      return (
        (deployment && {
          ...state,
          name: lastSegment(state.id),
          resource_group_name: text(state.id).split("/")[4] ?? "",
          deployment_mode: deployment.mode,
          template_content: deployment.template,
          parameters_content: deployment.parameters,
          output_content: deployment.outputs,
        }) ??
        null
      );
    },
    update: (prior, planned) => deploy(planned, azure.subscription(text(prior.id)), "update"),
    delete: (state) => {
      const subscription = azure.subscription(text(state.id));
      const deployment = subscription.deployments.get(text(state.id).toLowerCase());
      if (deployment === undefined) {
        return;
      }
      if (deployment.outputResources === undefined) {
        throw new CloudError(
          "removing items provisioned by this Template Deployment: `properties.OutputResources` was nil - " +
            "insufficient data to clean up this Template Deployment",
        );
      }
      for (const resourceId of deployment.outputResources) {
        azure.connectors.delete(resourceId);
      }
      subscription.requireUnlocked(text(state.id), "delete");
      subscription.deployments.delete(text(state.id).toLowerCase());
    },
    import: (id) => ({ id }),
  };
}

function deploymentId(subscription: Subscription, planned: Attributes): string {
  const group = subscription.resourceGroupId(text(planned.resource_group_name));
  return `${group}/providers/Microsoft.Resources/deployments/${text(planned.name)}`;
}

function mustBeImported(type: string, id: string): CloudError {
  return new CloudError(
    `A resource with the ID "${id}" already exists - to be managed via Terraform this resource needs to be imported ` +
      `into the State. Please see the resource documentation for "${type}" for more information.`,
  );
}

function lastSegment(id: Value | undefined): string {
  return text(id).split("/").at(-1) ?? "";
}

function stringMap(value: Value | undefined): Record<string, string> {
  return isAttributes(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, text(item)])) : {};
}
