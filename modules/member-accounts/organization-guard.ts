import { DataAwsOrganizationsOrganization } from "@cdktf/provider-aws/lib/data-aws-organizations-organization";
import { DataAwsOrganizationsOrganizationalUnitDescendantOrganizationalUnits as Descendants } from "@cdktf/provider-aws/lib/data-aws-organizations-organizational-unit-descendant-organizational-units";
import { TerraformLocal } from "cdktf";
import type { ITerraformDependable, Postcondition, Precondition, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { AWS_ACCOUNT_ID, ORGANIZATION_TARGET } from "../inputs";
import { code, expression, reference } from "../terraform";
import type { Expression } from "../terraform";
import { connectMembers } from "./connected-alone";
import type { ConnectedAlone } from "./connected-alone";

/** Why the targets cannot be empty. */
export const AT_LEAST_ONE_TARGET = `expected at least one target: ${ORGANIZATION_TARGET.expected}`;

/** Why the management account cannot be left out. */
export const MANAGEMENT_EXCLUDED =
  "it is the management account: a StackSet never deploys there, so only members can be excluded";

/** Principal under which Organizations lists the trusted access of StackSets with service-managed permissions. */
const STACK_SETS_PRINCIPAL = "member.org.stacksets.cloudformation.amazonaws.com";

/** What the guard compares with the organization. */
export interface OrganizationGuardProps {
  /** The management account, which is never a member. */
  readonly awsAccountId: string;
  /** Roots and organizational units, as a list of literals or as a Terraform list. */
  readonly targets: readonly string[];
  /** Excluded accounts below them, as a list of literals or as a Terraform list. */
  readonly excludedAccountIds: readonly string[];
  /** What is checked first: a malformed input is not looked up in the organization. */
  readonly dependsOn: ITerraformDependable[];
  /** AWS provider. */
  readonly awsProvider?: TerraformProvider | undefined;
}

/**
 * Stops the plan if the organization is not ready for a service-managed StackSet from this account, or if a target or an
 * excluded account does not exist.
 */
export class OrganizationGuard extends Construct {
  private readonly postconditions: Postcondition[] = [];
  private readonly whereVisible: (condition: Expression) => string;
  private readonly excluded: Expression | undefined;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: OrganizationGuardProps,
  ) {
    super(scope, id);
    const provider = { provider: props.awsProvider };
    const management = props.awsAccountId;
    const isManagement = expression`self.master_account_id == ${management}`;
    // Other accounts see neither the accounts nor the trusted access: messages about them would mislead.
    const whereVisible = (condition: Expression) => expression`!(${isManagement}) || ${condition}`.toString();
    this.whereVisible = whereVisible;
    // Local values, so that expressions refer to lists of literals and to Terraform lists in the same way.
    const targets = reference(new TerraformLocal(this, "Targets", [...props.targets]));
    const excluded =
      props.excludedAccountIds.length === 0
        ? undefined
        : reference(new TerraformLocal(this, "ExcludedAccounts", [...props.excludedAccountIds]));
    this.excluded = excluded;
    const organization = new DataAwsOrganizationsOrganization(this, "Resource", {
      ...provider,
      dependsOn: props.dependsOn,
      lifecycle: {
        precondition: [...targetConditions(targets), ...(excluded ? [managementStays(excluded, management)] : [])],
        postcondition: this.postconditions,
      },
    });
    this.postconditions.push(
      {
        condition: isManagement.toString(),
        errorMessage: `Account ${management} is not the management account of its organization; \${self.master_account_id} is. Connect the organization from that account: Defender for Cloud does not support delegated administrators.`,
      },
      {
        condition: whereVisible(expression`self.feature_set == "ALL"`),
        errorMessage:
          "The organization has feature set ${self.feature_set}: StackSets with service-managed permissions need all features (AWS Organizations, Settings, Enable all features).",
      },
      {
        condition: whereVisible(expression`contains(self.aws_service_access_principals, ${STACK_SETS_PRINCIPAL})`),
        errorMessage:
          "Trusted access of CloudFormation StackSets is off: activate it in the management account (CloudFormation, StackSets, Activate trusted access; or: aws cloudformation activate-organizations-access).",
      },
      ...(excluded ? [membersExist(excluded, whereVisible)] : []),
    );
    connectMembers(this);

    const root = expression`${reference(organization)}.roots[0].id`;
    const missing = expression`setsubtract(${targets}, concat([${root}], self.children[*].id))`;
    const units = new Descendants(this, "OrganizationalUnits", {
      parentId: root.toString(),
      ...provider,
      lifecycle: {
        postcondition: [
          {
            condition: expression`length(${missing}) == 0`.toString(),
            errorMessage: `targets: ${listed(missing)} is not in the organization; it has root ${root} and organizational units ${listed(code("self.children[*].id"))}.`,
          },
        ],
      },
    });
    const nested = expression`setintersection(${targets}, self.children[*].id)`;
    const below = new Descendants(this, "BelowTargets", {
      parentId: "${each.value}",
      ...provider,
      lifecycle: {
        postcondition: [
          {
            condition: expression`length(${nested}) == 0`.toString(),
            errorMessage: `targets: ${listed(nested)} is below \${self.parent_id}, which includes it. Removing one of them later would delete stacks of the other: list only one of them.`,
          },
        ],
      },
    });
    below.addOverride(
      "for_each",
      expression`setintersection(${targets}, ${reference(units)}.children[*].id)`.toString(),
    );
  }

  /**
   * Stops the plan if the account is a member that is not excluded: the StackSet would create the same roles there, and the
   * organization's connector covers every member, below the targets or not.
   */
  public mustLeaveOut({ awsAccountId, path }: ConnectedAlone): void {
    const isNoMember = expression`!contains(setsubtract(self.accounts[*].id, [${this.props.awsAccountId}]), ${awsAccountId})`;
    this.postconditions.push({
      condition: this.whereVisible(
        this.excluded ? expression`${isNoMember} || contains(${this.excluded}, ${awsAccountId})` : isNoMember,
      ),
      errorMessage: `${path} connects account ${awsAccountId} by itself, and it is a member of the organization: leave that construct out, or add the account to excludedAccountIds. If the StackSet has reached the account already, first delete its stack there (docs/organization.md).`,
    });
  }
}

function membersExist(excluded: Expression, whereVisible: (condition: Expression) => string): Precondition {
  const missing = expression`setsubtract(${excluded}, self.accounts[*].id)`;
  return {
    condition: whereVisible(expression`length(${missing}) == 0`),
    errorMessage: `excludedAccountIds: ${listed(missing)} does not belong to the organization: correct the id, or remove it from the list. Expected: ${AWS_ACCOUNT_ID.expected}.`,
  };
}

/** The checks of literals, for Terraform values. */
function targetConditions(targets: Expression): Precondition[] {
  const roots = expression`[for target in ${targets} : target if startswith(target, "r-")]`;
  return [
    {
      condition: expression`length(${targets}) > 0`.toString(),
      errorMessage: `targets: [] is not allowed; ${AT_LEAST_ONE_TARGET}.`,
    },
    {
      condition: expression`length(${roots}) == 0 || length(${targets}) == 1`.toString(),
      errorMessage: `targets: "${listed(targets)}" is not allowed; ${listed(roots)} includes every organizational unit: list no other target.`,
    },
  ];
}

function managementStays(excluded: Expression, management: string): Precondition {
  return {
    condition: expression`!contains(${excluded}, ${management})`.toString(),
    errorMessage: `excludedAccountIds: "${management}" is not allowed; ${MANAGEMENT_EXCLUDED}.`,
  };
}

function listed(list: Expression): Expression {
  return expression`join(", ", ${list})`;
}
