import type { AccountPolicy, AccountRole, RoleKey, RoleOptions } from "../plans";
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
  const after = [...dependsOn, ...role.trustsRoles.map(roleLogicalId)];
  return {
    Type: "AWS::IAM::Role",
    ...(after.length > 0 ? { DependsOn: after } : {}),
    Properties: withReferences(
      {
        RoleName: role.name,
        Description: role.description,
        AssumeRolePolicyDocument: role.trust,
        ...(role.attachedPolicies.length > 0 ? { ManagedPolicyArns: role.attachedPolicies.map(({ arn }) => arn) } : {}),
        ...optionProperties(role),
      },
      parameters,
    ) as Record<string, unknown>,
  };
}

/** Properties of every role of a stack. */
export function optionProperties(
  options: Pick<RoleOptions, "path" | "permissionsBoundaryArn" | "maxSessionDurationSeconds" | "tags">,
): Record<string, unknown> {
  const { path = "/", permissionsBoundaryArn, maxSessionDurationSeconds, tags = {} } = options;
  const tagList = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    ...pathProperty(path),
    ...(permissionsBoundaryArn === undefined ? {} : { PermissionsBoundary: permissionsBoundaryArn }),
    ...(maxSessionDurationSeconds === undefined ? {} : { MaxSessionDuration: maxSessionDurationSeconds }),
    ...(tagList.length > 0 ? { Tags: tagList } : {}),
  };
}

/** CloudFormation's own default is left out: a template has room for 51,200 bytes. */
function pathProperty(path: string): object {
  return path === "/" ? {} : { Path: path };
}

function policyResource(role: AccountRole, policy: AccountPolicy, parameters: readonly string[]): TemplateResource {
  return {
    Type: "AWS::IAM::ManagedPolicy",
    Properties: {
      ...(withReferences(
        { ManagedPolicyName: policy.name, ...pathProperty(role.path), PolicyDocument: policy.document },
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
