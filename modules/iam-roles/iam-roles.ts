import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePoliciesExclusive } from "@cdktf/provider-aws/lib/iam-role-policies-exclusive";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { IamRolePolicyAttachmentsExclusive } from "@cdktf/provider-aws/lib/iam-role-policy-attachments-exclusive";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { PARTITION, urlSuffix } from "../iam";
import type { Partition } from "../iam";
import { AWS_ACCOUNT_ID, AWS_REGION, object, optional, text, withDefault } from "../inputs";
import type { Read } from "../inputs";
import {
  ACCESS_LEVEL,
  accountRoles,
  ARC_AUTOMATION_OPTIONS,
  DEFENDER_PLANS_WITH_EXTERNAL_ID,
  ENTRA_TENANT_ID,
  ROLE_KEYS,
  ROLE_OPTIONS_BY_ROLE,
  roleSettings,
  rolesOf,
} from "../plans";
import type {
  AccessLevel,
  AccountPolicy,
  AccountRole,
  ArcAutomationOptions,
  DefenderPlans,
  RoleKey,
  RoleOptionsByRole,
} from "../plans";
import {
  AccountGuard,
  both,
  checkInputs,
  DependableConstruct,
  dependencies,
  dependencyAddress,
  equal,
  ImportBlock,
  policyJson,
  provider,
  waitFor,
} from "../terraform";
import type { RuleChecks } from "../terraform";
import { checkExistingRole } from "./existing-role";
import { RolesFound } from "./roles-found";

/** The roles of the selected plans in one account. Every value takes a literal or a Terraform value, unless it says otherwise. */
export interface IamRolesProps {
  /** The AWS account, 12 digits. */
  readonly awsAccountId: string;
  /** Region of the AWS provider, as a region code: the name of the role arcHostManagement contains it. */
  readonly awsRegion: string;
  /**
   * Partition of the account; literal.
   * @default "aws"
   */
  readonly partition?: Partition;
  /** Entra tenant of the Azure subscription, a GUID in lower case. */
  readonly entraTenantId: string;
  /** How much Defender may do in the account: `default` or `leastPrivilege`; literal. */
  readonly accessLevel: AccessLevel;
  /**
   * The Defender plans. With `containers.auditLogCollection` its `externalId` is required: the connector has the same.
   */
  readonly plans: DefenderPlans;
  /**
   * Names, paths, boundaries and further permissions of the roles, or roles that exist already.
   * @default the portal's names, nothing further
   */
  readonly roles?: RoleOptionsByRole;
  /**
   * Options of the automation that the role arcHostManagement runs.
   * @default the portal's setup
   */
  readonly arcAutomation?: ArcAutomationOptions;
  /**
   * What must exist before the roles, the identity providers above all.
   * @default nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
  /**
   * AWS provider.
   * @default the stack's
   */
  readonly awsProvider?: TerraformProvider;
}

/** Schema of {@link IamRolesProps}. */
export const IAM_ROLES = object<IamRolesProps>()({
  awsAccountId: text(AWS_ACCOUNT_ID),
  awsRegion: text(AWS_REGION),
  partition: PARTITION,
  entraTenantId: text(ENTRA_TENANT_ID),
  accessLevel: ACCESS_LEVEL,
  plans: DEFENDER_PLANS_WITH_EXTERNAL_ID,
  roles: ROLE_OPTIONS_BY_ROLE,
  arcAutomation: withDefault(ARC_AUTOMATION_OPTIONS, {}),
  dependsOn: optional(dependencies()),
  awsProvider: optional(provider("aws")),
});

/** The Terraform resources of one role. */
export interface RoleResources {
  /** The role. */
  readonly role: IamRole;
  /** Its customer managed policies. */
  readonly policies: readonly IamPolicy[];
  /** The attachments of all its policies; they wait for role and policy. */
  readonly attachments: readonly IamRolePolicyAttachment[];
  /** Where the role is taken over: what holds it to exactly the declared policies. */
  readonly exclusive: readonly (IamRolePolicyAttachmentsExclusive | IamRolePoliciesExclusive)[];
}

/**
 * The IAM roles of the selected plans: role, customer managed policies, attachments. They trust the account's identity
 * provider, which must exist first ({@link IdentityProvider}). The plan stops where a role of a declared name exists that this
 * state does not hold, unless it is to be taken over (`adoptExisting`).
 *
 * Fails at synth with an InputError for a malformed literal and for what IAM's limits refuse, and at plan for a malformed
 * Terraform value, and for a role of `existingRoleArn` that is missing or does not trust who shall assume it.
 * @example
 * new IamRoles(this, "Roles", {
 *   awsAccountId: "111122223333",
 *   awsRegion: "eu-central-1",
 *   entraTenantId: "11111111-2222-3333-4444-555555555555",
 *   accessLevel: "leastPrivilege",
 *   plans: { defenderCspm: {} },
 *   dependsOn: [identityProvider],
 * });
 */
export class IamRoles extends DependableConstruct {
  /** ARNs of the selected roles, created or existing, by their key. */
  public readonly roleArns: Readonly<Partial<Record<RoleKey, string>>>;
  /** The resources of each created role, by its key. */
  public readonly roles: Readonly<Partial<Record<RoleKey, RoleResources>>>;

  private readonly props: Read<typeof IAM_ROLES>;

  public constructor(scope: Construct, id: string, props: IamRolesProps) {
    super(scope, id);
    const checked = checkInputs(IAM_ROLES, props, checkExistingRoles);
    const { inputs } = checked;
    this.props = inputs;
    AccountGuard.of(this, inputs, checked);
    const { plans, awsAccountId, awsRegion, partition, entraTenantId } = inputs;
    const keys = rolesOf(plans);
    const { roles, existing, context } = accountRoles(
      keys,
      inputs.accessLevel,
      {
        accountId: awsAccountId,
        partition,
        urlSuffix: urlSuffix(partition),
        region: awsRegion,
        entraTenantId,
        settings: roleSettings(plans, inputs.arcAutomation),
      },
      inputs.roles,
    );
    this.roleArns = Object.fromEntries(keys.map((role) => [role, context.roleArn(role)]));
    const named = roles.map((role) => ({ ...role, arn: context.roleArn(role.key) }));
    const found = new RolesFound(this, "Found", { created: named, existing, awsProvider: inputs.awsProvider });
    for (const role of existing) {
      checkExistingRole(new Construct(this, role.key), role, found.namesOf(role), inputs.awsProvider);
    }
    const created: Partial<Record<RoleKey, RoleResources>> = {};
    for (const role of roles) {
      created[role.key] = this.createRole(
        role,
        role.trustsRoles.flatMap((trusted) => created[trusted]?.attachments ?? []),
        role.adoptExisting ? found.namesOf({ name: role.name, arn: context.roleArn(role.key) }) : undefined,
      );
    }
    this.roles = created;
  }

  /** The attachments of every role, and what takes other policies away. */
  public get resources(): readonly ITerraformDependable[] {
    return Object.values(this.roles).flatMap(({ attachments, exclusive }) => [...attachments, ...exclusive]);
  }

  private createRole(
    role: AccountRole,
    trusted: readonly ITerraformDependable[],
    toImport: string | undefined,
  ): RoleResources {
    const { dependsOn = [], awsProvider } = this.props;
    const scope = new Construct(this, role.key);
    const resource = waitFor(
      new IamRole(scope, "Resource", {
        name: role.name,
        path: role.path,
        description: role.description,
        assumeRolePolicy: policyJson(role.trust),
        ...tagsOf(role),
        permissionsBoundary: role.permissionsBoundaryArn,
        maxSessionDuration: role.maxSessionDurationSeconds,
        provider: awsProvider,
      }),
      [...dependsOn, ...trusted],
    );
    const attached = role.attachedPolicies.map(({ key, arn }) => this.attach(scope, key, role, arn, resource));
    const own = role.policies.map((policy) => this.createPolicy(scope, policy, role, resource));
    const attachments = [...attached, ...own.map(({ attachment }) => attachment)];
    const exclusive = toImport === undefined ? [] : this.onlyThese(scope, role, attachments);
    if (toImport !== undefined) {
      for (const imported of [resource, ...exclusive]) {
        new ImportBlock(imported, "${each.value}", toImport);
      }
    }
    return { role: resource, policies: own.map(({ policy }) => policy), attachments, exclusive };
  }

  /** Detaches and deletes every other policy of the role. Imported with it, so that the plan shows what is removed. */
  private onlyThese(
    scope: Construct,
    role: AccountRole,
    attachments: IamRolePolicyAttachment[],
  ): RoleResources["exclusive"] {
    const config = { roleName: role.name, provider: this.props.awsProvider };
    return [
      new IamRolePolicyAttachmentsExclusive(scope, "Only_these_policies", {
        ...config,
        policyArns: attachments.map(({ policyArnInput }) => policyArnInput ?? ""),
      }),
      new IamRolePoliciesExclusive(scope, "No_inline_policies", { ...config, policyNames: [] }),
    ].map((exclusive) => waitFor(exclusive, attachments));
  }

  private createPolicy(
    scope: Construct,
    policy: AccountPolicy,
    role: AccountRole,
    owner: IamRole,
  ): { policy: IamPolicy; attachment: IamRolePolicyAttachment } {
    const { partition, awsAccountId, dependsOn = [], awsProvider } = this.props;
    const resource = waitFor(
      new IamPolicy(scope, policy.key, {
        name: policy.name,
        path: role.path,
        policy: policyJson(policy.document),
        ...tagsOf(role),
        // A policy that was taken over may have one, and AWS cannot change it: the policy would be replaced.
        lifecycle: { ignoreChanges: ["description"] },
        provider: awsProvider,
      }),
      // A policy needs no identity provider, but nothing is created where AWS refuses that first step.
      dependsOn,
    );
    const arn = `arn:${partition}:iam::${awsAccountId}:policy${role.path}${policy.name}`;
    if (policy.adopt) {
      new ImportBlock(resource, arn);
    }
    return { policy: resource, attachment: this.attach(scope, policy.key, role, arn, owner, [resource]) };
  }

  private attach(
    scope: Construct,
    key: string,
    role: AccountRole,
    policyArn: string,
    owner: IamRole,
    policies: readonly IamPolicy[] = [],
  ): IamRolePolicyAttachment {
    return waitFor(
      new IamRolePolicyAttachment(scope, `${key}-attachment`, {
        role: role.name,
        policyArn,
        // A role that is replaced under its name cannot be deleted before, and would lack its policies afterwards.
        lifecycle: { replaceTriggeredBy: [`${dependencyAddress(owner)}.unique_id`] },
        provider: this.props.awsProvider,
      }),
      [owner, ...policies],
    );
  }
}

/** A role that exists is one of the connected account: Defender assumes it there. */
function checkExistingRoles({ roles, awsAccountId, partition }: Read<typeof IAM_ROLES>, checks: RuleChecks): void {
  for (const key of ROLE_KEYS) {
    const arn = roles[key]?.existingRoleArn;
    if (arn !== undefined) {
      const [, arnPartition = "", , , accountId = ""] = arn.split(":");
      checks.holds(
        both(equal(arnPartition, partition), equal(accountId, awsAccountId)),
        `roles.${key}.existingRoleArn`,
        arn,
        `expected a role of account ${awsAccountId}, in partition ${partition}`,
      );
    }
  }
}

function tagsOf(role: AccountRole): { tags?: Record<string, string> } {
  return Object.keys(role.tags).length === 0 ? {} : { tags: { ...role.tags } };
}
