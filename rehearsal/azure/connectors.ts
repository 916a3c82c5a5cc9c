import type { AwsCloud } from "../aws/cloud";
import { conditionValues, list, matches, principals, statements, type PolicyStatement } from "../aws/policy";
import { text, texts, type Attributes } from "../protocol/values";
import { CloudError } from "../cloud-error";
import type { Subscription } from "./subscription";

/** A security connector: the envelope and the `properties` that were sent. Tests may edit `properties` as a person does
 * in the portal. */
export interface Connector {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  tags: Record<string, string>;
  properties: ConnectorProperties;
}

export interface ConnectorProperties {
  hierarchyIdentifier?: string;
  environmentName?: string;
  environmentData?: Record<string, unknown>;
  offerings?: Record<string, unknown>[];
  [name: string]: unknown;
}

/** The cloud that connectors belong to. */
interface Cloud {
  /** The AWS that connectors look into. */
  readonly aws: AwsCloud;
  readonly home: Subscription;
  subscription(id: string): Subscription;
  record(subscription: Subscription, operation: string, target: string): void;
}

/** Where a connector is. */
interface Address {
  /** @default the home subscription */
  readonly subscription?: Subscription;
  readonly resourceGroup: string;
  readonly name: string;
}

const MICROSOFT_ISSUER = "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/";
const API_VERSIONS = [
  "2021-07-01-preview",
  "2021-12-01-preview",
  "2022-05-01-preview",
  "2022-08-01-preview",
  "2023-03-01-preview",
  "2023-10-01-preview",
  "2024-03-01-preview",
  "2024-07-01-preview",
  "2024-08-01-preview",
  "2026-08-01-preview",
];

export const CONNECTOR_TYPE = "Microsoft.Security/securityConnectors";

/** `Microsoft.Security/securityConnectors` of every subscription. */
export class Connectors {
  private readonly byId = new Map<string, Connector>();

  constructor(private readonly azure: Cloud) {}

  /** By resource id, in any letter case, or by name. */
  get(idOrName: string): Connector | undefined {
    return this.byId.get(idOrName.toLowerCase()) ?? this.all().find(({ name }) => name === idOrName);
  }

  all(): Connector[] {
    return [...this.byId.values()];
  }

  /** Creates or replaces a connector, after looking into AWS as the service does. */
  put(
    { subscription = this.azure.home, resourceGroup, name }: Address,
    apiVersion: string,
    body: { location?: string; tags?: Record<string, string>; properties?: ConnectorProperties },
  ): Connector {
    const id = `${subscription.resourceGroupId(resourceGroup)}/providers/${CONNECTOR_TYPE}/${name}`;
    subscription.requireRegistered("Microsoft.Security");
    requireApiVersion(apiVersion);
    if (!subscription.resourceGroups.has(resourceGroup.toLowerCase())) {
      throw new CloudError(
        `unexpected status 404 (404 Not Found) with error: ResourceGroupNotFound: Resource group '${resourceGroup}' could not be found.`,
      );
    }
    subscription.requireUnlocked(id, "write");
    const existing = this.get(id);
    if (existing !== undefined) {
      requireSameLocation(existing, resourceGroup, body.location ?? "");
    }
    const properties = structuredClone(body.properties ?? {});
    this.requireOnlyConnector(id, subscription, properties);
    this.checkAws(properties, subscription);
    const connector: Connector = {
      id,
      name,
      location: body.location ?? "",
      tags: body.tags ?? {},
      properties,
    };
    this.byId.set(id.toLowerCase(), connector);
    this.azure.record(subscription, `PUT ${CONNECTOR_TYPE}`, name);
    return connector;
  }

  delete(id: string): void {
    const connector = this.get(id);
    if (connector !== undefined) {
      const subscription = this.azure.subscription(connector.id);
      subscription.requireUnlocked(connector.id, "delete");
      this.byId.delete(connector.id.toLowerCase());
      this.azure.record(subscription, `DELETE ${CONNECTOR_TYPE}`, connector.name);
    }
  }

  /**
   * One connector per AWS account and Entra tenant. Source: public troubleshooting notes of support engineers; the
   * service's own words are not published, so these are the rehearsal's.
   */
  private requireOnlyConnector(id: string, { tenantId }: Subscription, properties: ConnectorProperties): void {
    const other = this.all().find(
      (connector) =>
        connector.id.toLowerCase() !== id.toLowerCase() &&
        connector.properties.hierarchyIdentifier === properties.hierarchyIdentifier &&
        this.azure.subscription(connector.id).tenantId === tenantId,
    );
    if (other !== undefined) {
      throw refusal(`account ${String(properties.hierarchyIdentifier)} is already connected by ${other.id}`);
    }
  }

  private checkAws(properties: ConnectorProperties, { tenantId }: Subscription): void {
    const { iam } = this.azure.aws.account(properties.hierarchyIdentifier ?? "");
    const provider = iam.propagatedIdentityProvider(MICROSOFT_ISSUER);
    if (provider === undefined) {
      throw refusal("error occured for security connector: Identity provider is missing from AWS account/s.");
    }
    const invalid = roleArns(properties).filter((arn) => !this.accepts(arn, provider, tenantId));
    if (invalid.length > 0) {
      throw refusal(`IAM role(s) do not exist or are invalid: ${invalid.join(", ")}`);
    }
  }

  /** The role is there, and if it trusts Microsoft's tenant, it takes the token that Defender sends for this customer. */
  private accepts(arn: string, provider: Attributes, tenantId: string): boolean {
    const [, , , , accountId = ""] = arn.split(":");
    const role = this.azure.aws.account(accountId).iam.propagatedRole(arn);
    if (role === undefined) {
      return false;
    }
    const trusts = (statements(text(role.assume_role_policy)) ?? []).filter((statement) =>
      principals(statement, "Federated").includes(text(provider.arn)),
    );
    return trusts.every((trust) => acceptsToken(trust, texts(provider.client_id_list), tenantId));
  }
}

/** The session carries the tenant of the subscription that the connector is in (portal's Terraform of 2024-02). */
function acceptsToken(trust: PolicyStatement, clientIds: readonly string[], tenantId: string): boolean {
  const sessionName = `MicrosoftDefenderForClouds_${tenantId}`;
  const audiences = conditionValues(trust, `${MICROSOFT_ISSUER.replace("https://", "")}:aud`);
  return (
    list(trust.Action).includes("sts:AssumeRoleWithWebIdentity") &&
    conditionValues(trust, "sts:RoleSessionName").some((pattern) => matches(pattern, sessionName)) &&
    audiences.some((audience) => clientIds.some((clientId) => matches(audience, clientId)))
  );
}

/** Every `cloudRoleArn`, anywhere in the offerings. */
function roleArns(value: unknown): string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return [
    ...new Set(
      Object.entries(value).flatMap(([name, item]) =>
        name === "cloudRoleArn" && typeof item === "string" ? [item] : roleArns(item),
      ),
    ),
  ];
}

function requireApiVersion(version: string): void {
  if (!API_VERSIONS.includes(version)) {
    throw new CloudError(
      "unexpected status 400 (400 Bad Request) with error: NoRegisteredProviderFound: No registered resource provider " +
        `found for API version '${version}' for type 'securityConnectors'. The supported api-versions are ` +
        `'${API_VERSIONS.join(", ")}'.`,
    );
  }
}

/**
 * A resource keeps its location: no definition lets a PUT change it, the connector's of 2026 says so outright (error:
 * Learn, "Resolve errors for invalid resource location").
 */
function requireSameLocation(existing: Connector, resourceGroup: string, location: string): void {
  if (normalLocation(location) !== normalLocation(existing.location)) {
    throw new CloudError(
      "unexpected status 409 (409 Conflict) with error: InvalidResourceLocation: The resource " +
        `'${existing.name}' already exists in location '${existing.location}' in resource group '${resourceGroup}'. A ` +
        `resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
    );
  }
}

/** A location as Azure compares it: without spaces and letter case. */
export function normalLocation(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}

/** The service answers with a body of its own, not with Azure's usual error object. */
function refusal(message: string): CloudError {
  return new CloudError(`unexpected status 400 (400 Bad Request): ${message}`);
}
