import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { AzureConnector } from "../azure-connector";
import { object } from "../inputs";
import type { Read } from "../inputs";
import { checkMembers, MEMBER_ACCOUNTS_OPTIONS, MemberAccounts } from "../member-accounts";
import type { MemberAccountsOptions } from "../member-accounts";
import { organizationReadStatements } from "../plans";
import type { AccessLevel, RoleKey, RoleOptionsByRole } from "../plans";
import { checkInputs, DependableConstruct, handOn } from "../terraform";
import type { RuleChecks } from "../terraform";
import { ACCOUNT_ONBOARDING_SHAPE } from "./account-onboarding-props";
import type { AccountOnboardingProps } from "./account-onboarding-props";
import { checkAccount, connectAwsAccount, taggedRoles } from "./aws-account";
import type { ConnectedAccount } from "./aws-account";
import { createConnector } from "./connector";

/**
 * An organization to connect. What {@link AccountOnboardingProps} says about the account holds for the management
 * account, whose credentials Terraform uses; plans, access level and roles hold for every account. `arcAutomation.regions`
 * and `existingRoleArn` are refused: members cannot have them. Delegated administrators cannot be used: Defender for Cloud
 * does not support them.
 */
export interface OrganizationOnboardingProps extends AccountOnboardingProps, MemberAccountsOptions {}

/** Schema of {@link OrganizationOnboardingProps}. */
export const ORGANIZATION_ONBOARDING = object<OrganizationOnboardingProps>()({
  ...ACCOUNT_ONBOARDING_SHAPE,
  ...MEMBER_ACCOUNTS_OPTIONS,
});

/**
 * Connects an organization to Defender for Cloud: the management account's own identity provider and roles, the same
 * roles in every member account through a StackSet, and last the connector, which finds the members through the
 * StackSet's name. Defender makes the members' connectors itself, within 24 hours; they are no part of this state.
 *
 * Fails as {@link AccountOnboarding} and {@link MemberAccounts} do.
 * @example
 * new OrganizationOnboarding(this, "Onboarding", {
 *   awsAccountId: "111122223333",
 *   awsRegion: "eu-central-1",
 *   entraTenantId: "11111111-2222-3333-4444-555555555555",
 *   azureSubscriptionId: "22222222-3333-4444-5555-666666666666",
 *   resourceGroupName: "security",
 *   location: "westeurope",
 *   connectorName: "aws-organization",
 *   accessLevel: "leastPrivilege",
 *   plans: { defenderCspm: {} },
 *   stackSetName: "defender-for-cloud",
 *   targets: ["r-ab12"],
 * });
 */
export class OrganizationOnboarding extends DependableConstruct {
  /** Resource id of the connector. */
  public readonly connectorId: string;
  /** ARN of the management account's identity provider of the Microsoft tenant. */
  public readonly identityProviderArn: string;
  /** ARNs of the selected roles in the management account, by their key. Members have the same names. */
  public readonly roleArns: Readonly<Partial<Record<RoleKey, string>>>;
  /** What is created in the management account. */
  public readonly account: ConnectedAccount;
  /** What is created in the members. */
  public readonly members: MemberAccounts;
  /** The connector. */
  public readonly connector: AzureConnector;
  public readonly resources: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: OrganizationOnboardingProps) {
    super(scope, id);
    const checked = checkInputs(ORGANIZATION_ONBOARDING, props, checkOrganization);
    const { inputs } = checked;
    const { awsAccountId, awsRegion, partition, entraTenantId, accessLevel, arcAutomation, tags, awsProvider } = inputs;
    this.account = connectAwsAccount(this, {
      ...checked,
      inputs: { ...inputs, roles: withOrganizationReads(inputs.roles, accessLevel) },
    });
    this.members = new MemberAccounts(
      this,
      "Members",
      handOn({
        awsAccountId,
        awsRegion,
        partition,
        entraTenantId,
        accessLevel,
        plans: this.account.plans,
        roles: taggedRoles(inputs),
        arcAutomation,
        stackSetName: inputs.stackSetName,
        targets: inputs.targets,
        excludedAccountIds: inputs.excludedAccountIds,
        memberIdentityProvider: inputs.memberIdentityProvider,
        rollout: inputs.rollout,
        retainStacksOnAccountRemoval: inputs.retainStacksOnAccountRemoval,
        retainStacksOnDestroy: inputs.retainStacksOnDestroy,
        preventDestroy: inputs.preventDestroy,
        templateBucketName: inputs.templateBucketName,
        createTemplateBucket: inputs.createTemplateBucket,
        tags,
        awsProvider,
      }),
    );
    this.connector = createConnector(this, inputs, this.account, {
      organization: {
        stackSetName: inputs.stackSetName,
        excludedAccountIds: inputs.excludedAccountIds,
      },
      resources: this.members.resources,
    });
    this.connectorId = this.connector.connectorId;
    this.identityProviderArn = this.account.identityProvider.arn;
    this.roleArns = this.account.roles.roleArns;
    this.resources = this.connector.resources;
  }
}

/** Rules between the inputs. */
export function checkOrganization(inputs: Read<typeof ORGANIZATION_ONBOARDING>, checks: RuleChecks): void {
  checkAccount(inputs, checks);
  checkMembers(inputs, checks);
}

/** Roles of the management account: the posture role also reads the organization. */
export function withOrganizationReads(roles: RoleOptionsByRole, level: AccessLevel): RoleOptionsByRole {
  const { cspmMonitor } = roles;
  const statements = [...(cspmMonitor?.additionalStatements ?? []), ...organizationReadStatements(level)];
  // A role that exists cannot be extended; the members' template refuses it with its reason.
  return cspmMonitor?.existingRoleArn === undefined
    ? { ...roles, cspmMonitor: { ...cspmMonitor, additionalStatements: statements } }
    : { ...roles };
}
