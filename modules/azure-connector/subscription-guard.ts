import { DataAzurermSubscription } from "@cdktf/provider-azurerm/lib/data-azurerm-subscription";
import type { Precondition, TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { code, expression } from "../terraform";
import type { Expression } from "../terraform";
import { DataAzapiResource } from "./azapi";

/** The subscription that the configuration is written for. */
export interface DeclaredSubscription {
  /** Its id. */
  readonly azureSubscriptionId: string;
  /** The Entra tenant that it must belong to: Defender puts it into its session name, which every role's trust compares. */
  readonly entraTenantId: string;
}

/**
 * Stops the plan where azapi's credentials do not see the subscription, and where it belongs to another tenant than the
 * declared one. The tenant is read from the subscription: under Azure Lighthouse that of the credentials is another.
 */
export function guardAzapiSubscription(
  scope: Construct,
  { azureSubscriptionId, entraTenantId }: DeclaredSubscription,
  provider: TerraformProvider | undefined,
): void {
  new DataAzapiResource(scope, "Subscription", {
    type: "Microsoft.Resources/subscriptions@2022-12-01",
    resourceId: `/subscriptions/${azureSubscriptionId}`,
    responseExportValues: ["tenantId"],
    lifecycle: { postcondition: [sameTenant(code("self.output.tenantId"), azureSubscriptionId, entraTenantId)] },
    provider,
  });
}

/**
 * Stops the plan where the azurerm provider is configured for another subscription than the declared one, into which it would
 * write, and where that belongs to another tenant.
 */
export function guardAzurermSubscription(
  scope: Construct,
  { azureSubscriptionId, entraTenantId }: DeclaredSubscription,
  provider: TerraformProvider | undefined,
): void {
  new DataAzurermSubscription(scope, "AzurermSubscription", {
    lifecycle: {
      postcondition: [
        {
          condition: expression`lower(self.subscription_id) == lower(${azureSubscriptionId})`.toString(),
          errorMessage: `The azurerm provider writes into subscription \${self.subscription_id}, but the configuration is for subscription ${azureSubscriptionId}: configure the provider for ${azureSubscriptionId}, or correct the declared subscription.`,
        },
        sameTenant(code("self.tenant_id"), azureSubscriptionId, entraTenantId),
      ],
    },
    provider,
  });
}

function sameTenant(actual: Expression, azureSubscriptionId: string, entraTenantId: string): Precondition {
  return {
    condition: expression`lower(${actual}) == lower(${entraTenantId})`.toString(),
    errorMessage: `Subscription ${azureSubscriptionId} belongs to the Entra tenant ${actual}, but the configuration is for tenant ${entraTenantId}: Defender's session names carry the subscription's own tenant, so no role would let it in. Declare ${actual}, or a subscription of ${entraTenantId}.`,
  };
}
