import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformProvider, TerraformVariable } from "cdktf";
import type { TerraformStack } from "cdktf";
import { AzapiProvider, AzureConnector } from "../../modules";
import type { AzureConnectorProps } from "../../modules";
import { EXTERNAL_ID } from "../support/account-environment";
import { CSPM, ROLE_ARNS } from "../support/offerings";
import { ACCOUNT, onlyResource, resourcesOf, synth } from "../support/synth";

const DEPLOYMENT = "azurerm_resource_group_template_deployment";
const GROUP_ID = `/subscriptions/${ACCOUNT.azureSubscriptionId}/resourceGroups/${ACCOUNT.resourceGroupName}`;
const CONNECTOR_ID = `${GROUP_ID}/providers/Microsoft.Security/securityConnectors/${ACCOUNT.connectorName}`;

const PROPERTIES = {
  hierarchyIdentifier: ACCOUNT.awsAccountId,
  environmentName: "AWS",
  environmentData: { environmentType: "AwsAccount", regions: [] },
  offerings: [CSPM],
};

type Props = Partial<AzureConnectorProps>;

function build(stack: TerraformStack, props: Props = {}): AzureConnector {
  return new AzureConnector(stack, "Connector", {
    connectorName: ACCOUNT.connectorName,
    azureSubscriptionId: ACCOUNT.azureSubscriptionId,
    entraTenantId: ACCOUNT.entraTenantId,
    resourceGroupName: ACCOUNT.resourceGroupName,
    location: ACCOUNT.location,
    awsAccountId: ACCOUNT.awsAccountId,
    plans: {},
    roleArns: ROLE_ARNS,
    ...props,
  });
}

const auditLogs = (externalId: string): Props => ({
  plans: { containers: { auditLogCollection: { externalId } } },
});

const connector = (props: Props | ((stack: TerraformStack) => Props) = {}) =>
  synth((stack) => build(stack, typeof props === "function" ? props(stack) : props));

/** The same by template deployment. */
const deployed = (props: Props | ((stack: TerraformStack) => Props) = {}) =>
  connector((stack) => ({
    engine: "templateDeployment",
    ...(typeof props === "function" ? props(stack) : props),
  }));

function variable(stack: TerraformStack, name: string): string {
  const created = new TerraformVariable(stack, name, { type: "string" });
  return created.stringValue;
}

interface Template {
  readonly parameters?: unknown;
  readonly resources: readonly [{ readonly properties: typeof PROPERTIES; readonly tags: unknown }];
}

function template(stack: ReturnType<typeof synth>): Template {
  return JSON.parse(onlyResource(stack, DEPLOYMENT).template_content as string) as Template;
}

describe("the connector's id", () => {
  test("is composed of the inputs, so that a plan shows it", () => {
    synth((stack) => {
      expect(build(stack).connectorId).toBe(CONNECTOR_ID);
    });
  });
});

describe("a connector by template deployment", () => {
  test("is one flat, incremental template with nothing else in it", () => {
    const stack = deployed({ tags: { owner: "security" } });
    expect(onlyResource(stack, DEPLOYMENT)).toMatchObject({
      name: ACCOUNT.connectorName,
      resource_group_name: ACCOUNT.resourceGroupName,
      deployment_mode: "Incremental",
    });
    expect(template(stack)).toEqual({
      $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      contentVersion: "1.0.0.0",
      resources: [
        {
          type: "Microsoft.Security/securityConnectors",
          apiVersion: "2024-08-01-preview",
          name: ACCOUNT.connectorName,
          location: ACCOUNT.location,
          tags: { owner: "security" },
          properties: PROPERTIES,
        },
      ],
      outputs: { deployed: { type: "Bool", value: true } },
    });
  });

  test("is replaced when the location or the AWS account changes, and not when the location is only spelt differently", () => {
    const trigger = (props: Props) => onlyResource(deployed(props), "terraform_data").input;
    expect(onlyResource(deployed(), DEPLOYMENT).lifecycle).toMatchObject({
      replace_triggered_by: [expect.stringMatching(/^terraform_data\.Connector_SetAtCreation_/)],
    });
    expect(trigger({ location: "West Europe" })).toBe(trigger({}));
    expect(trigger({ location: "northeurope" })).not.toBe(trigger({}));
    expect(trigger({})).toBe(`westeurope ${ACCOUNT.awsAccountId}`);
  });

  test("takes an external id that Terraform generates as a parameter, so that the first plan shows the template", () => {
    const stack = deployed((scope) => auditLogs(variable(scope, "external_id")));
    expect(template(stack).parameters).toEqual({ dataCollectionExternalId: { type: "String" } });
    expect(template(stack).resources[0].properties.offerings[1]).toMatchObject({
      dataCollectionExternalId: "[parameters('dataCollectionExternalId')]",
    });
    expect(onlyResource(stack, DEPLOYMENT).template_content).not.toContain("external_id}");
    expect(onlyResource(stack, DEPLOYMENT).parameters_content).toBe(
      '${jsonencode({"dataCollectionExternalId" = {"value" = var.external_id}})}',
    );
  });

  test("writes an external id that is given into the template, without parameters", () => {
    const stack = deployed(auditLogs(EXTERNAL_ID));
    expect(template(stack)).not.toHaveProperty("parameters");
    // Not left out: Terraform would keep the parameters of a deployment before.
    expect(onlyResource(stack, DEPLOYMENT).parameters_content).toBe("{}");
    expect(template(stack).resources[0].properties.offerings[1]).toMatchObject({
      dataCollectionExternalId: EXTERNAL_ID,
    });
  });

  test("uses the provider that it is given", () => {
    const stack = deployed((scope) => ({
      azurermProvider: new AzurermProvider(scope, "other", { features: [{}], alias: "other" }),
    }));
    expect(onlyResource(stack, DEPLOYMENT).provider).toBe("azurerm.other");
  });
});

describe("excluded accounts that Terraform alone knows", () => {
  const excluding = (engine: AzureConnectorProps["engine"]) =>
    connector((scope) => {
      const excluded = new TerraformVariable(scope, "excluded", { type: "list(string)" });
      excluded.overrideLogicalId("excluded");
      return {
        engine,
        organization: { stackSetName: "DefenderForCloud", excludedAccountIds: excluded.listValue },
      };
    });

  test("are a JSON array of the template", () => {
    expect(onlyResource(excluding("templateDeployment"), DEPLOYMENT).template_content).toContain(
      '"stacksetName":"DefenderForCloud","excludedAccountIds":${jsonencode(var.excluded)}}',
    );
  });

  test("are a list of azapi's body", () => {
    expect(onlyResource(excluding("azapi"), "azapi_resource").body).toMatchObject({
      properties: { environmentData: { organizationalData: { excludedAccountIds: "${var.excluded}" } } },
    });
  });
});

describe("a connector by azapi", () => {
  test("is the default", () => {
    expect(connector({ engine: "azapi" })).toEqual(connector());
  });

  test("skips the provider's schema only for the API version that it does not know", () => {
    const validated = (apiVersion: "2024-08-01-preview" | "2026-08-01-preview") => {
      const { type, schema_validation_enabled: validation } = onlyResource(connector({ apiVersion }), "azapi_resource");
      return [type, validation];
    };
    expect(validated("2024-08-01-preview")).toEqual(["Microsoft.Security/securityConnectors@2024-08-01-preview", true]);
    expect(validated("2026-08-01-preview")).toEqual([
      "Microsoft.Security/securityConnectors@2026-08-01-preview",
      false,
    ]);
  });

  test("has the same body, and the arguments by which drift is seen and a refusal is retried", () => {
    const stack = connector({ engine: "azapi", tags: { owner: "[security]" } });
    expect(resourcesOf(stack, DEPLOYMENT)).toEqual({});
    expect(onlyResource(stack, "azapi_resource")).toEqual({
      type: "Microsoft.Security/securityConnectors@2024-08-01-preview",
      parent_id: GROUP_ID,
      name: ACCOUNT.connectorName,
      location: ACCOUNT.location,
      tags: { owner: "[security]" },
      body: { properties: PROPERTIES },
      schema_validation_enabled: true,
      list_unique_id_property: { "properties.offerings": "offeringType" },
      ignore_missing_property: false,
      retry: { error_message_regex: ["Identity provider is missing", "IAM role\\(s\\) do not exist"] },
      replace_triggers_refs: ["properties.hierarchyIdentifier"],
      response_export_values: ["properties.hierarchyIdentifierTrialEndDate"],
      timeouts: { create: "15m", update: "15m" },
      depends_on: [],
    });
  });

  test("names Azure/azapi in a range of versions, not one exact version", () => {
    const terraform = connector({ engine: "azapi" }).terraform as { required_providers: Record<string, unknown> };
    expect(terraform.required_providers.azapi).toEqual({ source: "Azure/azapi", version: "~> 2.11" });
  });

  test("hands an external id over inside the body", () => {
    const stack = connector((scope) => ({
      engine: "azapi",
      ...auditLogs(variable(scope, "external_id")),
    }));
    expect(onlyResource(stack, "azapi_resource").body).toMatchObject({
      properties: { offerings: [{}, { dataCollectionExternalId: "${var.external_id}" }] },
    });
  });

  test("uses the provider that it is given, which heeds the removal of fields as the stack's own does", () => {
    const stack = connector((scope) => ({
      engine: "azapi",
      azapiProvider: new AzapiProvider(scope, "other", { alias: "other" }),
    }));
    expect(onlyResource(stack, "azapi_resource").provider).toBe("azapi.other");
    expect(stack.provider).toMatchObject({
      azapi: [{ ignore_no_op_changes: false }, { alias: "other", ignore_no_op_changes: false }],
    });
  });
});

describe("the subscription", () => {
  const data = (stack: ReturnType<typeof synth>) => stack.data as Record<string, Record<string, unknown>> | undefined;

  test("is read by azapi, which must see it, and its tenant is compared", () => {
    const { azapi_resource: read, ...others } = data(connector()) ?? {};
    expect(others).toEqual({});
    expect(Object.values(read ?? {})).toEqual([
      expect.objectContaining({
        type: "Microsoft.Resources/subscriptions@2022-12-01",
        resource_id: `/subscriptions/${ACCOUNT.azureSubscriptionId}`,
        response_export_values: ["tenantId"],
      }),
    ]);
  });

  test("is that of the azurerm provider, where that writes", () => {
    expect(Object.keys(data(deployed()) ?? {})).toEqual(["azurerm_subscription"]);
    expect(Object.keys(data(connector({ createResourceGroup: true })) ?? {}).sort()).toEqual([
      "azapi_resource",
      "azurerm_subscription",
    ]);
  });
});

describe("the resource group", () => {
  test("is left to somebody else by default", () => {
    expect(resourcesOf(connector(), "azurerm_resource_group")).toEqual({});
  });

  test.each(["templateDeployment", "azapi"] as const)("is created before the connector on demand (%s)", (engine) => {
    const stack = connector({ engine, createResourceGroup: true, tags: { owner: "security" } });
    expect(onlyResource(stack, "azurerm_resource_group")).toMatchObject({
      name: ACCOUNT.resourceGroupName,
      location: ACCOUNT.location,
      tags: { owner: "security" },
    });
    const [name] = Object.keys(resourcesOf(stack, "azurerm_resource_group"));
    const resource = onlyResource(stack, engine === "azapi" ? "azapi_resource" : DEPLOYMENT);
    expect(resource.depends_on).toEqual([`azurerm_resource_group.${name ?? ""}`]);
  });
});

describe("inputs that only Terraform knows", () => {
  test.each(["templateDeployment", "azapi"] as const)("are checked at plan, by preconditions (%s)", (engine) => {
    const stack = connector((scope) => ({
      engine,
      connectorName: variable(scope, "connector_name"),
      azureSubscriptionId: variable(scope, "azure_subscription_id"),
      resourceGroupName: variable(scope, "resource_group_name"),
      location: variable(scope, "location"),
    }));
    const { lifecycle } = onlyResource(stack, engine === "azapi" ? "azapi_resource" : DEPLOYMENT);
    const { precondition } = lifecycle as { precondition: { condition: string; error_message: string }[] };
    expect(precondition.map(({ error_message: message }) => message)).toEqual([
      'azureSubscriptionId: "${var.azure_subscription_id}" is not allowed; expected a GUID, for instance "11111111-2222-3333-4444-555555555555".',
      'resourceGroupName: "${var.resource_group_name}" is not allowed; expected 1 to 90 letters, digits, underscores, hyphens, periods or parentheses that do not end with a period.',
      'location: "${var.location}" is not allowed; expected an Azure location, for instance "westeurope".',
      'connectorName: "${var.connector_name}" is not allowed; expected 1 to 260 characters except < > % & : \\ ? / # and control characters, with no space or period at the end.',
      ...(engine === "azapi"
        ? []
        : [
            'connectorName: "${var.connector_name}" is not allowed; expected 1 to 64 letters, digits, hyphens, underscores, periods or parentheses: engine "templateDeployment" names its deployment after the connector. Use engine "azapi" for another name.',
          ]),
    ]);
    expect(precondition[0]?.condition).toBe(
      '${can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", var.azure_subscription_id))}',
    );
  });

  test("need no preconditions where everything is literal", () => {
    expect(onlyResource(connector(), "azapi_resource")).not.toHaveProperty("lifecycle");
    expect(onlyResource(deployed(), DEPLOYMENT).lifecycle).not.toHaveProperty("precondition");
  });
});

describe("wrong inputs of a connector", () => {
  const refused = (props: unknown) => () => connector(props as Props);

  test("fails for an engine that does not exist", () => {
    expect(refused({ engine: "bicep" })).toThrow(
      'engine: "bicep" is not allowed; allowed: "azapi", "templateDeployment"',
    );
  });

  test("fails for an API version that cannot be chosen", () => {
    expect(refused({ apiVersion: "2023-10-01-preview" })).toThrow(
      'apiVersion: "2023-10-01-preview" is not allowed; allowed: "2024-08-01-preview", "2026-08-01-preview"',
    );
  });

  test.each(["aws production", "Zürich", "a".repeat(65)])(
    "fails for the connector name '%s' by template deployment, whose own name it is",
    (connectorName) => {
      expect(refused({ engine: "templateDeployment", connectorName })).toThrow(
        'engine "templateDeployment" names its deployment after the connector. Use engine "azapi" for another name',
      );
    },
  );

  test.each(["aws.prod", "aws production", "Zürich"])(
    "accepts the connector name '%s', as Azure does",
    (connectorName) => {
      expect(refused({ connectorName })).not.toThrow();
    },
  );

  test.each(["", "aws/prod", "aws.", "a".repeat(261)])("fails for the connector name '%s'", (connectorName) => {
    expect(refused({ connectorName })).toThrow(
      `connectorName: ${JSON.stringify(connectorName)} is not allowed; expected 1 to 260 characters`,
    );
  });

  test("fails for a subscription that is no GUID", () => {
    expect(refused({ azureSubscriptionId: "production" })).toThrow(
      'azureSubscriptionId: "production" is not allowed; expected a GUID, for instance "11111111-2222-3333-4444-555555555555"',
    );
  });

  test("accepts a resource group with letters of any script, as Azure does", () => {
    expect(refused({ resourceGroupName: "sécurité" })).not.toThrow();
  });

  test.each(["", "security.", "security/eu", "a".repeat(91)])(
    "fails for the resource group '%s'",
    (resourceGroupName) => {
      expect(refused({ resourceGroupName })).toThrow(
        `resourceGroupName: ${JSON.stringify(resourceGroupName)} is not allowed; expected 1 to 90 letters, digits,`,
      );
    },
  );

  test.each(["", "west-europe", "1"])("fails for the location '%s'", (location) => {
    expect(refused({ location })).toThrow(
      `location: ${JSON.stringify(location)} is not allowed; expected an Azure location, for instance "westeurope"`,
    );
  });

  const national = (environment: string) => ({ features: [{}], alias: "national", environment });
  const expected = (environment: string) =>
    `azurerm provider environment: "${environment}" is not allowed; the AWS connector is offered in the public cloud only, not in Azure Government and Azure operated by 21Vianet: use "public"`;

  test.each(["usgovernment", "china"])(
    "fails for the national cloud %s of the provider that it is given",
    (environment) => {
      const build = (scope: TerraformStack) => ({
        azurermProvider: new AzurermProvider(scope, "national", national(environment)),
      });
      expect(() => deployed(build)).toThrow(expected(environment));
    },
  );

  test("fails for a national cloud of the stack's own provider", () => {
    const build = (scope: TerraformStack) => {
      const own = scope.node.tryFindChild("azurerm") as AzurermProvider;
      own.environment = "usgovernment";
      return {};
    };
    expect(() => deployed(build)).toThrow(expected("usgovernment"));
  });

  test("leaves a cloud that only Terraform knows to a precondition", () => {
    const build = (scope: TerraformStack) => {
      const cloud = new TerraformVariable(scope, "cloud", { type: "string" }).stringValue;
      return { azurermProvider: new AzurermProvider(scope, "national", national(cloud)) };
    };
    const { lifecycle } = onlyResource(deployed(build), DEPLOYMENT) as {
      lifecycle: { precondition: { condition: string; error_message: string }[] };
    };
    expect(lifecycle.precondition).toEqual([
      { condition: '${var.cloud == "public"}', error_message: expect.stringContaining('use "public"') as string },
    ]);
  });

  test("does not mind a national cloud that another part of the stack uses", () => {
    const build = (scope: TerraformStack) => {
      new AzurermProvider(scope, "national", national("usgovernment"));
      return {};
    };
    expect(() => deployed(build)).not.toThrow();
  });

  test("does not mind a national cloud of azurerm where azapi does the work", () => {
    const build = (scope: TerraformStack) => ({
      azurermProvider: new AzurermProvider(scope, "national", national("usgovernment")),
    });
    expect(() => connector(build)).not.toThrow();
  });

  test("fails for a national cloud of an azapi provider from other bindings", () => {
    class Generated extends TerraformProvider {
      public readonly environment = "china";
      public override get alias() {
        return "generated";
      }
    }
    const build = (scope: TerraformStack) => ({
      azapiProvider: new Generated(scope, "generated", { terraformResourceType: "azapi" }),
    });
    expect(() => connector(build)).toThrow('azapi provider environment: "china" is not allowed');
  });

  test("accepts the public cloud by its name", () => {
    const build = (scope: TerraformStack) => ({
      azurermProvider: new AzurermProvider(scope, "public", national("public")),
    });
    expect(() => deployed(build)).not.toThrow();
  });
});
