import { text } from "../../protocol/values";
import { stableUuid } from "../../provider/state";
import type { ResourceBehaviour } from "../resource-behaviour";

/** A stack in the account of the caller (hashicorp/aws, aws_cloudformation_stack). */
export const stackBehaviour: ResourceBehaviour = {
  operations: { create: "CreateStack", update: "UpdateStack", delete: "DeleteStack" },
  requiresReplace: ["name", "disable_rollback", "on_failure", "timeout_in_minutes"],
  id: ({ name }, { account, region }) =>
    account.arn("cloudformation", `stack/${text(name)}/${stableUuid(`${account.id} ${text(name)}`)}`, region),
  computed: () => ({ outputs: {} }),
  check(attributes, { account }, prior) {
    account.cloud.stacks.check(attributes, prior === null);
  },
  carryOut: async ({ before, after }, { account }) => {
    if (after === null) {
      await account.cloud.stacks.delete(before ?? {});
    } else if (before === null) {
      await account.cloud.stacks.create(after);
    } else {
      await account.cloud.stacks.update(after);
    }
  },
};
