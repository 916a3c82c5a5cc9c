import { text } from "../protocol/values";
import { stableHex, stableUuid } from "../provider/state";
import { cloudFormationRules } from "./cloudformation/rules";
import { iamRules } from "./iam";
import type { AwsRule } from "./rule";
import { s3Rules } from "./s3";
import { snsRules } from "./sns";
import { sqsRules } from "./sqs";

const ssmDocument: AwsRule = {
  operations: { create: "CreateDocument", update: "UpdateDocument", delete: "DeleteDocument" },
  replacedBy: ["name", "document_type"],
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

const ssmAssociation: AwsRule = {
  operations: { create: "CreateAssociation", update: "UpdateAssociation", delete: "DeleteAssociation" },
  replacedBy: ["name", "automation_target_parameter_name"],
  id: (attributes) => stableUuid(JSON.stringify(attributes)),
  computed: ({ id }, { account, region }) => ({
    association_id: id ?? null,
    arn: account.arn("ssm", `association/${text(id)}`, region),
  }),
};

/** A type without rules of its own: it can be made, read, changed and deleted, and has an ARN of the usual form. */
function plainRule(type: string): AwsRule {
  const [, service = "", ...rest] = type.split("_");
  const noun = rest.join("-");
  const operation = rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return {
    operations: { create: `Create${operation}`, update: `Update${operation}`, delete: `Delete${operation}` },
    replacedBy: ["name", "bucket", "stack_set_name", "deployment_targets"],
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

const rules = new Map<string, AwsRule>(
  Object.entries({
    ...iamRules,
    ...snsRules,
    ...sqsRules,
    ...s3Rules,
    aws_ssm_document: ssmDocument,
    aws_ssm_association: ssmAssociation,
    ...cloudFormationRules,
  }),
);

/** What AWS does with objects of this type. */
export function ruleFor(type: string): AwsRule {
  const rule = rules.get(type) ?? plainRule(type);
  rules.set(type, rule);
  return rule;
}
