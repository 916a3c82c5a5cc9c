import { withoutProviders } from "./without-providers";

describe("withoutProviders", () => {
  const without = (stack: Record<string, unknown>) => withoutProviders(stack, ["azurerm", "time"]);
  const role = { name: "reader" };
  const connector = { name: "connector", role: "${aws_iam_role.reader.arn}" };

  test("removes resources, data sources, provider and requirement, and keeps the rest as it is", () => {
    const kept = { variable: { tenant: { type: "string" } }, module: { m: { source: "./m" } } };
    expect(
      without({
        ...kept,
        terraform: { backend: { local: {} }, required_providers: { aws: { version: "1" }, azurerm: {}, time: {} } },
        provider: { aws: [{}], azurerm: [{ features: {} }] },
        resource: { aws_iam_role: { reader: role }, azurerm_thing: { connector } },
        data: { azurerm_client_config: { me: {} }, aws_caller_identity: { me: {} } },
      }),
    ).toEqual({
      ...kept,
      terraform: { backend: { local: {} }, required_providers: { aws: { version: "1" } } },
      provider: { aws: [{}] },
      resource: { aws_iam_role: { reader: role } },
      data: { aws_caller_identity: { me: {} } },
    });
  });

  test("leaves no empty section behind", () => {
    expect(without({ resource: { azurerm_thing: { connector } }, provider: { azurerm: [{}] } })).toEqual({});
  });

  test("does not mistake a longer provider name for the one to remove", () => {
    const stack = { resource: { timescale_service: { db: {} } } };
    expect(without(stack)).toEqual(stack);
  });

  test("removes at any distance what reads a value of a removed object", () => {
    expect(
      without({
        data: { azurerm_client_config: { me: {} } },
        locals: { tenant: "${data.azurerm_client_config.me.tenant_id}", kept: "${aws_iam_role.kept.arn}" },
        resource: {
          aws_iam_role: { reader: { tags: [{ tenant: "${lower(local.tenant)}" }] }, kept: role },
          aws_iam_role_policy: { reader: { role: "${aws_iam_role.reader.name}" } },
        },
        output: { arn: { value: "${aws_iam_role.reader.arn}" }, kept: { value: "${aws_iam_role.kept.arn}" } },
        check: { tenant: { assert: { condition: "${local.tenant != null}" } } },
      }),
    ).toEqual({
      locals: { kept: "${aws_iam_role.kept.arn}" },
      resource: { aws_iam_role: { kept: role } },
      output: { kept: { value: "${aws_iam_role.kept.arn}" } },
    });
  });

  test("tells a reference from a longer name and from text", () => {
    const stack = {
      resource: {
        aws_iam_role: {
          longer: { a: "${azurerm_thing.connector_2.id}", b: "${data.azurerm_thing.connector.id}" },
          text: { description: "see azurerm_thing.connector" },
        },
      },
    };
    expect(without({ resource: { ...stack.resource, azurerm_thing: { connector } } })).toEqual(stack);
  });

  test("keeps what only comes after a removed object, and puts it after what that one waited for", () => {
    const { resource } = without({
      resource: {
        aws_iam_role: { reader: role },
        azurerm_thing: { connector: { depends_on: ["aws_iam_role.reader"] } },
        time_sleep: { propagation: { depends_on: ["azurerm_thing.connector", "aws_iam_role.reader"] } },
        aws_sqs_queue: {
          last: { name: "q", depends_on: ["time_sleep.propagation"] },
          free: { depends_on: ["time_sleep.propagation", "aws_sqs_queue.last"] },
        },
      },
    });
    expect(resource).toEqual({
      aws_iam_role: { reader: role },
      aws_sqs_queue: {
        last: { name: "q", depends_on: ["aws_iam_role.reader"] },
        free: { depends_on: ["aws_iam_role.reader", "aws_sqs_queue.last"] },
      },
    });
  });

  test("removes import, moved and removed blocks of removed objects", () => {
    const kept = { to: "aws_iam_role.reader", id: "reader" };
    expect(
      without({
        resource: {
          aws_iam_role: { reader: role, gone: { name: "${azurerm_thing.connector.name}" } },
          azurerm_thing: { connector },
        },
        import: [kept, { to: "azurerm_thing.connector", id: "x" }, { to: "aws_iam_role.gone", id: "gone" }],
        moved: [{ from: "azurerm_thing.connector", to: "azurerm_thing.renamed" }],
        removed: [{ from: "azurerm_thing.gone", lifecycle: { destroy: false } }, { from: "aws_iam_role.former" }],
      }),
    ).toEqual({
      resource: { aws_iam_role: { reader: role } },
      import: [kept],
      removed: [{ from: "aws_iam_role.former" }],
    });
  });

  test("does not change its input", () => {
    const stack = {
      resource: { azurerm_thing: { connector }, aws_x: { y: { depends_on: ["azurerm_thing.connector"] } } },
    };
    const before = structuredClone(stack);
    without(stack);
    expect(stack).toEqual(before);
  });
});
