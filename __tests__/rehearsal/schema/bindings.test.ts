import { recoverSchema } from "../../../rehearsal/schema/bindings";
import { usedSchema, UsedTypes } from "../../../rehearsal/schema/used-types";

const AWS = "@cdktf/provider-aws";

describe("schema recovery", () => {
  test("gives types and flags of attributes", () => {
    const { attributes = {} } = recoverSchema(AWS, "iam-openid-connect-provider") ?? {};
    expect(attributes).toEqual({
      arn: { type: "string", computed: true },
      client_id_list: { type: ["set", "string"], required: true },
      id: { type: "string", optional: true, computed: true },
      tags: { type: ["map", "string"], optional: true },
      tags_all: { type: ["map", "string"], optional: true, computed: true },
      thumbprint_list: { type: ["list", "string"], optional: true, computed: true },
      url: { type: "string", required: true },
    });
  });

  test("gives nested blocks with their nesting", () => {
    const notification = recoverSchema(AWS, "s3-bucket-notification");
    expect(notification?.blocks.topic).toEqual({
      nesting: "list",
      block: {
        attributes: {
          events: { type: ["set", "string"], required: true },
          filter_prefix: { type: "string", optional: true },
          filter_suffix: { type: "string", optional: true },
          id: { type: "string", optional: true, computed: true },
          topic_arn: { type: "string", required: true },
        },
        blocks: {},
      },
    });
    expect(recoverSchema(AWS, "iam-role")?.blocks.inline_policy?.nesting).toBe("set");
    expect(recoverSchema(AWS, "sqs-queue")?.blocks.timeouts?.nesting).toBe("single");
  });

  test("gives blocks within blocks", () => {
    const replication = recoverSchema(AWS, "s3-bucket")?.blocks.replication_configuration?.block.blocks.rules;
    expect(replication?.nesting).toBe("set");
    expect(Object.keys(replication?.block.blocks ?? {}).sort()).toEqual([
      "destination",
      "filter",
      "source_selection_criteria",
    ]);
  });

  test("gives computed lists of objects as attributes", () => {
    const organization = recoverSchema(AWS, "data-aws-organizations-organization");
    expect(organization?.blocks).toEqual({});
    expect(organization?.attributes.roots).toEqual({
      type: [
        "list",
        [
          "object",
          {
            arn: "string",
            id: "string",
            name: "string",
            policy_types: ["list", ["object", { status: "string", type: "string" }]],
          },
        ],
      ],
      computed: true,
    });
  });

  test("gives the provider block without Terraform's own alias", () => {
    const provider = recoverSchema("@cdktf/provider-azurerm", "provider");
    expect(provider?.attributes.subscription_id).toEqual({ type: "string", optional: true });
    expect(provider?.attributes).not.toHaveProperty("alias");
    expect(provider?.blocks.features?.nesting).toBe("list");
    expect(provider?.blocks.features?.block.blocks.template_deployment?.block.attributes).toEqual({
      delete_nested_items_during_deletion: { type: "bool", required: true },
    });
  });

  test("knows no type that the bindings do not have", () => {
    expect(recoverSchema(AWS, "no-such-thing")).toBeUndefined();
  });

  test("serves the types of every stack seen, and those that removed and import blocks name", () => {
    const types = new UsedTypes();
    types.add({ resource: { aws_sqs_queue: {} }, data: { aws_region: {} } });
    types.add({
      removed: { from: "aws_iam_role.old" },
      import: [{ to: "aws_sns_topic.new", id: "x" }],
    });
    const served = usedSchema(AWS, "aws", types);
    expect([...served.resources.keys()]).toEqual(["aws_sqs_queue", "aws_iam_role", "aws_sns_topic"]);
    expect([...served.dataSources.keys()]).toEqual(["aws_region"]);
  });
});
