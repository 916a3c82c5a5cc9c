import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { policyJson } from "../terraform";
import type { AccountPolicy, AccountRole, RoleKey } from "../plans";

/** Roles to create in one account. */
export interface IamRolesProps {
  /** The roles, as the catalogue describes them for the account. */
  readonly roles: readonly AccountRole[];
  /** Partition of the account. */
  readonly partition: string;
  /** The account, 12 digits. */
  readonly accountId: string;
  /**
   * What must exist before the roles, the identity providers above all.
   * @default nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
  /**
   * AWS provider.
   * @default the stack's
   */
  readonly provider?: AwsProvider;
}

/** Renders roles of the catalogue as Terraform resources: role, customer managed policies, attachments. */
export class IamRoles extends Construct {
  private readonly created = new Map<RoleKey, ITerraformDependable[]>();

  private readonly props: IamRolesProps;
  private readonly provider: { provider?: AwsProvider };

  public constructor(scope: Construct, id: string, props: IamRolesProps) {
    super(scope, id);
    this.props = props;
    this.provider = props.provider ? { provider: props.provider } : {};
    for (const role of props.roles) {
      this.createRole(role);
    }
  }

  /** What must exist before one of the roles, or any of them, is used: its attachments, which wait for the role itself. */
  public dependables(key?: RoleKey): ITerraformDependable[] {
    return key === undefined ? [...this.created.values()].flat() : (this.created.get(key) ?? []);
  }

  private createRole(role: AccountRole): void {
    const scope = new Construct(this, role.key);
    const resource = new IamRole(scope, "Resource", {
      name: role.name,
      path: role.path,
      description: role.description,
      assumeRolePolicy: policyJson(role.trust),
      ...tagsOf(role),
      dependsOn: [...(this.props.dependsOn ?? []), ...role.trustsRoles.flatMap((trusted) => this.dependables(trusted))],
      ...(role.permissionsBoundaryArn === undefined ? {} : { permissionsBoundary: role.permissionsBoundaryArn }),
      ...(role.maxSessionDurationSeconds === undefined ? {} : { maxSessionDuration: role.maxSessionDurationSeconds }),
      ...this.provider,
    });
    this.created.set(role.key, [
      ...role.attachedPolicies.map(({ key, arn }) => this.attach(scope, key, role, arn, [resource])),
      ...role.policies.map((policy) => this.createPolicy(scope, policy, role, resource)),
    ]);
  }

  private createPolicy(
    scope: Construct,
    policy: AccountPolicy,
    role: AccountRole,
    owner: IamRole,
  ): IamRolePolicyAttachment {
    const { partition, accountId, dependsOn = [] } = this.props;
    const resource = new IamPolicy(scope, policy.key, {
      name: policy.name,
      path: role.path,
      policy: policyJson(policy.document),
      ...tagsOf(role),
      // A policy needs no identity provider, but nothing is created where AWS refuses that first step.
      dependsOn: [...dependsOn],
      ...this.provider,
    });
    const arn = `arn:${partition}:iam::${accountId}:policy${role.path}${policy.name}`;
    return this.attach(scope, policy.key, role, arn, [owner, resource]);
  }

  private attach(
    scope: Construct,
    key: string,
    role: AccountRole,
    policyArn: string,
    dependsOn: (IamRole | IamPolicy)[],
  ): IamRolePolicyAttachment {
    return new IamRolePolicyAttachment(scope, `${key}-attachment`, {
      role: role.name,
      policyArn,
      dependsOn,
      ...this.provider,
    });
  }
}

function tagsOf(role: AccountRole): { tags?: Record<string, string> } {
  return Object.keys(role.tags).length === 0 ? {} : { tags: { ...role.tags } };
}
