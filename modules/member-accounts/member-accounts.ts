import type { CloudformationStackSet } from "@cdktf/provider-aws/lib/cloudformation-stack-set";
import type { CloudformationStackSetInstance } from "@cdktf/provider-aws/lib/cloudformation-stack-set-instance";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { PARTITION } from "../iam";
import type { Partition } from "../iam";
import { AWS_ACCOUNT_ID, AWS_REGION, AWS_TAGS, object, optional, text, withDefault } from "../inputs";
import {
  ACCESS_LEVEL,
  ARC_AUTOMATION_OPTIONS,
  DEFENDER_PLANS_WITH_EXTERNAL_ID,
  ENTRA_TENANT_ID,
  ROLE_OPTIONS_BY_ROLE,
} from "../plans";
import type { AccessLevel, ArcAutomationOptions, DefenderPlans, RoleKey, RoleOptionsByRole } from "../plans";
import { checkInputs, DependableConstruct, provider } from "../terraform";
import { checkMembers, MEMBER_ACCOUNTS_OPTIONS } from "./member-options";
import type { MemberAccountsOptions } from "./member-options";
import { inMembers } from "./member-role-options";
import { memberTemplate } from "./member-template";
import { deployToMembers } from "./stack-set";

/** The member accounts of an organization. Every value takes a literal or a Terraform value, unless it says otherwise. */
export interface MemberAccountsProps extends MemberAccountsOptions {
  /** The management account, 12 digits. The plan stops where the AWS credentials belong to another one. */
  readonly awsAccountId: string;
  /**
   * The one region of the stacks, which is the region of the AWS provider: a StackSet is found only in its region. IAM is
   * global, so the stacks of a second region would collide.
   */
  readonly awsRegion: string;
  /**
   * Partition of the organization; literal.
   * @default "aws"
   */
  readonly partition?: Partition;
  /** Entra tenant of the Azure subscription, a GUID in lower case. */
  readonly entraTenantId: string;
  /** How much Defender may do in each member: `default` or `leastPrivilege`; literal. */
  readonly accessLevel: AccessLevel;
  /** The Defender plans. With `containers.auditLogCollection` its `externalId` is required: the connector has the same. */
  readonly plans: DefenderPlans;
  /**
   * Options of the roles. In a member, an ARN of the management account becomes the ARN of the same object in the member. If the
   * management account is a Terraform value, an ARN with a literal account is refused.
   * @default the portal's names, no other options
   */
  readonly roles?: RoleOptionsByRole;
  /**
   * How instances are prepared for the Arc agent; `regions` is refused, because members have their stack in one region.
   * @default the portal's setup
   */
  readonly arcAutomation?: ArcAutomationOptions;
  /**
   * Tags of the StackSet, which CloudFormation propagates to the resources of the stacks.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * AWS provider, with credentials of the management account.
   * @default the stack's
   */
  readonly awsProvider?: TerraformProvider;
}

/** Schema of {@link MemberAccountsProps}. */
export const MEMBER_ACCOUNTS = object<MemberAccountsProps>()({
  awsAccountId: text(AWS_ACCOUNT_ID),
  awsRegion: text(AWS_REGION),
  partition: PARTITION,
  entraTenantId: text(ENTRA_TENANT_ID),
  accessLevel: ACCESS_LEVEL,
  plans: DEFENDER_PLANS_WITH_EXTERNAL_ID,
  roles: ROLE_OPTIONS_BY_ROLE,
  ...MEMBER_ACCOUNTS_OPTIONS,
  arcAutomation: withDefault(ARC_AUTOMATION_OPTIONS, {}),
  tags: optional(AWS_TAGS),
  awsProvider: optional(provider("aws")),
});

/**
 * The roles of the selected plans in every member account: a CloudFormation template, carried by one service-managed
 * StackSet with one instance per target. The number of resources does not depend on the number of accounts.
 *
 * Fails at synth with an InputError for a malformed selection, name or region, and for a template that CloudFormation would
 * refuse. Fails at plan if the caller is not the management account, if trusted access is off, if a target or an excluded
 * account is not in the organization, or if one target is below another.
 * @example
 * new MemberAccounts(this, "Members", {
 *   awsAccountId: "111122223333",
 *   awsRegion: "eu-central-1",
 *   entraTenantId: "11111111-2222-3333-4444-555555555555",
 *   accessLevel: "leastPrivilege",
 *   plans: { defenderCspm: {} },
 *   stackSetName: "defender-for-cloud",
 *   targets: ["r-ab12"],
 * });
 */
export class MemberAccounts extends DependableConstruct {
  /** The StackSet. */
  public readonly stackSet: CloudformationStackSet;
  /** Its instances, one for each target. */
  public readonly instances: CloudformationStackSetInstance;
  /** Logical ids in a member's stack, by the key of the role to which they belong: what CloudFormation names in its messages. */
  public readonly logicalIds: Readonly<Partial<Record<RoleKey, readonly string[]>>>;
  public readonly resources: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: MemberAccountsProps) {
    super(scope, id);
    const checked = checkInputs(MEMBER_ACCOUNTS, props, checkMembers);
    const { inputs } = checked;
    const { template, parameters, logicalIds } = memberTemplate({
      ...inputs,
      identityProvider: inputs.memberIdentityProvider,
      roles: inMembers(inputs.roles, inputs.awsAccountId),
    });
    const members = deployToMembers(this, checked, {
      name: "template of the member accounts",
      remedy: "select fewer plans, or shorten additionalStatements",
      description: template.Description,
      body: JSON.stringify(template),
      parameters,
    });
    this.stackSet = members.stackSet;
    this.instances = members.instances;
    this.logicalIds = logicalIds;
    this.resources = [this.stackSet, this.instances];
  }
}
