import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { FORMATS, inputVariable, OrganizationOnboarding } from "../../modules";
import { ConnectorExampleStack } from "../example-stack";

/** A whole organization: the management account, and every account below the targets through a StackSet. */
export class ManagementAccount extends ConnectorExampleStack {
  public constructor(scope: Construct, name: string) {
    super(scope, name);
    const onboarding = new OrganizationOnboarding(this, "Onboarding", {
      ...this.environment,
      accessLevel: "leastPrivilege",
      plans: {
        defenderCspm: {},
        servers: { subPlan: "P2" },
        containers: {},
        databases: {},
      },
      stackSetName: inputVariable(this, "stack_set_name", {
        description: "Name of the StackSet that deploys the roles to the member accounts.",
        format: FORMATS.stackSetName,
        default: "DefenderForCloud",
      }).stringValue,
      targets: listVariable(this, "targets", {
        description: 'Root or organizational units whose accounts are connected: ["r-ab12"] is the whole organization.',
      }),
      excludedAccountIds: listVariable(this, "excluded_account_ids", {
        description: "Accounts below the targets that the StackSet and the connector leave out: 12 digits each.",
        default: [],
      }),
    });
    this.accountOutputs(onboarding.account);
    this.output(
      "role_arns",
      "ARNs of the management account's roles, by their key.",
      onboarding.roleArns,
      onboarding.account.roles,
    );
    this.output(
      "identity_provider_arn",
      "ARN of its OIDC identity provider.",
      onboarding.identityProviderArn,
      onboarding.account.identityProvider,
    );
    this.output("connector_id", "Resource id of the security connector.", onboarding.connectorId, onboarding);
  }
}

/** A list of ids, which the module checks at plan. */
function listVariable(
  stack: ConnectorExampleStack,
  name: string,
  props: { readonly description: string; readonly default?: string[] },
): string[] {
  const variable = new TerraformVariable(stack, name, { type: "list(string)", nullable: false, ...props });
  variable.overrideLogicalId(name);
  return variable.listValue;
}
