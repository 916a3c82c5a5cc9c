import type { AccountOnboardingProps } from "../../modules/onboarding";
import { covers } from "../covers";
import type { AwsFacts, AzureFacts, DiscoverOptions } from "./facts";
import type { Notes } from "./notes";

const NEEDED_RIGHT = "Microsoft.Security/securityConnectors/write";

/** Subscription, resource group, location and name of the connector. */
export function proposePlace(
  aws: AwsFacts,
  azure: AzureFacts,
  options: DiscoverOptions,
  notes: Notes,
): Partial<AccountOnboardingProps> {
  const { subscription } = azure;
  if (subscription === undefined) {
    const seen = notes.value("subscriptions", azure.subscriptions) ?? [];
    notes.toDo.push(
      `Choose the subscription: run again with --subscription. The credentials see: ${seen.map(({ subscriptionId, displayName }) => `${subscriptionId} (${displayName})`).join(", ") || "none"}.`,
    );
    return {};
  }
  const { subscriptionId, tenantId, displayName } = subscription;
  notes.remark(
    "subscription",
    `${subscriptionId} (${displayName}), tenant ${tenantId}`,
    "the connector belongs to it, and the roles trust its tenant",
  );
  if (notes.value("resource provider Microsoft.Security", azure.isRegistered) === false) {
    notes.toDo.push(
      `Register Microsoft.Security: az provider register --namespace Microsoft.Security --subscription ${subscriptionId}`,
    );
  }
  const permissions = notes.value("rights in the subscription", azure.permissions);
  const isAllowed = permissions?.some(
    ({ actions, notActions }) => covers(actions, NEEDED_RIGHT) && !covers(notActions, NEEDED_RIGHT),
  );
  if (isAllowed === false) {
    notes.toDo.push(
      `The caller lacks ${NEEDED_RIGHT} in the subscription: give the deployer the role Security Admin (docs/rights.md).`,
    );
  }
  const pricings = notes.value("plans of the subscription", azure.pricings);
  if (pricings) {
    const paid = pricings.filter(({ properties }) => properties.pricingTier !== "Free");
    notes.remark(
      "plans of the subscription",
      paid.map(({ name }) => name).join(", ") || "none that is paid",
      "plans of AWS are chosen in the connector: those of the subscription do not hold there",
    );
  }
  const connectors = notes.value("connectors of the subscription", azure.connectors);
  const existing = connectors?.find(({ properties }) => properties.hierarchyIdentifier === aws.accountId);
  const group = groupOf(azure, options, existing?.id, notes);
  const connectorName = existing?.name ?? `aws-${aws.accountId}`;
  if (connectors && !existing) {
    notes.remark("connector", "none connects this account in the subscription", `${connectorName} is created`);
  }
  if (existing) {
    notes.remark("connector", existing.id, "it connects this account already: the proposal has its name and place");
    notes.toDo.push(
      "Import the existing connector before the first apply, or delete it in the portal: an account has one connector (docs/connector-engines.md).",
    );
  }
  const location = existing?.location ?? group?.location;
  return {
    entraTenantId: tenantId,
    azureSubscriptionId: subscriptionId,
    ...(group === undefined ? {} : { resourceGroupName: group.name }),
    ...(location === undefined ? {} : { location }),
    connectorName,
  };
}

function groupOf(azure: AzureFacts, options: DiscoverOptions, connectorId: string | undefined, notes: Notes) {
  const groups = notes.value("resource groups", azure.resourceGroups) ?? [];
  const [, ofConnector] = /\/resourceGroups\/([^/]+)\//i.exec(connectorId ?? "") ?? [];
  const wanted = (ofConnector ?? options.resourceGroupName)?.toLowerCase();
  const [only] = groups.length === 1 ? groups : [];
  const group = wanted === undefined ? only : groups.find(({ name }) => name.toLowerCase() === wanted);
  if (group === undefined) {
    const names = groups.map(({ name }) => name).join(", ") || "none";
    notes.toDo.push(
      `Choose the resource group: run again with --resource-group. There are: ${names}. A new one: \`createResourceGroup: true\` (needs azurerm).`,
    );
  }
  return group;
}
