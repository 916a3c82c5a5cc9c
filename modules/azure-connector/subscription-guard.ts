import { DataAzurermSubscription } from "@cdktf/provider-azurerm/lib/data-azurerm-subscription";
import type { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import type { Construct } from "constructs";
import { inExpression } from "../terraform";
import { DataAzapiResource } from "./azapi";
import type { AzapiProvider } from "./azapi";

/** The subscription that the configuration is written for. */
export interface DeclaredSubscription {
  /** Its id. */
  readonly subscriptionId: string;
  /** The Entra tenant that it must belong to: Defender puts it into its session name, which every role's trust compares. */
  readonly entraTenantId: string;
}

/**
 * Stops the plan where azapi's credentials do not see the subscription, and where it belongs to another tenant than the
 * declared one. The tenant is read from the subscription: under Azure Lighthouse that of the credentials is another.
 */
export function guardAzapiSubscription(
  scope: Construct,
  { subscriptionId, entraTenantId }: DeclaredSubscription,
  provider: AzapiProvider | undefined,
): void {
  new DataAzapiResource(scope, "Subscription", {
    type: "Microsoft.Resources/subscriptions@2022-12-01",
    resourceId: `/subscriptions/${subscriptionId}`,
    responseExportValues: ["tenantId"],
    lifecycle: { postcondition: [sameTenant("self.output.tenantId", subscriptionId, entraTenantId)] },
    ...(provider ? { provider } : {}),
  });
}

/**
 * Stops the plan where the azurerm provider is configured for another subscription than the declared one, into which it would
 * write, and where that belongs to another tenant.
 */
export function guardAzurermSubscription(
  scope: Construct,
  { subscriptionId, entraTenantId }: DeclaredSubscription,
  provider: AzurermProvider | undefined,
): void {
  new DataAzurermSubscription(scope, "AzurermSubscription", {
    lifecycle: {
      postcondition: [
        {
          condition: `\${lower(self.subscription_id) == lower(${inExpression(subscriptionId)})}`,
          errorMessage: `The azurerm provider writes into subscription \${self.subscription_id}, but the configuration is for subscription ${subscriptionId}: configure the provider for ${subscriptionId}, or correct the declared subscription.`,
        },
        sameTenant("self.tenant_id", subscriptionId, entraTenantId),
      ],
    },
    ...(provider ? { provider } : {}),
  });
}

function sameTenant(actual: string, subscriptionId: string, entraTenantId: string) {
  return {
    condition: `\${lower(${actual}) == lower(${inExpression(entraTenantId)})}`,
    errorMessage: `Subscription ${subscriptionId} belongs to the Entra tenant \${${actual}}, but the configuration is for tenant ${entraTenantId}: Defender's session names carry the subscription's own tenant, so no role would let it in. Declare \${${actual}}, or a subscription of ${entraTenantId}.`,
  };
}
