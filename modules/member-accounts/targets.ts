import { Token } from "cdktf";
import { AWS_ACCOUNT_ID, hasFormat, checkDistinct, InputError, ORGANIZATION_TARGET } from "../foundation";
import type { Format } from "../foundation";
import type { InputChecks } from "../terraform";

/** Which accounts are members, and which of them are left out. */
export interface MemberSelection {
  /** Roots and organizational units, as a list of literals or as a Terraform list. */
  readonly targets: readonly string[];
  /** Accounts below them that are left out, as a list of literals or as a Terraform list. */
  readonly excludedAccountIds: readonly string[];
  /** The management account, which is never a member. */
  readonly managementAccountId: string;
}

/** Why the management account is no target. */
export const MANAGEMENT_TARGET =
  "it is the management account, which is never a member: its roles are made without the StackSet";

/** Why the management account cannot be left out. */
export const MANAGEMENT_EXCLUDED =
  "it is the management account: a StackSet never deploys there, so only members can be left out";

/**
 * Checks a selection as far as literals show it; the rest is the guard's.
 * @throws InputError for what is no list, for a literal that is malformed, for no target and for the management account
 */
export function checkSelection(selection: MemberSelection, checks: InputChecks): void {
  const { targets, excludedAccountIds, managementAccountId } = selection;
  checkListOrTerraformList("targets", targets, ORGANIZATION_TARGET);
  checkListOrTerraformList("excludedAccountIds", excludedAccountIds, AWS_ACCOUNT_ID);
  if (!Token.isUnresolved(targets)) {
    checkTargets(targets, managementAccountId, checks);
  }
  if (!Token.isUnresolved(excludedAccountIds)) {
    checkExcluded(excludedAccountIds, managementAccountId, checks);
  }
}

function checkListOrTerraformList(prop: string, values: unknown, format: Format): void {
  if (!Array.isArray(values)) {
    throw new InputError(prop, values, `expected a list; each entry ${format.expected}`);
  }
}

function checkExcluded(accountIds: readonly string[], managementAccountId: string, checks: InputChecks): void {
  for (const accountId of accountIds) {
    checks.format("excludedAccountIds", accountId, AWS_ACCOUNT_ID);
    if (accountId === managementAccountId) {
      throw new InputError("excludedAccountIds", accountId, MANAGEMENT_EXCLUDED);
    }
  }
  checkDistinct("excludedAccountIds", accountIds, "each account is named once");
}

function checkTargets(targets: readonly string[], managementAccountId: string, checks: InputChecks): void {
  if (targets.length === 0) {
    throw new InputError("targets", targets, `expected at least one target: ${ORGANIZATION_TARGET.expected}`);
  }
  for (const target of targets) {
    if (hasFormat(target, AWS_ACCOUNT_ID)) {
      throw new InputError(
        "targets",
        target,
        target === managementAccountId
          ? MANAGEMENT_TARGET
          : `accounts are no targets of a service-managed StackSet: expected ${ORGANIZATION_TARGET.expected}`,
      );
    }
    checks.format("targets", target, ORGANIZATION_TARGET);
  }
  checkDistinct("targets", targets, "each target is named once");
  const root = targets.find((target) => target.startsWith("r-"));
  if (root !== undefined && targets.length > 1) {
    throw new InputError("targets", targets, `${root} includes every organizational unit: name it alone`);
  }
}

/**
 * Refuses several regions. IAM is global: the stacks of a second region would collide with those of the first.
 * @throws InputError for anything but one string
 */
export function checkOneRegion(prop: string, region: unknown): void {
  if (typeof region !== "string") {
    throw new InputError(
      prop,
      region,
      'expected one region code, for instance "eu-central-1": IAM is global, so the stacks of a second region would collide',
    );
  }
}
