import type { Attribute, Block, ProviderSchema, Type } from "../schema/schema";

/**
 * Schema of `azapi_resource`, resource and data source, hand-written because no CDKTF bindings of `Azure/azapi` are published.
 */

const optional = (type: Type): Attribute => ({ type, optional: true });
const required = (type: Type): Attribute => ({ type, required: true });
const computed = (type: Type): Attribute => ({ type, computed: true });
const filledIn = (type: Type): Attribute => ({ type, optional: true, computed: true });

const list: Type = ["list", "string"];
const map: Type = ["map", "string"];

const attributes = (of: Block["attributes"]): Block => ({ attributes: of, blocks: {} });

const resource: Block = {
  attributes: {
    id: computed("string"),
    type: required("string"),
    name: filledIn("string"),
    parent_id: filledIn("string"),
    location: filledIn("string"),
    body: optional("dynamic"),
    sensitive_body: optional("dynamic"),
    tags: filledIn(map),
    locks: optional(list),
    schema_validation_enabled: optional("bool"),
    ignore_casing: optional("bool"),
    ignore_missing_property: optional("bool"),
    ignore_null_property: optional("bool"),
    ignore_other_items_in_list: optional(list),
    list_unique_id_property: optional(map),
    replace_triggers_refs: optional(list),
    replace_triggers_external_values: optional("dynamic"),
    response_export_values: optional("dynamic"),
    output: computed("dynamic"),
    // An object of the real provider, whose members may be left out: protocol 5 has no type for that.
    retry: optional("dynamic"),
  },
  blocks: {
    identity: {
      nesting: "list",
      block: attributes({
        type: required("string"),
        identity_ids: optional(list),
        principal_id: computed("string"),
        tenant_id: computed("string"),
      }),
    },
    timeouts: {
      nesting: "single",
      block: attributes({
        create: optional("string"),
        read: optional("string"),
        update: optional("string"),
        delete: optional("string"),
      }),
    },
  },
};

const dataSource = attributes({
  id: computed("string"),
  type: required("string"),
  resource_id: filledIn("string"),
  name: filledIn("string"),
  parent_id: filledIn("string"),
  location: computed("string"),
  tags: computed(map),
  response_export_values: optional("dynamic"),
  output: computed("dynamic"),
});

const provider = attributes({
  subscription_id: optional("string"),
  tenant_id: optional("string"),
  client_id: optional("string"),
  environment: optional("string"),
  use_cli: optional("bool"),
  use_msi: optional("bool"),
  use_oidc: optional("bool"),
  skip_provider_registration: optional("bool"),
  ignore_no_op_changes: optional("bool"),
  enable_preflight: optional("bool"),
});

export const azapiSchema: ProviderSchema = {
  provider,
  resources: new Map([["azapi_resource", resource]]),
  dataSources: new Map([["azapi_resource", dataSource]]),
};
