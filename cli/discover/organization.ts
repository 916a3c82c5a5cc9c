import { statementsOf } from "../../modules/portal-template/statements";
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
    notes.remark(subject, "none", "the account is connected alone");
    return undefined;
  }
  const isManagement = found.managementAccountId === aws.accountId;
  const details = isManagement ? notes.value("settings of the organization", found.details) : undefined;
  notes.remark(
    subject,
    isManagement ? "this is its management account" : `managed by account ${found.managementAccountId}`,
    isManagement && !isWanted
      ? "only this account is connected; --organization proposes every member"
      : isManagement
        ? "the members get the same roles through a StackSet"
        : "only this account is connected; the members are connected from the management account",
  );
  for (const { name, document } of details?.controlPolicies ?? []) {
    const denied = STOPPED_BY.filter((action) => denies(document, action));
    if (denied.length > 0) {
      notes.remark(
        `control policy ${name}`,
        `denies ${denied.join(", ")} in some accounts`,
        "read its conditions before the first apply (docs/guardrails.md)",
      );
    }
  }
  if (!isWanted) {
    return undefined;
  }
  if (!isManagement) {
    notes.toDo.push(
      "Run discover with credentials of the management account: an organization is connected from there.",
    );
  } else if (details?.trustsStackSets === false) {
    notes.toDo.push("Activate trusted access for StackSets: aws cloudformation activate-organizations-access");
  }
  return [...(details?.rootIds ?? [])];
}

/** Whether a policy denies an action somewhere; its conditions and resources say where. */
function denies(document: string, action: string): boolean {
  return statementsOf(document)
    .statements.filter(({ Effect }) => Effect === "Deny")
    .some(({ Action, NotAction }) => (Action ? covers(Action, action) : !covers(NotAction ?? [], action)));
}
