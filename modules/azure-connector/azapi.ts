import { TerraformDataSource, TerraformProvider, TerraformResource } from "cdktf";
import type { TerraformMetaArguments, TerraformProviderConfig } from "cdktf";
import type { Construct } from "constructs";
import { PROVIDERS } from "../terraform";

const PROVIDER = { providerName: "azapi", providerVersionConstraint: PROVIDERS.azapi.version } as const;

/** Configuration of the azapi provider, as far as the connector needs it. */
export interface AzapiProviderConfig {
  /**
   * Azure subscription.
   * @default that of the environment (ARM_SUBSCRIPTION_ID)
   */
  readonly subscriptionId?: string;
  /**
   * Whether the provider leaves it to you to register the resource provider Microsoft.Security in the subscription.
   * @default false: it registers what a request needs, where that is not registered yet
   */
  readonly skipProviderRegistration?: boolean;
  /**
   * Alias, where the stack has several azapi providers.
   * @default none
   */
  readonly alias?: string;
}

/**
 * The azapi provider: a small binding of its own, because no generated package exists. A change that only removes
 * fields from a body is a change (`ignore_no_op_changes = false`), as the connector needs it.
 */
export class AzapiProvider extends TerraformProvider {
  private readonly config: AzapiProviderConfig;

  public constructor(scope: Construct, id: string, config: AzapiProviderConfig = {}) {
    const base: TerraformProviderConfig = {
      terraformResourceType: "azapi",
      terraformGeneratorMetadata: PROVIDER,
      terraformProviderSource: PROVIDERS.azapi.source,
    };
    super(scope, id, base);
    this.config = config;
  }

  /** The base class has the accessor but keeps no value: every generated provider overrides it, too. */
  public override get alias(): string | undefined {
    return this.config.alias;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {
      subscription_id: this.config.subscriptionId,
      skip_provider_registration: this.config.skipProviderRegistration,
      // The provider's default ignores a change that only removes fields: switching CIEM off would plan nothing.
      ignore_no_op_changes: false,
    };
  }
}

/** Arguments of `azapi_resource`, as far as the connector needs them. */
export interface AzapiResourceConfig extends TerraformMetaArguments {
  /** Resource type and API version, joined by `@`. */
  readonly type: string;
  /** Id of the parent. */
  readonly parentId: string;
  /** Name of the resource. */
  readonly name: string;
  /** Azure location. */
  readonly location: string;
  /** Tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Body, an object. */
  readonly body: unknown;
  /** Whether the body is checked against the schema of its API version, which this release of the provider must know. */
  readonly schemaValidationEnabled: boolean;
  /** Field by which the items of a list are matched, by path of the list. */
  readonly listUniqueIdProperty: Readonly<Record<string, string>>;
  /** Whether a field that the answer lacks is no difference. */
  readonly ignoreMissingProperty: boolean;
  /** Errors after which the request is sent again. */
  readonly retryErrorMessageRegex: readonly string[];
  /** Paths in the body whose change replaces the resource. */
  readonly replaceTriggersRefs: readonly string[];
  /** Paths that are exported to `output`. */
  readonly responseExportValues: readonly string[];
  /** How long a create or an update may take, retries included, for instance `15m`. */
  readonly timeout: string;
}

/** `azapi_resource`: any Azure resource by its type and body. */
export class AzapiResource extends TerraformResource {
  private readonly config: AzapiResourceConfig;

  public constructor(scope: Construct, id: string, config: AzapiResourceConfig) {
    super(scope, id, {
      ...config,
      terraformResourceType: "azapi_resource",
      terraformGeneratorMetadata: PROVIDER,
    });
    this.config = config;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { config } = this;
    return {
      type: config.type,
      parent_id: config.parentId,
      name: config.name,
      location: config.location,
      tags: config.tags,
      body: config.body,
      schema_validation_enabled: config.schemaValidationEnabled,
      list_unique_id_property: config.listUniqueIdProperty,
      ignore_missing_property: config.ignoreMissingProperty,
      retry: { error_message_regex: config.retryErrorMessageRegex },
      replace_triggers_refs: config.replaceTriggersRefs,
      response_export_values: config.responseExportValues,
      timeouts: { create: config.timeout, update: config.timeout },
    };
  }
}

/** Arguments of the data source `azapi_resource`, as far as the connector needs them. */
export interface DataAzapiResourceConfig extends TerraformMetaArguments {
  /** Resource type and API version, joined by `@`. */
  readonly type: string;
  /** Id of the resource. */
  readonly resourceId: string;
  /** Paths that are exported to `output`. */
  readonly responseExportValues: readonly string[];
}

/** Data source `azapi_resource`: reads any Azure resource by its type and id. */
export class DataAzapiResource extends TerraformDataSource {
  private readonly config: DataAzapiResourceConfig;

  public constructor(scope: Construct, id: string, config: DataAzapiResourceConfig) {
    super(scope, id, {
      ...config,
      terraformResourceType: "azapi_resource",
      terraformGeneratorMetadata: PROVIDER,
    });
    this.config = config;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { type, resourceId, responseExportValues } = this.config;
    return { type, resource_id: resourceId, response_export_values: responseExportValues };
  }
}
