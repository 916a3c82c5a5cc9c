import { CloudformationStackSet } from "@cdktf/provider-aws/lib/cloudformation-stack-set";
import { CloudformationStackSetInstance } from "@cdktf/provider-aws/lib/cloudformation-stack-set-instance";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Fn, Op, TerraformIterator, Token } from "cdktf";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  AWS_REGION,
  checkFormat,
  checkInteger,
  checkKeys,
  checkOneOf,
  checkSwitch,
  STACK_SET_NAME,
  TEMPLATE_BUCKET_NAME,
  urlSuffix,
} from "../foundation";
import type { Partition } from "../foundation";
import type { ArcAutomationInput, RoleOptionsByRole } from "../plans";
import { InputChecks } from "../terraform";
import { MEMBER_IDENTITY_PROVIDER_MODES } from "./identity-provider-resources";
import type { MemberIdentityProviderMode } from "./identity-provider-resources";
import { inMembers } from "./member-role-options";
import { memberTemplate } from "./member-template";
import type { MemberTemplateInput } from "./member-template";
import { OrganizationGuard } from "./organization-guard";
import { checkOneRegion, checkSelection } from "./targets";
import { TemplateBucket } from "./template-bucket";
import type { TemplateBucketOptions } from "./template-bucket";
import { checkTemplateSize, inTerraform, templateText } from "./template-text";

/** How CloudFormation works through the member accounts. */
export interface MemberRollout {
  /**
   * Percentage of the accounts in which an operation may fail before CloudFormation stops it: 0 to 100. An operation
   * within the tolerance counts as succeeded, so look at the failed instances afterwards.
   * @default 10
   */
  readonly failureTolerancePercentage?: number;
  /**
   * Percentage of the accounts at work at one time: 1 to 100. CloudFormation works on at most one account more than
   * the tolerance admits to fail.
   * @default 10
   */
  readonly maxConcurrentPercentage?: number;
}

/** What members get, and which accounts are members. */
export interface MemberAccountsOptions {
  /**
   * Name of the StackSet: a letter, then letters, digits and hyphens, at most 128 characters. The connector names it
   * too: Defender finds the members through it. Changing it replaces the StackSet.
   */
  readonly stackSetName: string;
  /**
   * The root or organizational units whose accounts are members, those below them and those added later included:
   * `["r-ab12"]` is the whole organization. No target lies below another. Literals, or a Terraform list.
   */
  readonly targets: readonly string[];
  /**
   * Accounts below the targets that are left out, 12 digits each; never the management account. Literals, or a
   * Terraform list. The StackSet takes the list when a target is first deployed: an account that is named later keeps its
   * stack, and one that is no longer named gets none, until that is done by hand (examples/management-account).
   * @default none
   */
  readonly excludedAccountIds?: readonly string[];
  /**
   * What a member's stack does about the account's identity providers: `ensure`, `create` or `none`; literal.
   * @default "ensure"
   */
  readonly memberIdentityProvider?: MemberIdentityProviderMode;
  /**
   * Name of the role of the function that `ensure` puts into each member: 1 to 64 letters, digits or characters of
   * `_+=,.@-`; literal. For organizations whose policies demand names of a certain form. Path, permissions boundary, session
   * duration and tags are those of `roles.all`.
   * @default CloudFormation makes one up, which begins with "StackSet-"
   */
  readonly memberFunctionRoleName?: string;
  /**
   * How CloudFormation works through the accounts; literal.
   * @default up to 10 % of the accounts at a time; stopped when more than 10 % of them all have failed
   */
  readonly rollout?: MemberRollout;
  /**
   * Whether an account that leaves the targets keeps its stack. Literal; fixed when the StackSet is created: a change
   * replaces it.
   * @default false
   */
  readonly retainStacksOnAccountRemoval?: boolean;
  /**
   * Whether members keep their stacks when a target is removed or everything is destroyed. Literal; apply the change
   * before.
   * @default false
   */
  readonly retainStacksOnDestroy?: boolean;
  /**
   * Whether Terraform refuses to destroy or replace the StackSet and its instances: with them go the roles of every
   * member. Literal.
   * @default true
   */
  readonly preventDestroy?: boolean;
  /**
   * Bucket through which the template goes; needed where it has more than 51,200 bytes. Literal, except its name.
   * @default the template is sent inline
   */
  readonly templateBucket?: TemplateBucketOptions;
}

/** The member accounts of an organization. */
export interface MemberAccountsProps
  extends
    MemberAccountsOptions,
    Omit<MemberTemplateInput, "identityProvider" | "functionRoleName" | "arcAutomation" | "roles"> {
  /** The management account. */
  readonly managementAccountId: string;
  /** Partition of the organization. */
  readonly partition: Partition;
  /** The one region of the stacks, which is the region of the AWS provider: a StackSet is found only in its region. */
  readonly region: string;
  /**
   * Options of the roles. What names the management account in an ARN names the member itself there; where that account
   * is a Terraform value, an ARN with a literal account is refused.
   * @default none
   */
  readonly roles?: RoleOptionsByRole;
  /**
   * Instances that are made ready for the Arc agent.
   * @default every instance of the region
   */
  readonly arcAutomation?: Partial<ArcAutomationInput>;
  /**
   * Tags of the StackSet, which CloudFormation hands on to what the stacks create.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * AWS provider, with credentials of the management account.
   * @default the stack's
   */
  readonly provider?: AwsProvider;
}

/** Name of an IAM role (IAM API, CreateRole). */
const FUNCTION_ROLE_NAME = {
  expected: "1 to 64 letters, digits or characters of _+=,.@-",
  pattern: "^[A-Za-z0-9_+=,.@-]{1,64}$",
};

/** Hours that CloudFormation may work through thousands of accounts; Terraform's own patience is 30 minutes. */
const TIMEOUT = "12h";

/**
 * The roles of the selected plans in every member account: a CloudFormation template, carried by one service-managed
 * StackSet with one instance per target. The number of resources does not depend on the number of accounts.
 *
 * Fails at synth for a malformed selection, name or region and for a template that CloudFormation would not take, and at
 * plan where the caller is not the management account, where trusted access is off, where the organization does not
 * have a target or an excluded account and where one target lies below another.
 */
export class MemberAccounts extends Construct {
  /** What must exist before Defender looks for the members. */
  public readonly dependables: ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: MemberAccountsProps) {
    super(scope, id);
    const checks = new InputChecks();
    const selection = { ...props, excludedAccountIds: props.excludedAccountIds ?? [] };
    checks.format("stackSetName", props.stackSetName, STACK_SET_NAME);
    checkOneRegion("region", props.region);
    checks.format("region", props.region, AWS_REGION);
    checkSelection(selection, checks);
    const mode = props.memberIdentityProvider ?? "ensure";
    checkOneOf("memberIdentityProvider", mode, MEMBER_IDENTITY_PROVIDER_MODES);
    if (props.memberFunctionRoleName !== undefined) {
      checkFormat("memberFunctionRoleName", props.memberFunctionRoleName, FUNCTION_ROLE_NAME);
    }
    for (const option of ["retainStacksOnAccountRemoval", "retainStacksOnDestroy", "preventDestroy"] as const) {
      checkSwitch(option, props[option] ?? false);
    }
    const aws = props.provider ? { provider: props.provider } : {};
    const tags = props.tags ? { tags: { ...props.tags } } : {};

    const { template, parameters } = memberTemplate({
      ...props,
      identityProvider: mode,
      ...(props.memberFunctionRoleName === undefined ? {} : { functionRoleName: props.memberFunctionRoleName }),
      roles: inMembers(props.roles ?? {}, props.managementAccountId),
      arcAutomation: { targets: [{ key: "InstanceIds", values: ["*"] }], ...props.arcAutomation },
    });
    const text = templateText(template);
    checkTemplateSize(text, props.templateBucket !== undefined);
    const bucket = props.templateBucket ? this.templateBucket(props, props.templateBucket, text, checks) : undefined;

    new OrganizationGuard(this, "OrganizationGuard", { ...selection, checks, ...aws });
    const preferences = operationPreferences(props.rollout ?? {});
    const stackSet = new CloudformationStackSet(this, "StackSet", {
      name: props.stackSetName,
      description: template.Description,
      permissionModel: "SERVICE_MANAGED",
      callAs: "SELF",
      capabilities: ["CAPABILITY_NAMED_IAM"],
      autoDeployment: {
        enabled: true,
        retainStacksOnAccountRemoval: props.retainStacksOnAccountRemoval ?? false,
      },
      // Queues operations that would conflict, such as an auto-deployment during an update.
      managedExecution: { active: true },
      operationPreferences: preferences,
      parameters,
      ...(bucket ? { templateUrl: bucket.templateUrl } : { templateBody: inTerraform(text) }),
      ...tags,
      ...aws,
      dependsOn: bucket?.dependables ?? [],
      timeouts: { update: TIMEOUT },
      lifecycle: {
        preventDestroy: props.preventDestroy ?? true,
        // CloudFormation reports a role here that service-managed StackSets do not have (provider issue 23464).
        ignoreChanges: ["administration_role_arn"],
      },
    });
    const target = TerraformIterator.fromList([...props.targets]);
    const instances = new CloudformationStackSetInstance(this, "Instances", {
      forEach: target,
      stackSetName: stackSet.name,
      callAs: "SELF",
      stackSetInstanceRegion: props.region,
      deploymentTargets: {
        organizationalUnitIds: [target.value],
        ...leavingOut(selection.excludedAccountIds),
      },
      operationPreferences: preferences,
      retainStack: props.retainStacksOnDestroy ?? false,
      ...aws,
      timeouts: { create: TIMEOUT, update: TIMEOUT, delete: TIMEOUT },
      lifecycle: {
        preventDestroy: props.preventDestroy ?? true,
        // Any change of these would delete and recreate the stacks of every account of the target, or fail.
        ignoreChanges: ["deployment_targets", "operation_preferences"],
      },
    });
    this.dependables = [stackSet, instances];
  }

  private templateBucket(
    props: MemberAccountsProps,
    options: TemplateBucketOptions,
    text: string,
    checks: InputChecks,
  ): TemplateBucket {
    checkKeys<TemplateBucketOptions>("templateBucket", options, { name: true, create: true });
    checkSwitch("templateBucket.create", options.create ?? false);
    checks.format("templateBucket.name", options.name, TEMPLATE_BUCKET_NAME);
    return new TemplateBucket(this, "TemplateBucket", {
      ...options,
      template: inTerraform(text),
      keyPrefix: props.stackSetName,
      partition: props.partition,
      region: props.region,
      urlSuffix: urlSuffix(props.partition),
      ...(props.tags ? { tags: props.tags } : {}),
      ...(props.provider ? { provider: props.provider } : {}),
    });
  }
}

/** The account filter of a target. Without an account to leave out there is none, which of a Terraform list only it knows. */
function leavingOut(accounts: readonly string[]) {
  if (Token.isUnresolved(accounts)) {
    const isFilled = Op.gte(Fn.lengthOf(accounts), 1);
    return {
      accountFilterType: Token.asString(Fn.conditional(isFilled, "DIFFERENCE", Token.nullValue())),
      accounts: [...accounts],
    };
  }
  return accounts.length === 0 ? {} : { accountFilterType: "DIFFERENCE", accounts: [...accounts] };
}

function operationPreferences(rollout: MemberRollout) {
  const { failureTolerancePercentage = 10, maxConcurrentPercentage = 10 } = rollout;
  checkKeys<MemberRollout>("rollout", rollout, { failureTolerancePercentage: true, maxConcurrentPercentage: true });
  checkInteger("rollout.failureTolerancePercentage", failureTolerancePercentage, 0, 100, "percent");
  checkInteger("rollout.maxConcurrentPercentage", maxConcurrentPercentage, 1, 100, "percent");
  return { failureTolerancePercentage, maxConcurrentPercentage };
}
