import { CloudError } from "../cloud-error";

/** A resource group as Azure keeps it. */
export interface ResourceGroup {
  readonly name: string;
  readonly location: string;
  readonly tags: Record<string, string>;
}

/** The record of a template deployment: what Azure Resource Manager remembers of it, never what became of its resources. */
export interface Deployment {
  readonly mode: string;
  readonly template: string;
  readonly parameters: string;
  /** Outputs as JSON; an empty object where the deployment failed. */
  readonly outputs: string;
  /**
   * Ids of the resources that it deployed. A deployment whose only resource is refused lists none (measured with
   * azurerm 4.81, 2026-11-25).
   */
  readonly outputResources: readonly string[] | undefined;
}

/** What a lock forbids: `CanNotDelete` deletions, `ReadOnly` changes, too. */
export type Lock = "CanNotDelete" | "ReadOnly";

/** One Azure subscription: resource groups, locks, and the history of template deployments. */
export class Subscription {
  /** By name in lower case. */
  readonly resourceGroups = new Map<string, ResourceGroup>();
  /** By id in lower case. */
  readonly deployments = new Map<string, Deployment>();
  /** Namespaces whose resource provider is registered. */
  readonly resourceProviders = new Set(["Microsoft.Resources", "Microsoft.Security"]);
  private readonly locks = new Map<string, Lock>();

  constructor(
    readonly id: string,
    /** The Entra tenant that the subscription belongs to; it changes when the subscription is transferred. */
    public tenantId: string,
    resourceGroups: readonly string[] = [],
  ) {
    for (const name of resourceGroups) {
      this.resourceGroups.set(name.toLowerCase(), { name, location: "westeurope", tags: {} });
    }
  }

  get resourceId(): string {
    return `/subscriptions/${this.id}`;
  }

  resourceGroupId(name: string): string {
    return `${this.resourceId}/resourceGroups/${name}`;
  }

  /** Azure deletes the oldest records of a scope when it nears 800 (Learn, deployment-history-deletions). */
  purgeDeploymentHistory(): void {
    this.deployments.clear();
  }

  /** Puts a lock on the subscription, a resource group or a resource, by its id. */
  lock(scopeId: string, lock: Lock): void {
    this.locks.set(scopeId.toLowerCase(), lock);
  }

  /**
   * A lock holds for its scope and everything below (Learn, lock-resources; status and text: Azure/azure-cli#20232,
   * Azure/azure-sdk-for-java#2560, Azure/azure-service-operator#5547).
   */
  requireUnlocked(resourceId: string, operation: "write" | "delete"): void {
    const id = resourceId.toLowerCase();
    for (const [scope, lock] of this.locks) {
      const isHeld = id === scope || id.startsWith(`${scope}/`);
      if (isHeld && (operation === "delete" || lock === "ReadOnly")) {
        throw new CloudError(
          `unexpected status 409 (409 Conflict) with error: ScopeLocked: The scope '${resourceId}' cannot perform ` +
            `${operation} operation because following scope(s) are locked: '${scope}'. Please remove the lock and try again.`,
        );
      }
    }
  }

  /** A request to a namespace that is not registered is refused (Learn, error-register-resource-provider). */
  requireRegistered(namespace: string): void {
    if (!this.resourceProviders.has(namespace)) {
      throw new CloudError(
        "unexpected status 409 (409 Conflict) with error: MissingSubscriptionRegistration: The subscription is not " +
          `registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.`,
      );
    }
  }
}
