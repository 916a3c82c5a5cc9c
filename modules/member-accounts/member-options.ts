import {
  AWS_ACCOUNT_ID,
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
import type { ArcAutomationOptions } from "../plans";
import type { RuleChecks } from "../terraform";
import { MEMBER_IDENTITY_PROVIDER } from "./identity-provider-resources";
import type { MemberIdentityProviderOptions } from "./identity-provider-resources";
import { AT_LEAST_ONE_TARGET, MANAGEMENT_EXCLUDED } from "./organization-guard";

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

/** {@link MemberAccountsOptions}, with every default filled in. */
export type MemberAccountsInputs = {
  readonly [Option in keyof typeof MEMBER_ACCOUNTS_OPTIONS]: Read<(typeof MEMBER_ACCOUNTS_OPTIONS)[Option]>;
};

/** Rules for literals; {@link OrganizationGuard} checks the rest at plan. */
export function checkMembers(
  inputs: Pick<
    MemberAccountsInputs,
    "targets" | "excludedAccountIds" | "createTemplateBucket" | "templateBucketName"
  > & {
    readonly awsAccountId: string;
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
