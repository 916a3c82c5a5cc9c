import type { IncomingMessage } from "node:http";

/** Services whose name in a signature is not the prefix of their actions. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/** The action that a request needs, as an IAM policy names it: for instance `iam:GetRole`. */
export function actionOf({ headers, method = "", url = "" }: IncomingMessage, form: URLSearchParams): string {
  const [, signed = ""] = /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
  const service = PREFIXES[signed] ?? signed;
  const target = headers["x-amz-target"]?.toString().split(".").at(-1);
  // The protocol of CloudWatch has the operation in the path.
  const [, inPath] = /\/operation\/(\w+)$/.exec(url) ?? [];
  const operation = form.get("Action") ?? target ?? inPath;
  return `${service}:${operation ?? ofBucket(method, new URL(url, "http://localhost"))}`;
}

/** S3 has neither: only calls on the settings that the tests meet are known here. */
function ofBucket(method: string, { searchParams }: URL): string {
  const verb = { GET: "Get", PUT: "Put" }[method];
  if (method === "GET" && searchParams.has("location")) {
    return "GetBucketLocation";
  }
  if (method === "GET" && searchParams.has("encryption")) {
    return "GetEncryptionConfiguration";
  }
  if (method === "GET" && searchParams.has("list-type")) {
    return "ListBucket";
  }
  return searchParams.has("notification") && verb
    ? `${verb}BucketNotification`
    : `${method} ${searchParams.toString()}`;
}
