import { parseJson } from "../json";
import { text, type Attributes } from "../protocol/values";
import { stableUuid } from "../provider/state";
import { statements } from "./policy";
import { awsError, type ResourceBehaviour } from "./resource-behaviour";
import type { AccountSpace } from "./space";

const TOPIC = "aws_sns_topic";
const TOPIC_POLICY = "aws_sns_topic_policy";
const SUBSCRIPTION = "aws_sns_topic_subscription";

/**
 * CreateTopic returns a topic that exists, and leaves it as it is, unless the call brings a tag that the topic does not have
 * (SNS API reference, CreateTopic; the refusal is recorded in localstack issues 2405 and 3928).
 */
const topic: ResourceBehaviour = {
  operations: { create: "CreateTopic", update: "SetTopicAttributes", delete: "DeleteTopic" },
  requiresReplace: ["name", "name_prefix", "fifo_topic"],
  legacyTypes: true,
  id: ({ name }, { account, region }) => account.arn("sns", text(name), region),
  computed: ({ id }, { account }) => ({
    arn: id ?? null,
    owner: account.id,
    ...account.objects.get(TOPIC, text(id))?.attributes,
  }),
  live: ({ id }, { account }) => ({ policy: topicPolicyOf(account, text(id)) }),
  check(attributes, target, prior) {
    const existing = target.account.objects.get(TOPIC, topic.id(attributes, target))?.attributes;
    const tags = Object.entries((attributes.tags_all ?? attributes.tags ?? {}) as Attributes);
    const has = (existing?.tags_all ?? existing?.tags ?? {}) as Attributes;
    if (prior === null && existing !== undefined && tags.some(([key, value]) => has[key] !== value)) {
      throw awsError(
        `creating SNS Topic (${text(attributes.name)})`,
        "SNS",
        "CreateTopic",
        400,
        "InvalidParameter",
        "Invalid parameter: Tags Reason: Topic already exists with different tags",
      );
    }
  },
};

/** The topic's policy: the one that was set, else the one every topic starts with. */
export function topicPolicyOf(account: AccountSpace, arn: string): string {
  return text(account.objects.get(TOPIC_POLICY, arn)?.attributes.policy) || ownerOnlyPolicy(account, arn);
}

function ownerOnlyPolicy(account: AccountSpace, arn: string): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ["SNS:Publish", "SNS:Subscribe", "SNS:SetTopicAttributes"],
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": account.id } },
      },
    ],
  });
}

const topicPolicy: ResourceBehaviour = {
  operations: { create: "SetTopicAttributes", delete: "SetTopicAttributes" },
  requiresReplace: ["arn"],
  id: ({ arn }) => text(arn),
  computed: (_, { account }) => ({ owner: account.id }),
  check({ arn, policy }, { account }) {
    const refuse = (status: number, code: string, message: string) =>
      awsError(`setting SNS Topic Policy (${text(arn)})`, "SNS", "SetTopicAttributes", status, code, message);
    if (account.objects.get(TOPIC, text(arn)) === undefined) {
      throw refuse(404, "NotFound", "Topic does not exist");
    }
    if (statements(text(policy)) === undefined) {
      throw refuse(400, "InvalidParameter", "Invalid parameter: Policy Error: null");
    }
  },
};

/** What Subscribe compares where the endpoint has a subscription already. */
const SUBSCRIPTION_ATTRIBUTES = ["raw_message_delivery", "redrive_policy", "filter_policy"];

/**
 * Subscribe returns the subscription that the endpoint has already, where each attribute of the call has its value; else it
 * refuses (recorded in localstack issue 8816).
 */
const subscription: ResourceBehaviour = {
  operations: { create: "Subscribe", update: "SetSubscriptionAttributes", delete: "Unsubscribe" },
  requiresReplace: ["topic_arn", "protocol", "endpoint"],
  id: ({ topic_arn: arn, endpoint }) => `${text(arn)}:${stableUuid(`${text(arn)} ${text(endpoint)}`)}`,
  computed: ({ id }, { account }) => ({
    arn: id ?? null,
    owner_id: account.id,
    pending_confirmation: false,
    confirmation_was_authenticated: true,
  }),
  check(attributes, { account }, prior) {
    const topicArn = text(attributes.topic_arn);
    const refuse = (status: number, code: string, message: string) =>
      awsError("creating SNS Topic Subscription", "SNS", "Subscribe", status, code, message);
    if (account.objects.get(TOPIC, topicArn) === undefined) {
      throw refuse(404, "NotFound", "Topic does not exist");
    }
    const same = subscriptionsOf(account, topicArn).find(({ endpoint }) => endpoint === attributes.endpoint);
    const isDifferent = SUBSCRIPTION_ATTRIBUTES.some(
      (name) => (attributes[name] ?? null) !== null && attributes[name] !== (same?.[name] ?? null),
    );
    if (prior === null && same !== undefined && isDifferent) {
      const reason = "Invalid parameter: Attributes Reason: Subscription already exists with different attributes";
      throw refuse(400, "InvalidParameter", reason);
    }
    const redrive = text(attributes.redrive_policy);
    const parsed = redrive === "" ? {} : parseJson(redrive);
    if (
      typeof parsed !== "object" ||
      parsed === null ||
      Object.keys(parsed).some((key) => key !== "deadLetterTargetArn")
    ) {
      throw refuse(
        400,
        "InvalidParameter",
        "Invalid parameter: Attributes Reason: RedrivePolicy: unexpected attribute",
      );
    }
  },
};

export const snsBehaviours: Record<string, ResourceBehaviour> = {
  [TOPIC]: topic,
  [TOPIC_POLICY]: topicPolicy,
  [SUBSCRIPTION]: subscription,
};

/** The topic's subscriptions. */
export function subscriptionsOf(account: AccountSpace, topicArn: string): Attributes[] {
  return account.objects
    .all(SUBSCRIPTION)
    .map(({ attributes }) => attributes)
    .filter((attributes) => attributes.topic_arn === topicArn);
}
