/**
 * The part of Terraform's plugin protocol, version 5, that the rehearsal speaks: message fields with their numbers, in
 * the JSON form that protobuf.js reads. Only the calls Terraform makes for plan, apply, import and destroy are listed.
 */

type Fields = Record<string, readonly [id: number, type: string, kind?: "list" | "map"]>;

function message(fields: Fields) {
  return {
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, [id, type, kind]]) => [
        name,
        { id, type, ...(kind === "list" && { rule: "repeated" }), ...(kind === "map" && { keyType: "string" }) },
      ]),
    ),
  };
}

const diagnostics = (id: number): Fields => ({ diagnostics: [id, "Diagnostic", "list"] });

const messages = {
  DynamicValue: message({ msgpack: [1, "bytes"], json: [2, "bytes"] }),
  PathStep: message({ attributeName: [1, "string"] }),
  AttributePath: message({ steps: [1, "PathStep", "list"] }),
  Diagnostic: message({ severity: [1, "int32"], summary: [2, "string"], detail: [3, "string"] }),

  Attribute: message({
    name: [1, "string"],
    type: [2, "bytes"],
    required: [4, "bool"],
    optional: [5, "bool"],
    computed: [6, "bool"],
    sensitive: [7, "bool"],
  }),
  NestedBlock: message({ typeName: [1, "string"], block: [2, "Block"], nesting: [3, "int32"] }),
  Block: message({ attributes: [2, "Attribute", "list"], blockTypes: [3, "NestedBlock", "list"] }),
  Schema: message({ version: [1, "int64"], block: [2, "Block"] }),

  Empty: message({}),
  ServerCapabilities: message({ getProviderSchemaOptional: [2, "bool"] }),
  GetSchemaResponse: message({
    provider: [1, "Schema"],
    resourceSchemas: [2, "Schema", "map"],
    dataSourceSchemas: [3, "Schema", "map"],
    ...diagnostics(4),
    serverCapabilities: [6, "ServerCapabilities"],
  }),
  PrepareRequest: message({ config: [1, "DynamicValue"] }),
  PrepareResponse: message({ preparedConfig: [1, "DynamicValue"], ...diagnostics(2) }),
  ConfigureRequest: message({ terraformVersion: [1, "string"], config: [2, "DynamicValue"] }),
  DiagnosticsResponse: message(diagnostics(1)),
  TypedConfig: message({ typeName: [1, "string"], config: [2, "DynamicValue"] }),

  RawState: message({ json: [1, "bytes"] }),
  UpgradeRequest: message({ typeName: [1, "string"], version: [2, "int64"], rawState: [3, "RawState"] }),
  UpgradeResponse: message({ upgradedState: [1, "DynamicValue"], ...diagnostics(2) }),

  ReadRequest: message({ typeName: [1, "string"], currentState: [2, "DynamicValue"] }),
  ReadResponse: message({ newState: [1, "DynamicValue"], ...diagnostics(2) }),

  PlanRequest: message({
    typeName: [1, "string"],
    priorState: [2, "DynamicValue"],
    proposedNewState: [3, "DynamicValue"],
    config: [4, "DynamicValue"],
  }),
  PlanResponse: message({
    plannedState: [1, "DynamicValue"],
    requiresReplace: [2, "AttributePath", "list"],
    ...diagnostics(4),
    legacyTypeSystem: [5, "bool"],
  }),

  ApplyRequest: message({
    typeName: [1, "string"],
    priorState: [2, "DynamicValue"],
    plannedState: [3, "DynamicValue"],
    config: [4, "DynamicValue"],
  }),
  ApplyResponse: message({ newState: [1, "DynamicValue"], ...diagnostics(3), legacyTypeSystem: [4, "bool"] }),

  ImportRequest: message({ typeName: [1, "string"], id: [2, "string"] }),
  ImportedResource: message({ typeName: [1, "string"], state: [2, "DynamicValue"] }),
  ImportResponse: message({ importedResources: [1, "ImportedResource", "list"], ...diagnostics(2) }),

  DataResponse: message({ state: [1, "DynamicValue"], ...diagnostics(2) }),
  StopResponse: message({ Error: [1, "string"] }),
};

const method = (requestType: keyof typeof messages, responseType: keyof typeof messages) => ({
  requestType,
  responseType,
});

export const descriptor = {
  nested: {
    tfplugin5: {
      nested: {
        ...messages,
        Provider: {
          methods: {
            GetSchema: method("Empty", "GetSchemaResponse"),
            PrepareProviderConfig: method("PrepareRequest", "PrepareResponse"),
            Configure: method("ConfigureRequest", "DiagnosticsResponse"),
            ValidateResourceTypeConfig: method("TypedConfig", "DiagnosticsResponse"),
            ValidateDataSourceConfig: method("TypedConfig", "DiagnosticsResponse"),
            UpgradeResourceState: method("UpgradeRequest", "UpgradeResponse"),
            ReadResource: method("ReadRequest", "ReadResponse"),
            PlanResourceChange: method("PlanRequest", "PlanResponse"),
            ApplyResourceChange: method("ApplyRequest", "ApplyResponse"),
            ImportResourceState: method("ImportRequest", "ImportResponse"),
            ReadDataSource: method("TypedConfig", "DataResponse"),
            Stop: method("Empty", "StopResponse"),
          },
        },
      },
    },
  },
};
