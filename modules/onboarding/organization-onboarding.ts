import { Construct } from "constructs";
import { checkKeys, InputError } from "../foundation";
import { checkOneRegion, MemberAccounts } from "../member-accounts";
import type { MemberAccountsOptions } from "../member-accounts";
import { organizationReadStatements } from "../plans";
import type { AccessLevel, RoleKey, RoleOptionsByRole } from "../plans";
import { ACCOUNT_ONBOARDING_PROPS } from "./account-onboarding";
import type { AccountOnboardingProps } from "./account-onboarding";
import { connectAwsAccount, taggedRoles } from "./aws-account";
import { createConnector } from "./connector";

/**
 * An organization to connect. What {@link AccountOnboardingProps} says about the account holds for the management
 * account, whose credentials Terraform uses; plans, access level and roles hold for every account. `arcAutomation.regions`
 * and `existingRoleArn` are refused: members cannot have them. Delegated administrators cannot be used: Defender for Cloud
 * does not support them.
 */
export interface OrganizationOnboardingProps extends AccountOnboardingProps, MemberAccountsOptions {}

/**
 * Connects an organization to Defender for Cloud: the management account's own identity provider and roles, the same
 * roles in every member account through a StackSet, and last the connector, which finds the members through the
 * StackSet's name. Defender makes the members' connectors itself, within 24 hours; they are no part of this state.
 *
 * Fails as {@link AccountOnboarding} and {@link MemberAccounts} do.
 */
export class OrganizationOnboarding extends Construct {
  /** Resource id of the connector. */
  public readonly connectorId: string;
  /** ARN of the management account's identity provider of the Microsoft tenant. */
  public readonly identityProviderArn: string;
  /** ARNs of the selected roles in the management account, by their key. Members have the same names. */
  public readonly roleArns: Readonly<Partial<Record<RoleKey, string>>>;

  public constructor(scope: Construct, id: string, props: OrganizationOnboardingProps) {
    super(scope, id);
    checkKeys<OrganizationOnboardingProps>("props", props, {
      ...ACCOUNT_ONBOARDING_PROPS,
      stackSetName: true,
      targets: true,
      excludedAccountIds: true,
      memberIdentityProvider: true,
      memberFunctionRoleName: true,
      rollout: true,
      retainStacksOnAccountRemoval: true,
      retainStacksOnDestroy: true,
      preventDestroy: true,
      templateBucket: true,
    });
    checkOneRegion("awsRegion", props.awsRegion);
    if (props.arcAutomation?.regions !== undefined) {
      throw new InputError(
        "arcAutomation.regions",
        props.arcAutomation.regions,
        "members have their stack in one region, so instances elsewhere cannot be prepared there: leave it out",
      );
    }
    const account = connectAwsAccount(this, {
      ...props,
      roles: withOrganizationReads(props.roles ?? {}, props.accessLevel),
    });
    const { targets, instanceProfileName } = props.arcAutomation ?? {};
    const members = new MemberAccounts(this, "Members", {
      ...props,
      managementAccountId: props.awsAccountId,
      partition: account.partition,
      region: props.awsRegion,
      plans: account.plans,
      settings: account.environment.settings,
      roles: taggedRoles(props),
      arcAutomation: {
        ...(targets ? { targets } : {}),
        ...(instanceProfileName === undefined ? {} : { instanceProfileName }),
      },
      ...(props.awsProvider ? { provider: props.awsProvider } : {}),
    });
    const connector = createConnector(this, props, account, {
      organization: {
        stackSetName: props.stackSetName,
        excludedAccountIds: props.excludedAccountIds ?? [],
      },
      dependsOn: members.dependables,
    });
    this.connectorId = connector.connectorId;
    this.identityProviderArn = account.identityProviderArn;
    this.roleArns = account.roleArns;
  }
}

function withOrganizationReads(roles: RoleOptionsByRole, level: AccessLevel): RoleOptionsByRole {
  const { cspmMonitor } = roles;
  const statements = [...(cspmMonitor?.additionalStatements ?? []), ...organizationReadStatements(level)];
  // A role that exists cannot be extended; the members' template refuses it with its reason.
  return cspmMonitor?.existingRoleArn === undefined
    ? { ...roles, cspmMonitor: { ...cspmMonitor, additionalStatements: statements } }
    : { ...roles };
}
