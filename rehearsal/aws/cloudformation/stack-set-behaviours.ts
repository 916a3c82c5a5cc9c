import { blocks, text, texts } from "../../protocol/values";
import { stableUuid } from "../../provider/state";
import { CloudError } from "../../cloud-error";
import { awsError, type ResourceBehaviour } from "../resource-behaviour";

const stackSet: ResourceBehaviour = {
  operations: { create: "CreateStackSet", update: "UpdateStackSet", delete: "DeleteStackSet" },
  requiresReplace: ["name", "auto_deployment", "permission_model", "call_as"],
  id: ({ name }) => text(name),
  computed: ({ name }, { account, region }) => ({
    arn: account.arn("cloudformation", `stackset/${text(name)}:${stableUuid(text(name))}`, region),
    stack_set_id: `${text(name)}:${stableUuid(text(name))}`,
  }),
  // Reported for StackSets of either permission model (terraform-provider-aws, issue 23464).
  live: (_, { account }) => ({
    administration_role_arn: account.arn("iam", "role/AWSCloudFormationStackSetAdministrationRole"),
  }),
  check(attributes, { account }) {
    account.cloud.stackSets.check(attributes);
  },
  checkDelete({ name }, { account }) {
    if (account.cloud.stackSets.accountsOf(text(name)).length > 0) {
      throw awsError(
        `deleting CloudFormation StackSet (${text(name)})`,
        "CloudFormation",
        "DeleteStackSet",
        409,
        "StackSetNotEmptyException",
        "StackSet is not empty",
      );
    }
  },
  carryOut: async (change, { account }) => {
    if (change.before !== null && change.after !== null) {
      await account.cloud.stackSets.update(change.after);
    }
  },
};

const instance: ResourceBehaviour = {
  operations: { create: "CreateStackInstances", update: "UpdateStackInstances", delete: "DeleteStackInstances" },
  requiresReplace: ["stack_set_name", "deployment_targets", "stack_set_instance_region", "account_id"],
  id: ({ stack_set_name: name, deployment_targets: targets, stack_set_instance_region: own }, { region }) =>
    [
      text(name),
      blocks(targets).flatMap((target) => texts(target.organizational_unit_ids)),
      text(own) || region,
    ].join(),
  // Optional and computed: by default the Region of the provider.
  computed: ({ stack_set_instance_region: own }, { region }) => ({ stack_set_instance_region: text(own) || region }),
  // The provider's schema asks for one item at least (measured with 5.100.0 on 2026-11-26).
  validate({ deployment_targets: targets }) {
    if (blocks(targets).some(({ accounts }) => Array.isArray(accounts) && accounts.length === 0)) {
      throw new CloudError(
        "Attribute deployment_targets.0.accounts requires 1 item minimum, but config has only 0 declared.",
      );
    }
  },
  check({ deployment_targets: targets }, { account }) {
    const organization = account.cloud.organizationInUse();
    for (const target of blocks(targets).flatMap(({ organizational_unit_ids: ids }) => texts(ids))) {
      if (!organization.exists(target)) {
        throw new CloudError(`ValidationError: Organizational unit ${target} does not exist`);
      }
    }
  },
  carryOut: async (change, { account }) => {
    if (change.before === null && change.after !== null) {
      await account.cloud.stackSets.deploy(change.after);
    } else if (change.before !== null && change.after === null) {
      await account.cloud.stackSets.withdraw(change.before);
    }
  },
};

export const cloudFormationBehaviours: Record<string, ResourceBehaviour> = {
  aws_cloudformation_stack_set: stackSet,
  aws_cloudformation_stack_set_instance: instance,
};
