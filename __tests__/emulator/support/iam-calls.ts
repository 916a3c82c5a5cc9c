import { SdkError, type SendCall } from "../../../rehearsal";
import { AwsError, type AwsApi } from "./aws-api";

/** IAM of the emulator, as code sees it that calls it through the AWS SDK: the same names, inputs and errors. */
export function iamCallsTo(aws: AwsApi): SendCall {
  return async (operation, input) => {
    try {
      if (operation === "GetOpenIDConnectProvider") {
        const { url, clientIds, thumbprints, tags } = await aws.getOidcProvider(String(input.OpenIDConnectProviderArn));
        const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
        return { Url: url, ClientIDList: clientIds, ThumbprintList: thumbprints, Tags };
      }
      if (operation === "ListRoles") {
        const roles = await aws.listRoles();
        const Roles = roles.map(({ trust }) => ({ AssumeRolePolicyDocument: encodeURIComponent(trust) }));
        return { Roles, IsTruncated: false };
      }
      await aws.query("iam", operation, Object.fromEntries(Object.entries(input).flatMap(queryParameters)));
      return {};
    } catch (error) {
      throw error instanceof AwsError ? new SdkError(`${error.code}Exception`, error.reason) : error;
    }
  };
}

/** AWS's query protocol counts the entries of a list: `Name.member.1`, and those of its structures below. */
function queryParameters([name, value]: [string, unknown]): [string, string][] {
  if (Array.isArray(value)) {
    return value.flatMap((entry, index) => queryParameters([`${name}.member.${index + 1}`, entry]));
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, entry]) => queryParameters([`${name}.${key}`, entry]))
    : [[name, String(value)]];
}
