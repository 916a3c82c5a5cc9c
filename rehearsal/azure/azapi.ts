import {
  fromDynamic,
  isAttributes,
  sameValue,
  text,
  texts,
  toDynamic,
  UNKNOWN,
  type Attributes,
  type Value,
} from "../protocol/values";
import type { Provider, ResourceType } from "../provider/provider";
import { changeOf } from "../provider/state";
import { seconds } from "../provider/time";
import type { ProviderSchema } from "../schema/schema";
import { CloudError } from "../cloud-error";
import { azapiSchema } from "./azapi-schema";
import type { AzureCloud } from "./cloud";
import { CONNECTOR_TYPE, normalLocation, type Connector, type ConnectorProperties } from "./connectors";

/** The newest version of the connector's API that azapi 2.12 has a schema for (refreshed facts of 2026-11). */
const NEWEST_EMBEDDED_VERSION = "2024-08-01-preview";

/**
 * `Azure/azapi` in front of the rehearsal's Azure: `azapi_resource` for security connectors. Its behaviour was measured
 * with the provider's main branch after 2.12.0 on 2026-11-25, or read in the source of 2.12.0.
 */
export class AzapiProvider implements Provider {
  private ignoreNoOpChanges = true;
  private registersProviders = true;
  private subscriptionId: string | undefined;

  constructor(private readonly azure: AzureCloud) {}

  schema(): ProviderSchema {
    return azapiSchema;
  }

  configure(config: Attributes): void {
    this.ignoreNoOpChanges = config.ignore_no_op_changes !== false;
    this.registersProviders = config.skip_provider_registration !== true;
    this.subscriptionId = text(config.subscription_id) || undefined;
  }

  /** With schema validation, a version without an embedded schema is an error. */
  validate(_: string, config: Attributes): void {
    const [type = "", version = ""] = text(config.type).split("@");
    const isConnector = type.toLowerCase() === CONNECTOR_TYPE.toLowerCase();
    if (config.schema_validation_enabled !== false && isConnector && version > NEWEST_EMBEDDED_VERSION) {
      throw new CloudError(
        `the \`type\`'s api-version is invalid: ${version}; the newest with a schema is ${NEWEST_EMBEDDED_VERSION}. ` +
          "`schema_validation_enabled` can be set to false to skip the validation.",
      );
    }
  }

  resource(): ResourceType {
    const { connectors } = this.azure;
    return {
      plan: (planned, prior) => {
        if (prior === null) {
          return;
        }
        if (this.ignoreNoOpChanges && onlyRemoves(fromDynamic(prior.body), fromDynamic(planned.body))) {
          planned.body = prior.body ?? null;
        }
        if (["type", "body", "tags", "response_export_values"].some((name) => !sameValue(prior[name], planned[name]))) {
          planned.output = UNKNOWN;
        }
      },
      requiresReplace: (prior, planned) => {
        const triggers = texts(planned.replace_triggers_refs);
        const at = (state: Attributes, path: string) => lookUp(fromDynamic(state.body), path);
        const triggered = triggers.some((path) => !sameValue(at(prior, path), at(planned, path)));
        return [...changeOf(["name", "parent_id", "location"])(prior, planned), ...(triggered ? ["body"] : [])];
      },
      semanticallyEqual: (attribute, a, b) => attribute === "location" && normalLocation(a) === normalLocation(b),
      create: (planned) => {
        const id = idOf(planned);
        if (connectors.get(id)) {
          throw new CloudError(
            `A resource with the ID "${id}" already exists - to be managed via Terraform this resource needs to be ` +
              'imported into the State. Please see the resource documentation for "azapi_resource" for more information.',
          );
        }
        return this.put(planned, "create");
      },
      read: (state) => {
        const connector = connectors.get(text(state.id));
        return connector ? this.merge(state, connector) : null;
      },
      update: (_, planned) => this.put(planned, "update"),
      delete: (state) => {
        this.withRetry(state, "delete", () => {
          connectors.delete(text(state.id));
        });
      },
      import: (importId) => {
        const [id = "", version = ""] = importId.split("?api-version=");
        const connector = connectors.get(id);
        return {
          id,
          type: `${CONNECTOR_TYPE}@${version}`,
          parent_id: id.split("/providers/")[0] ?? "",
          name: id.split("/").at(-1) ?? "",
          location: connector?.location ?? null,
          tags: connector?.tags ?? null,
          body: connector ? toDynamic({ properties: asValue(connector.properties) }) : null,
        };
      },
    };
  }

  /** A subscription, which Azure hands to everybody who sees it, with the tenant that it belongs to. */
  readData(type: string, config: Attributes): Attributes {
    const [resourceType = ""] = text(config.type).split("@");
    if (resourceType.toLowerCase() !== "microsoft.resources/subscriptions") {
      throw new CloudError(
        `the rehearsal reads only Microsoft.Resources/subscriptions by ${type}, not ${resourceType}`,
      );
    }
    const id = text(config.resource_id) || `/subscriptions/${this.subscriptionId ?? this.azure.home.id}`;
    const found = this.azure.findSubscription(id.replace("/subscriptions/", ""));
    if (found === undefined) {
      throw new CloudError(`Resource not found: resource "${id}" not found`);
    }
    const response = {
      id,
      subscriptionId: found.id,
      tenantId: found.tenantId,
      displayName: `Subscription ${found.id}`,
      state: "Enabled",
    };
    return {
      id,
      resource_id: id,
      name: found.id,
      parent_id: "/",
      output: exported(config.response_export_values, response, response),
    };
  }

  private put(planned: Attributes, operation: "create" | "update"): Attributes {
    const id = idOf(planned);
    const [type = "", version = ""] = text(planned.type).split("@");
    if (type.toLowerCase() !== CONNECTOR_TYPE.toLowerCase()) {
      throw new CloudError(`the rehearsal knows only ${CONNECTOR_TYPE} in azapi_resource, not ${type}`);
    }
    const [, , , , resourceGroup = ""] = text(planned.parent_id).split("/");
    const body = fromDynamic(planned.body);
    const request = {
      location: text(planned.location),
      tags: tagsOf(planned.tags),
      properties: (isAttributes(body) ? body.properties : {}) as ConnectorProperties,
    };
    const connector = this.withRetry(planned, operation, () => {
      try {
        const subscription = this.azure.subscription(id);
        if (this.registersProviders) {
          // The SDK's own retry, for the namespace of the request only (Azure/terraform-provider-azapi#82).
          subscription.resourceProviders.add("Microsoft.Security");
        }
        return this.azure.connectors.put({ subscription, resourceGroup, name: text(planned.name) }, version, request);
      } catch (error) {
        throw error instanceof CloudError
          ? new CloudError(
              `Failed to create/update resource: creating/updating Resource: (ResourceId "${id}" / Api Version ` +
                `"${version}"): PUT https://management.azure.com${id}\n${error.message}`,
            )
          : error;
      }
    });
    return {
      ...planned,
      id,
      tags: planned.tags === UNKNOWN ? null : (planned.tags ?? null),
      output: output(planned, connector),
    };
  }

  /** Repeats what fails with one of the named errors, until the operation's timeout; the simulation clock does the waiting. */
  private withRetry<T>(planned: Attributes, operation: "create" | "update" | "delete", call: () => T): T {
    const { clock } = this.azure;
    const given = fromDynamic(planned.retry);
    const retry = isAttributes(given) ? given : {};
    const timeouts = isAttributes(planned.timeouts) ? planned.timeouts : {};
    const deadline = clock.now + seconds(text(timeouts[operation]) || "30m");
    const longest = typeof retry.max_interval_seconds === "number" ? retry.max_interval_seconds : 180;
    let interval = typeof retry.interval_seconds === "number" ? retry.interval_seconds : 10;
    for (;;) {
      try {
        return call();
      } catch (error) {
        const retried =
          error instanceof CloudError &&
          texts(retry.error_message_regex).some((pattern) => new RegExp(pattern).test(error.message));
        if (!retried || clock.now + interval > deadline) {
          throw error;
        }
        clock.wait(interval);
        interval = Math.min(interval * 1.5, longest);
      }
    }
  }

  /** The state's body with the values that the connector has now. */
  private merge(state: Attributes, connector: Connector): Attributes {
    const before = fromDynamic(state.body);
    const remote = { properties: asValue(connector.properties) };
    const ids = isAttributes(state.list_unique_id_property) ? state.list_unique_id_property : {};
    const ignoreMissing = state.ignore_missing_property !== false;
    const now = before === null ? remote : project(before, remote, "", { ids, ignoreMissing });
    return {
      ...state,
      tags: sameValue(tagsOf(state.tags), connector.tags) ? (state.tags ?? null) : connector.tags,
      body: sameValue(before, now) ? (state.body ?? null) : toDynamic(now),
      output: output(state, connector),
    };
  }
}

function idOf(planned: Attributes): string {
  return `${text(planned.parent_id)}/providers/${text(planned.type).split("@")[0] ?? ""}/${text(planned.name)}`;
}

interface Comparison {
  /** For a list at this path: the field that identifies its items. */
  readonly ids: Attributes;
  /** A field that the service does not return counts as unchanged. */
  readonly ignoreMissing: boolean;
}

/** The remote value, as far as the configured body looks at it. */
function project(body: Value, remote: Value | undefined, path: string, comparison: Comparison): Value {
  if (remote === undefined || remote === null) {
    return comparison.ignoreMissing || isEmpty(body) ? body : null;
  }
  if (isAttributes(body) && isAttributes(remote)) {
    const result: Attributes = {};
    for (const [name, item] of Object.entries(body)) {
      const value = project(item, remote[name], path ? `${path}.${name}` : name, comparison);
      if (value !== null || item === null) {
        result[name] = value;
      }
    }
    return result;
  }
  if (Array.isArray(body) && Array.isArray(remote)) {
    return projectList(body, remote, path, comparison);
  }
  return remote;
}

function projectList(body: Value[], remote: Value[], path: string, comparison: Comparison): Value[] {
  const idField = text(comparison.ids[path]);
  if (idField === "") {
    return body.length === remote.length
      ? body.map((item, index) => project(item, remote[index], path, comparison))
      : remote;
  }
  const idOfItem = (item: Value | undefined) => (isAttributes(item) ? item[idField] : undefined);
  const find = (items: Value[], item: Value) => items.find((other) => idOfItem(other) === idOfItem(item));
  const known = body.flatMap((item) => {
    const found = find(remote, item);
    return found === undefined ? [] : [project(item, found, path, comparison)];
  });
  return [...known, ...remote.filter((item) => find(body, item) === undefined)];
}

function isEmpty(value: Value): boolean {
  return (
    value === null ||
    value === "" ||
    value === false ||
    (Array.isArray(value) && value.length === 0) ||
    (isAttributes(value) && Object.keys(value).length === 0)
  );
}

/** Does the new body differ from the old one by fields that are gone, and by nothing else? */
function onlyRemoves(before: Value, after: Value): boolean {
  if (isAttributes(before) && isAttributes(after)) {
    return Object.entries(after).every(([name, item]) => name in before && onlyRemoves(before[name] ?? null, item));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.length === after.length && after.every((item, index) => onlyRemoves(before[index] ?? null, item));
  }
  return sameValue(before, after);
}

/** The value at a dotted path. */
function lookUp(value: Value, path: string): Value {
  return path.split(".").reduce<Value>((inner, name) => (isAttributes(inner) ? (inner[name] ?? null) : null), value);
}

function output(state: Attributes, connector: Connector): Value {
  const readOnly = { properties: { hierarchyIdentifierTrialEndDate: "2026-02-01T00:00:00Z" } };
  const response: Attributes = {
    id: connector.id,
    name: connector.name,
    properties: { ...asValue(connector.properties), ...readOnly.properties },
  };
  return exported(state.response_export_values, response, readOnly);
}

/** What `response_export_values` asks for, else the values that only the service sets. */
function exported(asked: Value | undefined, response: Attributes, readOnly: Attributes): Value {
  const wanted = fromDynamic(asked);
  if (isAttributes(wanted)) {
    return toDynamic(
      Object.fromEntries(Object.entries(wanted).map(([name, path]) => [name, lookUp(response, text(path))])),
    );
  }
  return toDynamic(
    Array.isArray(wanted)
      ? texts(wanted).reduce<Attributes>((result, path) => deepSet(result, path, lookUp(response, path)), {})
      : readOnly,
  );
}

function deepSet(target: Attributes, path: string, value: Value): Attributes {
  const [first = "", ...rest] = path.split(".");
  const inner = target[first];
  return {
    ...target,
    [first]: rest.length === 0 ? value : deepSet(isAttributes(inner) ? inner : {}, rest.join("."), value),
  };
}

function asValue(properties: ConnectorProperties): Attributes {
  return properties as unknown as Attributes;
}

function tagsOf(value: Value | undefined): Record<string, string> {
  return isAttributes(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, text(item)])) : {};
}
