import { DataAwsOrganizationsOrganization } from "@cdktf/provider-aws/lib/data-aws-organizations-organization";
import { DataAwsOrganizationsOrganizationalUnitDescendantOrganizationalUnits } from "@cdktf/provider-aws/lib/data-aws-organizations-organizational-unit-descendant-organizational-units";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformLocal, Token } from "cdktf";
import { Construct } from "constructs";
import { AWS_ACCOUNT_ID, ORGANIZATION_TARGET } from "../foundation";
import { inExpression, listInExpression } from "../terraform";
import type { InputChecks } from "../terraform";
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
    const organization = new DataAwsOrganizationsOrganization(this, "Resource", provider);
    const isManagement = `self.master_account_id == ${inExpression(management)}`;
    // Another account sees neither the accounts nor the trusted access: what is said about them would mislead.
    const whereVisible = (condition: string) => `\${!(${isManagement}) || ${condition}}`;
    organization.addOverride("lifecycle", {
      postcondition: [
        {
          condition: `\${${isManagement}}`,
          error_message: `Account ${management} is not the management account of its organization, \${self.master_account_id} is: connect the organization from there. Defender for Cloud does not support delegated administrators.`,
        },
        {
          condition: whereVisible('self.feature_set == "ALL"'),
          error_message:
            "The organization has feature set ${self.feature_set}: StackSets with service-managed permissions need all features (AWS Organizations, Settings, Enable all features).",
        },
        {
          condition: whereVisible(`contains(self.aws_service_access_principals, "${STACK_SETS_PRINCIPAL}")`),
          error_message:
            "Trusted access of CloudFormation StackSets is off: activate it in the management account (CloudFormation, StackSets, Activate trusted access; or: aws cloudformation activate-organizations-access).",
        },
        ...(props.excludedAccountIds.length > 0
          ? [membersExist(listInExpression(props.excludedAccountIds), whereVisible)]
          : []),
      ],
    });

    const root = `${organization.fqn}.roots[0].id`;
    const units = new DataAwsOrganizationsOrganizationalUnitDescendantOrganizationalUnits(this, "OrganizationalUnits", {
      parentId: `\${${root}}`,
      ...provider,
    });
    // The name under which the list stands in expressions, be it one of literals or a Terraform list.
    const targets = new TerraformLocal(this, "Targets", [...props.targets]).fqn;
    units.addOverride("lifecycle", {
      ...(Token.isUnresolved(props.targets) || props.checks.preconditions.length > 0
        ? { precondition: [...targetFormats(props.targets, targets), ...preconditions(props.checks)] }
        : {}),
      postcondition: [
        {
          condition: `\${length(setsubtract(${targets}, concat([${root}], self.children[*].id))) == 0}`,
          error_message: `targets: \${join(", ", setsubtract(${targets}, concat([${root}], self.children[*].id)))} is not in the organization; it has root \${${root}} and organizational units \${join(", ", self.children[*].id)}.`,
        },
      ],
    });
  }
}

function membersExist(excluded: string, whereVisible: (condition: string) => string) {
  const missing = `setsubtract(${excluded}, self.accounts[*].id)`;
  return {
    condition: whereVisible(`length(${missing}) == 0`),
    error_message: `excludedAccountIds: \${join(", ", ${missing})} does not belong to the organization: correct the id, or leave it out. Expected: ${AWS_ACCOUNT_ID.expected}.`,
  };
}

function targetFormats(targets: readonly string[], expression: string) {
  if (!Token.isUnresolved(targets)) {
    return [];
  }
  const malformed = `[for target in ${expression} : target if !can(regex(${JSON.stringify(ORGANIZATION_TARGET.pattern)}, target))]`;
  return [
    {
      condition: `\${length(${expression}) > 0}`,
      error_message: `targets: [] is not allowed; expected at least one target: ${ORGANIZATION_TARGET.expected}.`,
    },
    {
      condition: `\${length(${malformed}) == 0}`,
      error_message: `targets: "\${join(", ", ${malformed})}" is not allowed; expected ${ORGANIZATION_TARGET.expected}.`,
    },
  ];
}

function preconditions(checks: InputChecks) {
  return checks.preconditions.map(({ condition, errorMessage }) => ({ condition, error_message: errorMessage }));
}
