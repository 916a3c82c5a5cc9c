import { blocks, text, type Attributes } from "../protocol/values";
import { stableHex } from "../provider/state";
import { CloudError } from "../cloud-error";
import type { AwsAccount } from "./account";
import { bucketOwner } from "./s3";

/** The target of a lookup: the account and the Region. */
interface Target {
  readonly account: AwsAccount;
  readonly region: string;
}

type Read = (config: Attributes, target: Target) => Attributes;

const callerIdentity: Read = (_, { account }) => ({
  account_id: account.id,
  id: account.id,
  arn: `arn:${account.partition}:sts::${account.id}:assumed-role/rehearsal/terraform`,
  user_id: `AROA${stableHex(account.id, 17).toUpperCase()}:terraform`,
});

const partition: Read = (_, { account }) => ({
  id: account.partition,
  partition: account.partition,
  dns_suffix: account.cloud.urlSuffix,
  reverse_dns_prefix: account.cloud.urlSuffix.split(".").reverse().join("."),
});

const region: Read = (config, target) => {
  const name = text(config.region) || text(config.name) || target.region;
  return { id: name, name, region: name, endpoint: `ec2.${name}.${target.account.cloud.urlSuffix}`, description: name };
};

const identityProvider: Read = ({ arn, url }, { account }) => {
  if (typeof url === "string") {
    if (!/^https?:\/\//.test(url)) {
      throw new CloudError(`expected "url" to have a host, got ${url}`);
    }
    const found = account.iam.identityProvider(url);
    if (found === undefined) {
      throw new CloudError(`finding IAM OIDC Provider by url (${url}): not found`);
    }
    return found;
  }
  const found = account.read("aws_iam_openid_connect_provider", text(arn));
  if (found === null) {
    throw new CloudError(`reading IAM OIDC Provider (${text(arn)}): couldn't find resource`);
  }
  return found;
};

const role: Read = ({ name }, { account }) => {
  const found = account.read("aws_iam_role", text(name));
  if (found === null) {
    throw new CloudError(`reading IAM Role (${text(name)}): couldn't find resource`);
  }
  return { path: "/", max_session_duration: 3600, ...withoutNull(found) };
};

const roles: Read = ({ name_regex: pattern, path_prefix: prefix }, { account }) => {
  const found = account.objects
    .all("aws_iam_role")
    .filter(({ id }) => goPattern(text(pattern)).test(id))
    .filter(({ attributes }) => text(attributes.path).startsWith(text(prefix)));
  return {
    id: account.cloud.region,
    names: found.map(({ id }) => id),
    arns: found.map(({ attributes }) => text(attributes.arn)),
  };
};

/** A pattern of Go, which may start with the flag for case-insensitive. */
function goPattern(pattern: string): RegExp {
  return pattern.startsWith("(?i)") ? new RegExp(pattern.slice(4), "i") : new RegExp(pattern);
}

const queue: Read = ({ name }, { account, region }) => {
  const found = account.sqs.queues(region).find((attributes) => attributes.name === name);
  if (found === undefined) {
    throw new CloudError(
      `reading SQS Queue (${text(name)}) URL: operation error SQS: GetQueueUrl, https response error ` +
        "StatusCode: 400, AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.",
    );
  }
  return { ...found, tags: found.tags ?? {} };
};

/** A list that may be empty, where the look-up by name fails (SQS API reference, ListQueues). */
const queues: Read = ({ queue_name_prefix: prefix }, { account, region }) => ({
  id: region,
  queue_urls: account.sqs
    .queues(region)
    .filter(({ name }) => text(name).startsWith(text(prefix)))
    .map(({ url }) => text(url)),
});

const bucketNotification: Read = ({ bucket }, { account }) => {
  const name = text(bucket);
  const owner = bucketOwner(account, name, "read", `reading ${name}`);
  const found = owner.objects.get("aws_s3_bucket_notification", name)?.attributes ?? {};
  const rules = (kind: string, destination: string) =>
    blocks(found[kind]).map((rule) => ({
      id: text(rule.id),
      events: rule.events ?? [],
      filter_prefix: text(rule.filter_prefix),
      filter_suffix: text(rule.filter_suffix),
      [destination]: text(rule[destination]),
    }));
  return {
    eventbridge: found.eventbridge ?? false,
    queue: rules("queue", "queue_arn"),
    topic: rules("topic", "topic_arn"),
    lambda_function: rules("lambda_function", "lambda_function_arn"),
  };
};

function withoutNull(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));
}

const organization: Read = (_, { account }) => {
  const found = account.cloud.organizationInUse();
  const isManagement = account.id === found.managementAccountId;
  const owned = (kind: string, id: string) =>
    `arn:${account.partition}:organizations::${found.managementAccountId}:${kind}/o-rehearsal/${id}`;
  return {
    id: "o-rehearsal",
    arn: `arn:${account.partition}:organizations::${found.managementAccountId}:organization/o-rehearsal`,
    feature_set: found.featureSet,
    master_account_id: found.managementAccountId,
    ...(isManagement && {
      aws_service_access_principals: [...found.trustedServices],
      enabled_policy_types: [],
      roots: [{ id: found.rootId, name: "Root", arn: owned("root", found.rootId), policy_types: [] }],
      accounts: found.accounts().map(({ id, status }) => ({ id, status, name: id, arn: owned("account", id) })),
      non_master_accounts: found
        .accounts()
        .filter(({ id }) => id !== found.managementAccountId)
        .map(({ id, status }) => ({ id, status, name: id, arn: owned("account", id) })),
    }),
  };
};

const descendantUnits: Read = ({ parent_id: parentId }, { account }) => {
  const { units } = account.cloud.organizationInUse();
  const below = (parent: string): typeof units =>
    units.filter((unit) => unit.parentId === parent).flatMap((unit) => [unit, ...below(unit.id)]);
  return {
    id: text(parentId),
    children: below(text(parentId)).map(({ id, name }) => ({ id, name, arn: id })),
  };
};

const reads: Record<string, Read> = {
  aws_caller_identity: callerIdentity,
  aws_partition: partition,
  aws_region: region,
  aws_iam_openid_connect_provider: identityProvider,
  aws_iam_role: role,
  aws_iam_roles: roles,
  aws_sqs_queue: queue,
  aws_sqs_queues: queues,
  aws_s3_bucket_notification: bucketNotification,
  aws_organizations_organization: organization,
  aws_organizations_organizational_unit_descendant_organizational_units: descendantUnits,
};

/** Reads a data source; types without behaviour of their own look up the object by name. */
export function readData(type: string, config: Attributes, target: Target): Attributes {
  const read = reads[type];
  if (read) {
    return read(config, target);
  }
  const id = text(config.name) || text(config.bucket) || text(config.arn) || text(config.id);
  const found = target.account.read(type, id);
  if (found === null) {
    throw new CloudError(`reading ${type} (${id}): couldn't find resource`);
  }
  return found;
}
