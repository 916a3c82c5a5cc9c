import { InputError } from "../../modules/inputs";
import type { Reading } from "../reading";
import { AzureError, noCredentials, readAll } from "./resource-manager";
import type { ResourceManager } from "./resource-manager";

/** A security connector, as the service reports it. */
export interface ConnectorFacts {
  readonly id: string;
  readonly location: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * The connectors of a resource group; none where the group does not exist.
 * @throws InputError for a subscription that the credentials do not see
 */
export async function readConnectors(
  azure: ResourceManager,
  { subscriptionId, resourceGroupName }: { readonly subscriptionId: string; readonly resourceGroupName: string },
  apiVersion: string,
): Promise<Reading<readonly ConnectorFacts[]>> {
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(resourceGroupName)}`;
  try {
    const path = `${group}/providers/Microsoft.Security/securityConnectors?api-version=${apiVersion}`;
    return { value: (await readAll(azure, path)) as ConnectorFacts[] };
  } catch (error) {
    if (!(error instanceof AzureError)) {
      throw error;
    }
    if (error.code === "ResourceGroupNotFound") {
      return { value: [] };
    }
    if (["SubscriptionNotFound", "InvalidSubscriptionId"].includes(error.code)) {
      throw InputError.of(
        "azureSubscriptionId",
        subscriptionId,
        "the Azure credentials do not see it: sign in to its tenant, or correct it",
      );
    }
    if (error.status === 403) {
      return { unread: error.message };
    }
    throw error.status === 401
      ? noCredentials(`Azure does not accept them (${error.code}): sign in again (az login)`)
      : error;
  }
}
