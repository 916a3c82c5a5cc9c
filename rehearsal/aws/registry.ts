import { text } from "../protocol/values";
import { stableHex, stableUuid } from "../provider/state";
import { stackBehaviour } from "./cloudformation/stack-behaviour";
import { cloudFormationBehaviours } from "./cloudformation/stack-set-behaviours";
import { iamBehaviours } from "./iam";
import type { ResourceBehaviour } from "./resource-behaviour";
import { s3Behaviours } from "./s3";
import { snsBehaviours } from "./sns";
import { sqsBehaviours } from "./sqs";

const ssmDocument: ResourceBehaviour = {
  operations: { create: "CreateDocument", update: "UpdateDocument", delete: "DeleteDocument" },
  requiresReplace: ["name", "document_type"],
  id: ({ name }) => text(name),
  computed: ({ name, content }, { account, region }) => ({
    arn: account.arn("ssm", `document/${text(name)}`, region),
    owner: account.id,
    status: "Active",
    default_version: "1",
    latest_version: "1",
    document_version: "1",
    hash: stableHex(text(content), 64),
    hash_type: "Sha256",
  }),
};

const ssmAssociation: ResourceBehaviour = {
  operations: { create: "CreateAssociation", update: "UpdateAssociation", delete: "DeleteAssociation" },
  requiresReplace: ["name", "automation_target_parameter_name"],
  id: (attributes) => stableUuid(JSON.stringify(attributes)),
  computed: ({ id }, { account, region }) => ({
    association_id: id ?? null,
    arn: account.arn("ssm", `association/${text(id)}`, region),
  }),
};

/** A type without behaviour of its own: it can be made, read, changed and deleted, and has an ARN of the usual form. */
function plainBehaviour(type: string): ResourceBehaviour {
  const [, service = "", ...rest] = type.split("_");
  const noun = rest.join("-");
  const operation = rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return {
    operations: { create: `Create${operation}`, update: `Update${operation}`, delete: `Delete${operation}` },
    requiresReplace: ["name", "bucket", "stack_set_name", "deployment_targets"],
    id: (attributes, { account }) => {
      const key = typeof attributes.key === "string" ? `/${attributes.key}` : "";
      const others = account.objects.all(type).length;
      return (
        text(attributes.name) ||
        (typeof attributes.bucket === "string" && `${attributes.bucket}${key}`) ||
        `${noun}-${stableHex(`${others} ${JSON.stringify(attributes)}`, 17)}`
      );
    },
    computed: ({ id }, { account, region }) => ({ arn: account.arn(service, `${noun}/${text(id)}`, region) }),
  };
}

const behaviours = new Map<string, ResourceBehaviour>(
  Object.entries({
    ...iamBehaviours,
    ...snsBehaviours,
    ...sqsBehaviours,
    ...s3Behaviours,
    aws_ssm_document: ssmDocument,
    aws_ssm_association: ssmAssociation,
    aws_cloudformation_stack: stackBehaviour,
    ...cloudFormationBehaviours,
  }),
);

/** What AWS does with objects of this type. */
export function behaviourOf(type: string): ResourceBehaviour {
  const behaviour = behaviours.get(type) ?? plainBehaviour(type);
  behaviours.set(type, behaviour);
  return behaviour;
}
