import type { AccountPolicy, AccountRole, RoleKey } from "../plans";
import { withReferences } from "./cloudformation";
import type { TemplateResource } from "./cloudformation";

/**
 * Roles of the catalogue as CloudFormation resources: each role, and each of its customer managed policies.
 * CloudFormation has no tags for managed policies.
 */
export function roleResources(
  roles: readonly AccountRole[],
  parameters: readonly string[],
  dependsOn: readonly string[],
): Record<string, TemplateResource> {
  return Object.fromEntries(
    roles.flatMap((role) => [
      [roleLogicalId(role.key), roleResource(role, parameters, dependsOn)],
      ...role.policies.map((policy) => [policyLogicalId(role, policy), policyResource(role, policy, parameters)]),
    ]),
  ) as Record<string, TemplateResource>;
}

/** Logical ids of a role and its policies. */
export function logicalIdsOf(role: AccountRole): string[] {
  return [roleLogicalId(role.key), ...role.policies.map((policy) => policyLogicalId(role, policy))];
}

function roleResource(
  role: AccountRole,
  parameters: readonly string[],
  dependsOn: readonly string[],
): TemplateResource {
  const tags = Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value }));
  const after = [...dependsOn, ...role.trustsRoles.map(roleLogicalId)];
  return {
    Type: "AWS::IAM::Role",
    ...(after.length > 0 ? { DependsOn: after } : {}),
    Properties: withReferences(
      {
        RoleName: role.name,
        Path: role.path,
        Description: role.description,
        AssumeRolePolicyDocument: role.trust,
        ...(role.attachedPolicies.length > 0 ? { ManagedPolicyArns: role.attachedPolicies.map(({ arn }) => arn) } : {}),
        ...(role.permissionsBoundaryArn === undefined ? {} : { PermissionsBoundary: role.permissionsBoundaryArn }),
        ...(role.maxSessionDurationSeconds === undefined ? {} : { MaxSessionDuration: role.maxSessionDurationSeconds }),
        ...(tags.length > 0 ? { Tags: tags } : {}),
      },
      parameters,
    ) as Record<string, unknown>,
  };
}

function policyResource(role: AccountRole, policy: AccountPolicy, parameters: readonly string[]): TemplateResource {
  return {
    Type: "AWS::IAM::ManagedPolicy",
    Properties: {
      ...(withReferences(
        { ManagedPolicyName: policy.name, Path: role.path, PolicyDocument: policy.document },
        parameters,
      ) as object),
      Roles: [{ Ref: roleLogicalId(role.key) }],
    },
  };
}

function roleLogicalId(role: RoleKey): string {
  return `${pascalCase(role)}Role`;
}

function policyLogicalId(role: AccountRole, policy: AccountPolicy): string {
  return `${pascalCase(role.key)}${pascalCase(policy.key)}`;
}

/** Logical ids hold letters and digits only. */
function pascalCase(key: string): string {
  return key.replaceAll(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_match, first: string) => first.toUpperCase());
}
