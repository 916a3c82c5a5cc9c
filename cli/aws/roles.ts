import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from "@aws-sdk/client-iam";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { readingOf } from "./errors";
import { tagsOf } from "./tags";

/** A managed policy that is attached to a role. */
export interface AttachedPolicyFacts {
  readonly arn: string;
  readonly name: string;
  /** The default version, JSON; absent for policies of AWS, which are not read. */
  readonly document?: string;
  /** Absent for policies of AWS, which are not read. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** An IAM role. */
export interface RoleFacts {
  readonly arn: string;
  /** Trust policy, JSON. */
  readonly trust: string;
  readonly attachedPolicies: readonly AttachedPolicyFacts[];
  /** Names of its inline policies. */
  readonly inlinePolicies: readonly string[];
  readonly permissionsBoundaryArn?: string;
  readonly maxSessionDurationSeconds?: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A role with its policies; undefined: no role of this name. */
export async function readRole(
  { iam }: Pick<AwsClients, "iam">,
  name: string,
): Promise<Reading<RoleFacts | undefined>> {
  return readingOf(["NoSuchEntity", "NoSuchEntityException"], async () => {
    const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: name }));
    const attached: AttachedPolicyFacts[] = [];
    for await (const page of paginateListAttachedRolePolicies({ client: iam }, { RoleName: name })) {
      for (const { PolicyArn = "", PolicyName = "" } of page.AttachedPolicies ?? []) {
        attached.push({ arn: PolicyArn, name: PolicyName, ...(await ownPolicy(iam, PolicyArn)) });
      }
    }
    const inline: string[] = [];
    for await (const page of paginateListRolePolicies({ client: iam }, { RoleName: name })) {
      inline.push(...(page.PolicyNames ?? []));
    }
    const boundary = role?.PermissionsBoundary?.PermissionsBoundaryArn;
    return {
      arn: role?.Arn ?? "",
      trust: decodeURIComponent(role?.AssumeRolePolicyDocument ?? ""),
      attachedPolicies: attached,
      inlinePolicies: inline,
      tags: tagsOf(role?.Tags),
      ...(boundary === undefined ? {} : { permissionsBoundaryArn: boundary }),
      ...(role?.MaxSessionDuration === undefined ? {} : { maxSessionDurationSeconds: role.MaxSessionDuration }),
    };
  });
}

/** What a policy of the account says. AWS writes its own policies. */
async function ownPolicy(iam: AwsClients["iam"], arn: string): Promise<Pick<AttachedPolicyFacts, "document" | "tags">> {
  if (/^arn:[^:]+:iam::aws:/.test(arn)) {
    return {};
  }
  const { Policy: policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
  const { PolicyVersion: version } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: policy?.DefaultVersionId }),
  );
  return { document: decodeURIComponent(version?.Document ?? ""), tags: tagsOf(policy?.Tags) };
}
