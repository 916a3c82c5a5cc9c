import { statementsOf } from "../../modules/portal-template/statements";
import type { ControlPolicyFacts } from "../aws/organization-settings";
import { covers } from "../covers";
import type { AwsFacts, DiscoverOptions } from "./facts";
import type { Notes } from "./notes";

/** What an onboarding does first; a policy that denies it to everybody stops it. */
const STOPPED_BY = [
  "iam:CreateRole",
  "iam:CreateOpenIDConnectProvider",
  "iam:AddClientIDToOpenIDConnectProvider",
  "sts:AssumeRoleWithWebIdentity",
];

/** Targets of the StackSet, where the organization is to be connected. */
export function remarkOrganization(
  aws: AwsFacts,
  { organization: isWanted }: DiscoverOptions,
  notes: Notes,
): string[] | undefined {
  const subject = "organization";
  const found = notes.value(subject, aws.organization);
  if (found === undefined) {
    const isUnread = "unread" in aws.organization;
    notes.remark(subject, isUnread ? "unknown" : "none", "the account is connected alone");
    return undefined;
  }
  const isManagement = found.managementAccountId === aws.accountId;
  notes.remark(
    subject,
    isManagement ? "this is its management account" : `managed by account ${found.managementAccountId}`,
    isManagement && !isWanted
      ? "only this account is connected; --organization proposes every member"
      : isManagement
        ? "the members get the same roles through a StackSet"
        : "only this account is connected; the members are connected from the management account",
  );
  if (isManagement) {
    remarkControlPolicies(notes.value("control policies of the organization", found.controlPolicies) ?? [], notes);
    const administrators = notes.value("delegated administrators for StackSets", found.stackSetAdministrators) ?? [];
    if (administrators.length > 0) {
      notes.remark(
        "delegated administrators for StackSets",
        administrators.join(", "),
        "they may deploy to members, too; Defender for Cloud does not support them: the management account connects the organization",
      );
    }
  }
  if (!isWanted) {
    return undefined;
  }
  if (!isManagement) {
    notes.toDo.push(
      "Run discover with credentials of the management account: an organization is connected from there, never by a delegated administrator.",
    );
    return [];
  }
  if (notes.value("trusted access of StackSets", found.trustsStackSets) === false) {
    notes.toDo.push("Activate trusted access for StackSets: aws cloudformation activate-organizations-access");
  }
  return [...(notes.value("roots of the organization", found.rootIds) ?? [])];
}

function remarkControlPolicies(policies: readonly ControlPolicyFacts[], notes: Notes): void {
  for (const { name, document } of policies) {
    const denied = STOPPED_BY.filter((action) => denies(document, action));
    if (denied.length > 0) {
      notes.remark(
        `control policy ${name}`,
        `denies ${denied.join(", ")} in some accounts`,
        "read its conditions before the first apply (docs/guardrails.md)",
      );
    }
  }
}

/** Whether a policy denies an action somewhere; its conditions and resources say where. */
function denies(document: string, action: string): boolean {
  return statementsOf(document)
    .statements.filter(({ Effect }) => Effect === "Deny")
    .some(({ Action, NotAction }) => (Action ? covers(Action, action) : !covers(NotAction ?? [], action)));
}
