import type { AwsAccount, StackJson } from "../../rehearsal";

/** A role as IAM holds it, in a form that compares: documents parsed, lists in order. */
export interface RoleContents {
  readonly name: string;
  readonly path: unknown;
  readonly description: unknown;
  readonly permissionsBoundary: unknown;
  readonly maxSessionDuration: unknown;
  readonly tags: unknown;
  readonly trust: unknown;
  /** Attached policies: the statements of the customer's own, and null for those of AWS. */
  readonly policies: Readonly<Record<string, unknown>>;
}

interface Found {
  readonly roles: readonly Record<string, unknown>[];
  readonly policies: readonly Record<string, unknown>[];
  readonly attachments: readonly Record<string, unknown>[];
}

/** The roles in an account, without those whose names CloudFormation generated. */
export function rolesIn(account: AwsAccount): RoleContents[] {
  const all = (type: string) => account.objects.all(type).map(({ attributes }) => attributes);
  return contents({
    roles: all("aws_iam_role").filter(({ name }) => typeof name === "string" && !name.startsWith("StackSet-")),
    policies: all("aws_iam_policy"),
    attachments: all("aws_iam_role_policy_attachment"),
  });
}

/** The roles that a synthesized stack with literal values would make. */
export function rolesOfStack(stack: StackJson, accountId: string): RoleContents[] {
  const all = (type: string) =>
    Object.values((stack.resource?.[type] ?? {}) as Record<string, Record<string, unknown>>);
  const withArn = (policy: Record<string, unknown>) => ({
    ...policy,
    arn: `arn:aws:iam::${accountId}:policy${String(policy.path)}${String(policy.name)}`,
  });
  return contents({
    roles: all("aws_iam_role"),
    policies: all("aws_iam_policy").map(withArn),
    attachments: all("aws_iam_role_policy_attachment"),
  });
}

function contents({ roles, policies, attachments }: Found): RoleContents[] {
  const statements = (arn: unknown): unknown => {
    const policy = policies.find((other) => other.arn === arn);
    return policy === undefined ? null : JSON.parse(String(policy.policy));
  };
  return roles
    .map((role) => ({
      name: String(role.name),
      path: role.path,
      description: role.description,
      permissionsBoundary: role.permissions_boundary ?? null,
      maxSessionDuration: role.max_session_duration ?? null,
      tags: role.tags ?? {},
      trust: JSON.parse(String(role.assume_role_policy)) as unknown,
      policies: Object.fromEntries(
        attachments
          .filter((attachment) => attachment.role === role.name)
          .map(({ policy_arn: arn }): [string, unknown] => [String(arn), statements(arn)])
          .sort(([a], [b]) => a.localeCompare(b)),
      ),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
