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

/** Quotas of one identity provider (IAM and STS quotas, IAM User Guide). */
const MAX_AUDIENCES = 100;
const MAX_TAGS = 50;
const MAX_TAG_KEY = 128;
const MAX_TAG_VALUE = 256;

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
    const tagKeys = input.TagKeys ?? input.Tags?.map(({ Key }) => Key) ?? [];
    // Whoever creates with tags must be allowed to tag (IAM User Guide, tag OIDC identity providers).
    const actions = [operation, ...(input.Tags && input.Url !== undefined ? ["TagOpenIDConnectProvider"] : [])];
    const denied = actions.find((action) => !allows(account, roleArn, `iam:${action}`, target, tagKeys));
    if (denied !== undefined) {
      const message = `${roleArn} is not authorized to perform: iam:${denied} on resource: ${target}`;
      return Promise.reject(new SdkError("AccessDenied", message));
    }
    try {
      return Promise.resolve(perform(account, operation, target, input));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

function allows(
  account: AwsAccount,
  roleArn: string,
  action: string,
  resource: string,
  tagKeys: readonly string[],
): boolean {
  const role = roleArn.split("/").at(-1) ?? "";
  return account.objects
    .all("aws_iam_role_policy")
    .filter(({ attributes }) => attributes.role === role)
    .flatMap(({ attributes }) => statements(text(attributes.policy)) ?? [])
    .some((statement) => {
      const keyPatterns = conditionValues(statement, "aws:TagKeys");
      return (
        statement.Effect === "Allow" &&
        list(statement.Action).some((pattern) => matches(pattern, action)) &&
        list(statement.Resource).some((pattern) => matches(pattern, resource)) &&
        (keyPatterns.length === 0 || tagKeys.every((key) => keyPatterns.some((pattern) => matches(pattern, key))))
      );
    });
}

function tagsOf(provider: Attributes | undefined): Attributes {
  return isAttributes(provider?.tags) ? provider.tags : {};
}

function tagsIn(input: Input): Record<string, string> {
  return Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** Tags as IAM takes them: so many, and with letters, digits, spaces and `_.:/=+-@` in keys and values. */
function checkedTags(tags: Attributes): Attributes {
  if (Object.keys(tags).length > MAX_TAGS) {
    throw limitExceeded("TagsPerOpenIdConnectProvider", MAX_TAGS);
  }
  for (const [key, value] of Object.entries(tags)) {
    const isValid = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u.test(`${key}${text(value)}`);
    if (!isValid || key.length > MAX_TAG_KEY || text(value).length > MAX_TAG_VALUE) {
      throw new SdkError("ValidationException", `The tag ${key} = ${text(value)} is not valid`);
    }
  }
  return tags;
}

function limitExceeded(quota: string, limit: number): SdkError {
  return new SdkError("LimitExceededException", `Cannot exceed quota for ${quota}: ${limit}`);
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
          tags: checkedTags(tagsIn(input)),
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
    case "AddClientIDToOpenIDConnectProvider": {
      const added = [...new Set([...clientIds, input.ClientID ?? ""])];
      if (added.length > MAX_AUDIENCES) {
        throw limitExceeded("ClientIdsPerOpenIdConnectProvider", MAX_AUDIENCES);
      }
      return change({ client_id_list: added });
    }
    case "RemoveClientIDFromOpenIDConnectProvider":
      return change({ client_id_list: clientIds.filter((clientId) => clientId !== input.ClientID) });
    case "TagOpenIDConnectProvider":
      return change({ tags: checkedTags({ ...tags, ...tagsIn(input) }) });
    case "UntagOpenIDConnectProvider":
      return change({
        tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !input.TagKeys?.includes(key))),
      });
    default:
      throw new Error(`the rehearsal's IAM has no operation ${operation}`);
  }
}
