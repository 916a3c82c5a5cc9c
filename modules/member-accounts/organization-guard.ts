import { DataAwsOrganizationsOrganization } from "@cdktf/provider-aws/lib/data-aws-organizations-organization";
import { DataAwsOrganizationsOrganizationalUnitDescendantOrganizationalUnits as Descendants } from "@cdktf/provider-aws/lib/data-aws-organizations-organizational-unit-descendant-organizational-units";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import { AWS_ACCOUNT_ID, ORGANIZATION_TARGET } from "../foundation";
import type { Format } from "../foundation";
import { inExpression } from "../terraform";
import type { InputChecks } from "../terraform";
import { MANAGEMENT_EXCLUDED, MANAGEMENT_TARGET } from "./targets";
import type { MemberSelection } from "./targets";

/** Principal under which Organizations lists the trusted access of StackSets with service-managed permissions. */
const STACK_SETS_PRINCIPAL = "member.org.stacksets.cloudformation.amazonaws.com";

/** What the guard compares with the organization. */
export interface OrganizationGuardProps extends MemberSelection {
  /** Checks of inputs that are known only at plan. */
  readonly checks: InputChecks;
  /** AWS provider. */
  readonly provider?: AwsProvider;
}

/**
 * Stops the plan where the organization is not ready for a service-managed StackSet from this account, or does not have
 * what the selection names.
 */
export class OrganizationGuard extends Construct {
  public constructor(scope: Construct, id: string, props: OrganizationGuardProps) {
    super(scope, id);
    const provider = props.provider ? { provider: props.provider } : {};
    const management = props.managementAccountId;
    const isManagement = `self.master_account_id == ${inExpression(management)}`;
    // Another account sees neither the accounts nor the trusted access: what is said about them would mislead.
    const whereVisible = (condition: string) => `\${!(${isManagement}) || ${condition}}`;
    // The names under which the lists stand in expressions, be they of literals or Terraform lists.
    const targets = new TerraformLocal(this, "Targets", [...props.targets]).fqn;
    const excluded =
      props.excludedAccountIds.length === 0
        ? undefined
        : new TerraformLocal(this, "ExcludedAccounts", [...props.excludedAccountIds]).fqn;
    const organization = new DataAwsOrganizationsOrganization(this, "Resource", {
      ...provider,
      lifecycle: {
        precondition: [
          ...targetConditions(targets, inExpression(management)),
          ...(excluded === undefined ? [] : excludedConditions(excluded, inExpression(management))),
          ...props.checks.preconditions,
        ],
        postcondition: [
          {
            condition: `\${${isManagement}}`,
            errorMessage: `Account ${management} is not the management account of its organization, \${self.master_account_id} is: connect the organization from there. Defender for Cloud does not support delegated administrators.`,
          },
          {
            condition: whereVisible('self.feature_set == "ALL"'),
            errorMessage:
              "The organization has feature set ${self.feature_set}: StackSets with service-managed permissions need all features (AWS Organizations, Settings, Enable all features).",
          },
          {
            condition: whereVisible(`contains(self.aws_service_access_principals, "${STACK_SETS_PRINCIPAL}")`),
            errorMessage:
              "Trusted access of CloudFormation StackSets is off: activate it in the management account (CloudFormation, StackSets, Activate trusted access; or: aws cloudformation activate-organizations-access).",
          },
          ...(excluded === undefined ? [] : [membersExist(excluded, whereVisible)]),
        ],
      },
    });

    const root = `${organization.fqn}.roots[0].id`;
    const missing = `setsubtract(${targets}, concat([${root}], self.children[*].id))`;
    const units = new Descendants(this, "OrganizationalUnits", {
      parentId: `\${${root}}`,
      ...provider,
      lifecycle: {
        postcondition: [
          {
            condition: `\${length(${missing}) == 0}`,
            errorMessage: `targets: \${join(", ", ${missing})} is not in the organization; it has root \${${root}} and organizational units \${join(", ", self.children[*].id)}.`,
          },
        ],
      },
    });
    const nested = `setintersection(${targets}, self.children[*].id)`;
    const below = new Descendants(this, "BelowTargets", {
      parentId: "${each.value}",
      ...provider,
      lifecycle: {
        postcondition: [
          {
            condition: `\${length(${nested}) == 0}`,
            errorMessage: `targets: \${join(", ", ${nested})} is below \${self.parent_id}, which includes it: without one of them, stacks of the other would go. Name one of them.`,
          },
        ],
      },
    });
    below.addOverride("for_each", `\${setintersection(${targets}, ${units.fqn}.children[*].id)}`);
  }
}

function membersExist(excluded: string, whereVisible: (condition: string) => string) {
  const missing = `setsubtract(${excluded}, self.accounts[*].id)`;
  return {
    condition: whereVisible(`length(${missing}) == 0`),
    errorMessage: `excludedAccountIds: \${join(", ", ${missing})} does not belong to the organization: correct the id, or leave it out. Expected: ${AWS_ACCOUNT_ID.expected}.`,
  };
}

/** What is said about literals at synth, for what Terraform alone knows. */
function targetConditions(targets: string, management: string) {
  const roots = `[for target in ${targets} : target if startswith(target, "r-")]`;
  return [
    {
      condition: `\${length(${targets}) > 0}`,
      errorMessage: `targets: [] is not allowed; expected at least one target: ${ORGANIZATION_TARGET.expected}.`,
    },
    notManagement("targets", targets, management, MANAGEMENT_TARGET),
    wellFormed("targets", targets, management, ORGANIZATION_TARGET),
    {
      condition: `\${length(${roots}) == 0 || length(${targets}) == 1}`,
      errorMessage: `targets: "\${join(", ", ${targets})}" is not allowed; \${join(", ", ${roots})} includes every organizational unit: name it alone.`,
    },
  ];
}

function excludedConditions(excluded: string, management: string) {
  return [
    notManagement("excludedAccountIds", excluded, management, MANAGEMENT_EXCLUDED),
    wellFormed("excludedAccountIds", excluded, management, AWS_ACCOUNT_ID),
    {
      condition: `\${length(${excluded}) == length(distinct(${excluded}))}`,
      errorMessage: `excludedAccountIds: "\${join(", ", ${excluded})}" is not allowed; each account is named once.`,
    },
  ];
}

function notManagement(prop: string, list: string, management: string, reason: string) {
  return {
    condition: `\${!contains(${list}, ${management})}`,
    errorMessage: `${prop}: "\${${management}}" is not allowed; ${reason}.`,
  };
}

function wellFormed(prop: string, list: string, management: string, format: Format) {
  const pattern = JSON.stringify(format.pattern);
  const malformed = `[for entry in ${list} : entry if entry != ${management} && !can(regex(${pattern}, entry))]`;
  return {
    condition: `\${length(${malformed}) == 0}`,
    errorMessage: `${prop}: "\${join(", ", ${malformed})}" is not allowed; expected ${format.expected}.`,
  };
}
