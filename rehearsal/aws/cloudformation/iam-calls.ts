import { text, texts, isAttributes, type Attributes } from "../../protocol/values";
import type { AwsAccount } from "../account";
import { conditionValues, list, matches, statements } from "../policy";
import type { SendCall } from "./inline-function";

/** An error as the AWS SDK throws it. */
export class SdkError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

const PROVIDER = "aws_iam_openid_connect_provider";
const CREATED_TAG = "DefenderForCloud/created";

interface Input {
  readonly OpenIDConnectProviderArn?: string;
  readonly ClientID?: string;
  readonly Url?: string;
  readonly ClientIDList?: readonly string[];
  readonly ThumbprintList?: readonly string[];
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly TagKeys?: readonly string[];
}

/** IAM of the account, as code sees it that runs there under the role: only what the role's policies allow. */
export function iamCalls(account: AwsAccount, roleArn: string): SendCall {
  return (operation, input: Input) => {
    const target =
      input.OpenIDConnectProviderArn ??
      (input.Url === undefined ? "*" : account.arn("iam", `oidc-provider/${input.Url.slice("https://".length)}`));
    if (!allows(account, roleArn, `iam:${operation}`, target)) {
      const message = `${roleArn} is not authorized to perform: iam:${operation} on resource: ${target}`;
      return Promise.reject(new SdkError("AccessDenied", message));
    }
    try {
      return Promise.resolve(perform(account, operation, target, input));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

function allows(account: AwsAccount, roleArn: string, action: string, resource: string): boolean {
  const role = roleArn.split("/").at(-1) ?? "";
  const policies = account.objects
    .all("aws_iam_role_policy")
    .filter(({ attributes }) => attributes.role === role)
    .flatMap(({ attributes }) => statements(text(attributes.policy)) ?? []);
  const tags = tagsOf(account.objects.get(PROVIDER, resource)?.attributes);
  return policies.some((statement) => {
    const owners = conditionValues(statement, `aws:ResourceTag/${CREATED_TAG}`);
    return (
      statement.Effect === "Allow" &&
      list(statement.Action).some((pattern) => matches(pattern, action)) &&
      list(statement.Resource).some((pattern) => matches(pattern, resource)) &&
      (owners.length === 0 || owners.some((owner) => owner === tags[CREATED_TAG]))
    );
  });
}

function tagsOf(provider: Attributes | undefined): Attributes {
  return isAttributes(provider?.tags) ? provider.tags : {};
}

function perform(account: AwsAccount, operation: string, arn: string, input: Input): object {
  switch (operation) {
    case "ListRoles":
      return {
        Roles: account.objects.all("aws_iam_role").map(({ attributes }) => ({
          RoleName: text(attributes.name),
          AssumeRolePolicyDocument: encodeURIComponent(text(attributes.assume_role_policy)),
        })),
        IsTruncated: false,
      };
    case "CreateOpenIDConnectProvider":
      if (account.objects.get(PROVIDER, arn)) {
        throw new SdkError("EntityAlreadyExistsException", `Provider with url ${input.Url ?? ""} already exists.`);
      }
      account.create(
        PROVIDER,
        {
          url: input.Url ?? "",
          client_id_list: [...(input.ClientIDList ?? [])],
          thumbprint_list: [...(input.ThumbprintList ?? [])],
          tags: Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
        },
        account.cloud.region,
      );
      return { OpenIDConnectProviderArn: arn };
    default:
      return onProvider(account, operation, arn, input);
  }
}

function onProvider(account: AwsAccount, operation: string, arn: string, input: Input): object {
  const provider = account.objects.get(PROVIDER, arn);
  if (provider === undefined) {
    throw new SdkError("NoSuchEntityException", `OpenIDConnect Provider not found for arn ${arn}`);
  }
  const change = (attributes: Attributes): object => {
    provider.set({ ...provider.attributes, ...attributes }, account.clock.now);
    account.clock.record(account.id, operation, arn);
    return {};
  };
  const clientIds = texts(provider.attributes.client_id_list);
  const tags = tagsOf(provider.attributes);
  switch (operation) {
    case "GetOpenIDConnectProvider":
      return {
        Url: text(provider.attributes.url),
        ClientIDList: clientIds,
        ThumbprintList: texts(provider.attributes.thumbprint_list),
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      };
    case "DeleteOpenIDConnectProvider":
      account.delete(PROVIDER, arn);
      return {};
    case "AddClientIDToOpenIDConnectProvider":
      return change({ client_id_list: [...new Set([...clientIds, input.ClientID ?? ""])] });
    case "RemoveClientIDFromOpenIDConnectProvider":
      return change({ client_id_list: clientIds.filter((clientId) => clientId !== input.ClientID) });
    case "TagOpenIDConnectProvider":
      return change({
        tags: { ...tags, ...Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value])) },
      });
    case "UntagOpenIDConnectProvider":
      return change({
        tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !input.TagKeys?.includes(key))),
      });
    default:
      throw new Error(`the rehearsal's IAM has no operation ${operation}`);
  }
}
