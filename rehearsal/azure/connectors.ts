import { conditionValues, list, matches, principals, statements, type PolicyStatement } from "../aws/policy";
import { text, texts, type Attributes } from "../protocol/values";
import { CloudError } from "../cloud-error";
import type { AzureCloud } from "./cloud";

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

/** Resource id of a connector, taken apart. */
interface Address {
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
];

export const CONNECTOR_TYPE = "Microsoft.Security/securityConnectors";

/** `Microsoft.Security/securityConnectors` of one subscription. */
export class Connectors {
  private readonly byId = new Map<string, Connector>();

  constructor(private readonly azure: AzureCloud) {}

  id(resourceGroup: string, name: string): string {
    return `${this.azure.resourceGroupId(resourceGroup)}/providers/${CONNECTOR_TYPE}/${name}`;
  }

  /** By resource id, in any letter case, or by name. */
  get(idOrName: string): Connector | undefined {
    return this.byId.get(idOrName.toLowerCase()) ?? this.all().find(({ name }) => name === idOrName);
  }

  all(): Connector[] {
    return [...this.byId.values()];
  }

  /** Creates or replaces a connector, after looking into AWS as the service does. */
  put(
    address: Address,
    apiVersion: string,
    body: { location?: string; tags?: Record<string, string>; properties?: ConnectorProperties },
  ): Connector {
    requireApiVersion(apiVersion);
    if (!this.azure.resourceGroups.has(address.resourceGroup.toLowerCase())) {
      throw new CloudError(
        `unexpected status 404 (404 Not Found) with error: ResourceGroupNotFound: Resource group '${address.resourceGroup}' could not be found.`,
      );
    }
    const properties = structuredClone(body.properties ?? {});
    this.checkAws(properties);
    const id = this.id(address.resourceGroup, address.name);
    const connector: Connector = {
      id,
      name: address.name,
      location: body.location ?? "",
      tags: body.tags ?? {},
      properties,
    };
    this.byId.set(id.toLowerCase(), connector);
    this.azure.record(`PUT ${CONNECTOR_TYPE}`, address.name);
    return connector;
  }

  delete(id: string): void {
    const connector = this.get(id);
    if (connector !== undefined) {
      this.byId.delete(connector.id.toLowerCase());
      this.azure.record(`DELETE ${CONNECTOR_TYPE}`, connector.name);
    }
  }

  private checkAws(properties: ConnectorProperties): void {
    const { iam } = this.azure.aws.account(properties.hierarchyIdentifier ?? "");
    const provider = iam.propagatedIdentityProvider(MICROSOFT_ISSUER);
    if (provider === undefined) {
      throw refusal("error occured for security connector: Identity provider is missing from AWS account/s.");
    }
    const invalid = roleArns(properties).filter((arn) => !this.accepts(arn, provider));
    if (invalid.length > 0) {
      throw refusal(`IAM role(s) do not exist or are invalid: ${invalid.join(", ")}`);
    }
  }

  /** The role is there, and if it trusts Microsoft's tenant, its token would be accepted and is bound to one customer. */
  private accepts(arn: string, provider: Attributes): boolean {
    const [, , , , accountId = ""] = arn.split(":");
    const role = this.azure.aws.account(accountId).iam.propagatedRole(arn);
    if (role === undefined) {
      return false;
    }
    const trusts = (statements(text(role.assume_role_policy)) ?? []).filter((statement) =>
      principals(statement, "Federated").includes(text(provider.arn)),
    );
    return trusts.every((trust) => acceptsToken(trust, texts(provider.client_id_list)));
  }
}

function acceptsToken(trust: PolicyStatement, clientIds: readonly string[]): boolean {
  const audiences = conditionValues(trust, `${MICROSOFT_ISSUER.replace("https://", "")}:aud`);
  return (
    list(trust.Action).includes("sts:AssumeRoleWithWebIdentity") &&
    conditionValues(trust, "sts:RoleSessionName").length > 0 &&
    audiences.some((audience) => clientIds.some((clientId) => matches(audience, clientId)))
  );
}

/** Every `cloudRoleArn`, wherever it stands in the offerings. */
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

/** The service answers with a body of its own, not with Azure's usual error object. */
function refusal(message: string): CloudError {
  return new CloudError(`unexpected status 400 (400 Bad Request): ${message}`);
}
