import { evaluateTemplate } from "../../../rehearsal/azure/template";

const SCOPE = {
  subscriptionId: "sub",
  resourceGroup: { id: "/subscriptions/sub/resourceGroups/rg", name: "rg", location: "westeurope" },
};

function evaluate(outputs: Record<string, unknown>, parameters: object = {}) {
  const template = {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    contentVersion: "1.0.0.0",
    parameters: { name: { type: "string" }, size: { type: "int", defaultValue: 4 } },
    variables: { full: "[concat(parameters('name'), '-', variables('tail'))]", tail: "it''s" },
    resources: [],
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { type: "string", value }])),
  };
  const evaluated = evaluateTemplate(JSON.stringify(template), JSON.stringify(parameters), SCOPE).outputs;
  return Object.fromEntries(Object.entries(evaluated).map(([name, { value }]) => [name, value]));
}

describe("an ARM template", () => {
  test("evaluates parameters, variables and functions", () => {
    const values = evaluate(
      {
        name: "[parameters('name')]",
        size: "[parameters('size')]",
        full: "[variables('full')]",
        quoted: "[concat('it''s ', 'quoted')]",
        location: "[resourceGroup().location]",
        id: "[resourceId('Microsoft.Security/securityConnectors', parameters('name'))]",
        bracket: "[[not an expression]",
        open: "[no expression",
        doubled: "[[no expression",
        "[concat('computed', '-key')]": "x",
        plain: "plain",
      },
      { name: { value: "x" } },
    );
    expect(values).toEqual({
      name: "x",
      size: 4,
      full: "x-it''s",
      quoted: "it's quoted",
      location: "westeurope",
      id: "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Security/securityConnectors/x",
      bracket: "[not an expression]",
      open: "[no expression",
      doubled: "[[no expression",
      "computed-key": "x",
      plain: "plain",
    });
  });

  test("fails without a value for a parameter", () => {
    expect(() => evaluate({ name: "[parameters('name')]" })).toThrow(
      "The value for the template parameter 'name' is not provided.",
    );
  });

  test("fails with a parameter that it does not declare", () => {
    expect(() => evaluate({}, { other: { value: 1 } })).toThrow("do not correspond to any parameters: 'other'");
  });

  test("fails when it is not JSON, or not a template", () => {
    expect(() => evaluateTemplate("{", "", SCOPE)).toThrow('"template_content" contains an invalid JSON');
    expect(() => evaluateTemplate("{}", "", SCOPE)).toThrow("missing '$schema' or 'contentVersion'");
  });

  test("fails with an expression that goes on after its end", () => {
    expect(() => evaluate({ x: "[concat('a') 'b']" })).toThrow("The expression '[concat('a') 'b']' is not valid.");
  });

  test("fails with a function that the rehearsal does not know", () => {
    expect(() => evaluate({ x: "[newGuid()]" })).toThrow('the template function "newGuid"');
  });
});
