import type { Reading } from "../reading";
import { AzureError, noCredentials, readAll } from "./resource-manager";
import type { ResourceManager } from "./resource-manager";

/** A subscription that the credentials see. */
export interface SubscriptionFacts {
  readonly subscriptionId: string;
  readonly displayName: string;
  readonly tenantId: string;
}

/** A resource group. */
export interface ResourceGroupFacts {
  readonly name: string;
  readonly location: string;
}

/** A plan of Defender for Cloud, as the subscription has it. */
export interface PricingFacts {
  readonly name: string;
  readonly properties: { readonly pricingTier: string };
}

/** A connector, with the environment that it connects. */
export interface ConnectorSummary {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly properties: { readonly hierarchyIdentifier?: string; readonly environmentName?: string };
}

/** The subscriptions that the credentials see. */
export function readSubscriptions(azure: ResourceManager): Promise<Reading<readonly SubscriptionFacts[]>> {
  return readList(azure, "/subscriptions?api-version=2022-12-01", "Microsoft.Resources/subscriptions/read");
}

/** The resource groups of a subscription. */
export function readResourceGroups(
  azure: ResourceManager,
  subscriptionId: string,
): Promise<Reading<readonly ResourceGroupFacts[]>> {
  return readList(
    azure,
    `/subscriptions/${subscriptionId}/resourceGroups?api-version=2022-09-01`,
    "Microsoft.Resources/subscriptions/resourceGroups/read",
  );
}

/** Whether the subscription may hold connectors: the resource provider Microsoft.Security is registered. */
export async function readRegistration(azure: ResourceManager, subscriptionId: string): Promise<Reading<boolean>> {
  const found = await readList<{ readonly namespace: string; readonly registrationState: string }>(
    azure,
    `/subscriptions/${subscriptionId}/providers?api-version=2022-09-01`,
    "Microsoft.Resources/subscriptions/providers/read",
  );
  return "value" in found
    ? {
        value: found.value.some(
          ({ namespace, registrationState }) =>
            namespace.toLowerCase() === "microsoft.security" && registrationState === "Registered",
        ),
      }
    : found;
}

/** What the caller may do in the subscription. */
export function readPermissions(
  azure: ResourceManager,
  subscriptionId: string,
): Promise<Reading<readonly { readonly actions: readonly string[]; readonly notActions: readonly string[] }[]>> {
  return readList(
    azure,
    `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`,
    "Microsoft.Authorization/permissions/read",
  );
}

/** The plans of the subscription. */
export function readPricings(
  azure: ResourceManager,
  subscriptionId: string,
): Promise<Reading<readonly PricingFacts[]>> {
  return readList(
    azure,
    `/subscriptions/${subscriptionId}/providers/Microsoft.Security/pricings?api-version=2024-01-01`,
    "Microsoft.Security/pricings/read",
  );
}

/** The connectors of the subscription. */
export function readConnectorSummaries(
  azure: ResourceManager,
  subscriptionId: string,
): Promise<Reading<readonly ConnectorSummary[]>> {
  return readList(
    azure,
    `/subscriptions/${subscriptionId}/providers/Microsoft.Security/securityConnectors?api-version=2024-08-01-preview`,
    "Microsoft.Security/securityConnectors/read",
  );
}

async function readList<Entry>(
  azure: ResourceManager,
  path: string,
  right: string,
): Promise<Reading<readonly Entry[]>> {
  try {
    return { value: (await readAll(azure, path)) as Entry[] };
  } catch (error) {
    if (!(error instanceof AzureError)) {
      throw error;
    }
    if (error.status === 401) {
      throw noCredentials(`Azure does not accept them (${error.code}): sign in again (az login)`);
    }
    return { unread: error.status === 403 ? `${error.message} (right: ${right})` : error.message };
  }
}
