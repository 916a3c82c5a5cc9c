import { CloudformationStackSet } from "@cdktf/provider-aws/lib/cloudformation-stack-set";
import { CloudformationStackSetInstance } from "@cdktf/provider-aws/lib/cloudformation-stack-set-instance";
import { TerraformIterator } from "cdktf";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { checkTemplateSize, inTerraform, TemplateBucket } from "../cloudformation";
import { PARTITION, urlSuffix } from "../iam";
import type { Partition } from "../iam";
import {
  AWS_ACCOUNT_ID,
  AWS_REGION,
  AWS_TAGS,
  flag,
  isTerraformList,
  list,
  object,
  optional,
  ORGANIZATION_TARGET,
  STACK_SET_NAME,
  TEMPLATE_BUCKET_NAME,
  text,
  wholeNumber,
  withDefault,
} from "../inputs";
import type { Read } from "../inputs";
import {
  ACCESS_LEVEL,
  ARC_AUTOMATION_OPTIONS,
  DEFENDER_PLANS_WITH_EXTERNAL_ID,
  ENTRA_TENANT_ID,
  ROLE_OPTIONS_BY_ROLE,
} from "../plans";
import type { AccessLevel, ArcAutomationOptions, DefenderPlans, RoleOptionsByRole } from "../plans";
import { AccountGuard, checkInputs, DependableConstruct, expression, provider } from "../terraform";
import type { RuleChecks } from "../terraform";
import { MEMBER_IDENTITY_PROVIDER } from "./identity-provider-resources";
import type { MemberIdentityProviderOptions } from "./identity-provider-resources";
import { inMembers } from "./member-role-options";
import { memberTemplate } from "./member-template";
import { AT_LEAST_ONE_TARGET, MANAGEMENT_EXCLUDED, OrganizationGuard } from "./organization-guard";

/** How CloudFormation works through the member accounts. */
export interface MemberRollout {
  /**
   * Percentage of the accounts in which an operation may fail before CloudFormation stops it: 0 to 100. An operation
   * within the tolerance counts as succeeded, so look at the failed instances afterwards.
   * @default 10
   */
  readonly failureTolerancePercentage?: number;
  /**
   * Percentage of the accounts that are processed at one time: 1 to 100. CloudFormation processes at most one account more
   * than the tolerance allows to fail.
   * @default 10
   */
  readonly maxConcurrentPercentage?: number;
}

/** Which accounts are members, and how their stacks are deployed. */
export interface MemberAccountsOptions {
  /**
   * Name of the StackSet: a letter, then letters, digits and hyphens, at most 128 characters. The connector names it
   * too: Defender finds the members through it. A change replaces the StackSet.
   */
  readonly stackSetName: string;
  /**
   * The root or organizational units whose accounts are members, including accounts in nested units and accounts that join
   * later: `["r-ab12"]` is the whole organization. No target may be below another. Literals, or a Terraform list.
   */
  readonly targets: readonly string[];
  /**
   * Accounts below the targets that are left out, 12 digits each; never the management account. Literals, or a
   * Terraform list. The StackSet takes the list when a target is first deployed: an account that you add to the
   * list later keeps its stack, and one that you remove gets no stack, until you do that manually (examples/management-account).
   * @default none
   */
  readonly excludedAccountIds?: readonly string[];
  /**
   * How a member's stack manages the account's identity providers: `ensure`, `create` or `none`; literal.
   * @default { mode: "ensure" }
   */
  readonly memberIdentityProvider?: MemberIdentityProviderOptions;
  /**
   * How CloudFormation processes the accounts; literal.
   * @default up to 10 % of the accounts at a time; stops when more than 10 % of all accounts have failed
   */
  readonly rollout?: MemberRollout;
  /**
   * Whether an account that leaves the targets keeps its stack. Literal; fixed when the StackSet is created: a change
   * replaces it.
   * @default false
   */
  readonly retainStacksOnAccountRemoval?: boolean;
  /**
   * Whether members keep their stacks when a target is removed or everything is destroyed. Literal; apply a change of it
   * before.
   * @default false
   */
  readonly retainStacksOnDestroy?: boolean;
  /**
   * Whether Terraform refuses to destroy or replace the StackSet and its instances, which would delete the roles of every
   * member. Literal.
   * @default true
   */
  readonly preventDestroy?: boolean;
  /**
   * Name of a bucket through which the template is sent, in the region of the StackSet; required if the template has more than
   * 51,200 bytes. 3 to 63 lower-case letters, digits and hyphens.
   * @default the template is sent inline
   */
  readonly templateBucketName?: string;
  /**
   * Whether the bucket is created here: private, versioned, encrypted, reachable through TLS only; literal.
   * @default false: it exists already, and the caller may read it
   */
  readonly createTemplateBucket?: boolean;
}

/** Schemas of {@link MemberAccountsOptions}. */
export const MEMBER_ACCOUNTS_OPTIONS = {
  stackSetName: text(STACK_SET_NAME),
  targets: list(text(ORGANIZATION_TARGET), {
    least: 1,
    size: AT_LEAST_ONE_TARGET,
    distinct: "list each target only once",
    terraformEntries: ORGANIZATION_TARGET,
  }),
  excludedAccountIds: withDefault(
    list(text(AWS_ACCOUNT_ID), { distinct: "list each account only once", terraformEntries: AWS_ACCOUNT_ID }),
    [],
  ),
  memberIdentityProvider: withDefault(MEMBER_IDENTITY_PROVIDER, { mode: "ensure" }),
  rollout: withDefault(
    object<MemberRollout>()({
      failureTolerancePercentage: withDefault(wholeNumber(0, 100, "percent"), 10),
      maxConcurrentPercentage: withDefault(wholeNumber(1, 100, "percent"), 10),
    }),
    {},
  ),
  retainStacksOnAccountRemoval: withDefault(flag(), false),
  retainStacksOnDestroy: withDefault(flag(), false),
  preventDestroy: withDefault(flag(), true),
  templateBucketName: optional(text(TEMPLATE_BUCKET_NAME)),
  createTemplateBucket: withDefault(flag(), false),
};

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

type Inputs = Read<typeof MEMBER_ACCOUNTS>;

/** CloudFormation may need hours for thousands of accounts; Terraform's default timeout is 30 minutes. */
const TIMEOUT = "12h";

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
  public readonly resources: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: MemberAccountsProps) {
    super(scope, id);
    const checked = checkInputs(MEMBER_ACCOUNTS, props, checkMembers);
    const { inputs } = checked;
    const { template, parameters } = memberTemplate({
      ...inputs,
      identityProvider: inputs.memberIdentityProvider,
      roles: inMembers(inputs.roles, inputs.awsAccountId),
    });
    const body = JSON.stringify(template);
    checkTemplateSize(
      "template of the member accounts",
      body,
      inputs.templateBucketName !== undefined,
      "select fewer plans, or shorten additionalStatements",
    );
    const { resource } = AccountGuard.of(this, inputs, checked);
    new OrganizationGuard(this, "OrganizationGuard", { ...inputs, dependsOn: [resource] });
    const bucket =
      inputs.templateBucketName === undefined
        ? undefined
        : this.templateBucket(inputs, inputs.templateBucketName, inTerraform(body));
    const { awsProvider, rollout, targets, preventDestroy, tags } = inputs;
    this.stackSet = new CloudformationStackSet(this, "StackSet", {
      name: inputs.stackSetName,
      description: template.Description,
      permissionModel: "SERVICE_MANAGED",
      callAs: "SELF",
      capabilities: ["CAPABILITY_NAMED_IAM"],
      autoDeployment: {
        enabled: true,
        retainStacksOnAccountRemoval: inputs.retainStacksOnAccountRemoval,
      },
      // Queues operations that would conflict, such as an auto-deployment during an update.
      managedExecution: { active: true },
      operationPreferences: rollout,
      parameters,
      ...(bucket ? { templateUrl: bucket.templateUrl } : { templateBody: inTerraform(body) }),
      ...(tags ? { tags: { ...tags } } : {}),
      provider: awsProvider,
      dependsOn: bucket?.resources ?? [],
      timeouts: { update: TIMEOUT },
      lifecycle: {
        preventDestroy,
        // CloudFormation reports a role here that service-managed StackSets do not have (provider issue 23464).
        ignoreChanges: ["administration_role_arn"],
      },
    });
    const target = TerraformIterator.fromList([...targets]);
    this.instances = new CloudformationStackSetInstance(this, "Instances", {
      forEach: target,
      stackSetName: this.stackSet.name,
      callAs: "SELF",
      stackSetInstanceRegion: inputs.awsRegion,
      deploymentTargets: {
        organizationalUnitIds: [target.value],
        ...leavingOut(inputs.excludedAccountIds),
      },
      operationPreferences: rollout,
      retainStack: inputs.retainStacksOnDestroy,
      provider: awsProvider,
      timeouts: { create: TIMEOUT, update: TIMEOUT, delete: TIMEOUT },
      lifecycle: {
        preventDestroy,
        // A change of these would delete and recreate the stacks of every account of the target, or fail.
        ignoreChanges: ["deployment_targets", "operation_preferences"],
      },
    });
    this.resources = [this.stackSet, this.instances];
  }

  private templateBucket(inputs: Inputs, bucketName: string, template: string): TemplateBucket {
    return new TemplateBucket(this, "TemplateBucket", {
      bucketName,
      create: inputs.createTemplateBucket,
      template,
      keyPrefix: inputs.stackSetName,
      format: "json",
      partition: inputs.partition,
      region: inputs.awsRegion,
      urlSuffix: urlSuffix(inputs.partition),
      tags: inputs.tags,
      awsProvider: inputs.awsProvider,
    });
  }
}

/** Rules for literals; {@link OrganizationGuard} checks the rest at plan. */
export function checkMembers(
  inputs: Pick<
    Inputs,
    "targets" | "excludedAccountIds" | "awsAccountId" | "createTemplateBucket" | "templateBucketName"
  > & {
    readonly arcAutomation?: Pick<ArcAutomationOptions, "regions"> | undefined;
  },
  checks: RuleChecks,
): void {
  const { targets, excludedAccountIds, awsAccountId, arcAutomation } = inputs;
  const root = targets.find((target) => target.startsWith("r-"));
  if (root !== undefined && targets.length > 1) {
    checks.fault("targets", targets, `${root} includes every organizational unit: list no other target`);
  }
  if (!isTerraformList(excludedAccountIds) && excludedAccountIds.includes(awsAccountId)) {
    checks.fault("excludedAccountIds", awsAccountId, MANAGEMENT_EXCLUDED);
  }
  if (arcAutomation?.regions) {
    checks.fault(
      "arcAutomation.regions",
      arcAutomation.regions,
      "members have their stack in one region, so instances elsewhere cannot be prepared there: leave it out",
    );
  }
  checks.noneWrittenByHand(
    "members get it in a CloudFormation template, where such a text would be literal: give a value of cdktf, for instance the stringValue of a TerraformVariable",
  );
  if (inputs.createTemplateBucket && inputs.templateBucketName === undefined) {
    checks.fault("createTemplateBucket", true, "the bucket needs a name: give templateBucketName");
  }
}

/** The account filter of a target; absent if no account is excluded. Only Terraform knows whether its list is empty. */
function leavingOut(accounts: readonly string[]) {
  if (isTerraformList(accounts)) {
    return {
      accountFilterType: expression`length(${accounts}) > 0 ? "DIFFERENCE" : null`.toString(),
      accounts: [...accounts],
    };
  }
  return accounts.length === 0 ? {} : { accountFilterType: "DIFFERENCE", accounts: [...accounts] };
}
