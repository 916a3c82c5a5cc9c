import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { AzureConnector } from "../azure-connector";
import { connectAlone } from "../member-accounts";
import type { RoleKey } from "../plans";
import { checkInputs, DependableConstruct } from "../terraform";
import { ACCOUNT_ONBOARDING } from "./account-onboarding-props";
import type { AccountOnboardingProps } from "./account-onboarding-props";
import { checkAccount, connectAwsAccount } from "./aws-account";
import type { ConnectedAccount } from "./aws-account";
import { createConnector } from "./connector";

/**
 * Connects one AWS account to Defender for Cloud: identity provider, roles, a wait for IAM, connector, in this order;
 * destroy runs the other way round.
 *
 * Fails at synth with an InputError for a malformed literal and for a selection that the service refuses, and at plan for a
 * malformed Terraform value and for credentials of another account; nothing is created then.
 * @example
 * new AccountOnboarding(this, "Onboarding", {
 *   awsAccountId: "111122223333",
 *   awsRegion: "eu-central-1",
 *   entraTenantId: "11111111-2222-3333-4444-555555555555",
 *   azureSubscriptionId: "22222222-3333-4444-5555-666666666666",
 *   resourceGroupName: "security",
 *   location: "westeurope",
 *   connectorName: "aws-production",
 *   accessLevel: "leastPrivilege",
 *   plans: { defenderCspm: {} },
 * });
 */
export class AccountOnboarding extends DependableConstruct {
  /** Resource id of the connector. */
  public readonly connectorId: string;
  /** ARN of the identity provider of the Microsoft tenant. */
  public readonly identityProviderArn: string;
  /** ARNs of the selected roles, by their key. */
  public readonly roleArns: Readonly<Partial<Record<RoleKey, string>>>;
  /** What is created in the AWS account. */
  public readonly account: ConnectedAccount;
  /** The connector. */
  public readonly connector: AzureConnector;
  public readonly resources: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: AccountOnboardingProps) {
    super(scope, id);
    const checked = checkInputs(ACCOUNT_ONBOARDING, props, checkAccount);
    this.account = connectAwsAccount(this, checked);
    connectAlone(this, checked.inputs.awsAccountId);
    this.connector = createConnector(this, checked.inputs, this.account);
    this.connectorId = this.connector.connectorId;
    this.identityProviderArn = this.account.identityProvider.arn;
    this.roleArns = this.account.roles.roleArns;
    this.resources = this.connector.resources;
  }
}
