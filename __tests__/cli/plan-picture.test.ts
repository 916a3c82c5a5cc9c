import { draw, pictureOf, sum } from "../../cli/rehearse/plan-picture";
import type { ResourceChange } from "../../rehearsal";

type Actions = ResourceChange["change"]["actions"];

function change(type: string, actions: Actions, isImported = false): ResourceChange {
  return {
    address: `${type}.one`,
    type,
    change: { actions, before: null, after: null, after_unknown: {}, ...(isImported && { importing: { id: "one" } }) },
  };
}

const replace = ["delete", "create"] as unknown as Actions;

test.each([
  [["create"], false, { created: 1 }],
  [["no-op"], true, { adopted: 1 }],
  [["update"], true, { "adopted and changed": 1 }],
  [["update"], false, { changed: 1 }],
  [replace, false, { replaced: 1 }],
  [["delete"], false, { deleted: 1 }],
  [["forget"], false, { released: 1 }],
  [["read"], false, {}],
  [["no-op"], false, {}],
] as const)("an object with actions %j, imported %j, counts as %j", (actions, isImported, outcomes) => {
  const picture = pictureOf([change("aws_iam_role", actions, isImported)]);
  expect(picture.outcomes).toEqual(outcomes);
  expect(picture.objects).toBe(Object.keys(outcomes).length);
});

test.each([
  ["aws_iam_openid_connect_provider", "identity provider"],
  ["aws_iam_role_policy_attachment", "roles"],
  ["aws_iam_role_policies_exclusive", "guards and waits"],
  ["aws_ssm_association", "Arc automation"],
  ["aws_cloudformation_stack", "template stack"],
  ["aws_cloudformation_stack_set_instance", "member accounts"],
  ["aws_s3_bucket_policy", "member accounts"],
  ["aws_s3_bucket_notification", "fan-out"],
  ["aws_sqs_queue_policy", "fan-out"],
  ["azurerm_resource_group_template_deployment", "connector"],
  ["time_sleep", "guards and waits"],
  ["aws_vpc", "other"],
])("%s belongs to the group %s", (type, group) => {
  expect(pictureOf([change(type, ["create"])]).groups).toEqual([{ name: group, objects: 1, outcomes: { created: 1 } }]);
});

test("a plan of many objects still fits a terminal, and says what a mark stands for", () => {
  const picture = pictureOf([
    ...Array.from({ length: 100 }, () => change("aws_iam_role", ["create"])),
    change("aws_sns_topic", ["update"]),
  ]);
  expect(sum(picture)).toBe("101 objects planned = 100 created + 1 changed");
  expect(draw(picture)).toBe(
    `roles    100  ${"+".repeat(34)}\nfan-out    1  ~\n\n+ created   ~ changed   one mark for 3 objects or fewer\n`,
  );
});

test("a plan without changes has no picture", () => {
  expect([sum(pictureOf([])), draw(pictureOf([]))]).toEqual(["no changes", ""]);
});
