import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { AzureConnector } from "../azure-connector";
import type { ConnectorOrganization } from "../azure-connector";
import { audiencesOf } from "../plans";
import { handOn, waitFor } from "../terraform";
import type { AccountOnboardingInputs } from "./account-onboarding-props";
import type { ConnectedAccount } from "./aws-account";
import { TimeSleep } from "./time-sleep";

/** The members of an organization, as the connector needs them. */
export interface ConnectorMembers {
  /** What the connector says about them. */
  readonly organization: ConnectorOrganization;
  /** What must exist in the members first. */
  readonly resources: readonly ITerraformDependable[];
}

/** The inputs of an onboarding that the connector takes. */
export type ConnectorInputs = Omit<
  AccountOnboardingInputs,
  "awsRegion" | "accessLevel" | "plans" | "roles" | "arcAutomation" | "identityProvider" | "ciemIdentityProvider"
>;

/** The AWS side, as the connector needs it. */
export type ConnectorAccount = Pick<ConnectedAccount, "plans" | "resources"> & {
  readonly roles: Pick<ConnectedAccount["roles"], "roleArns">;
};

/** Creates the connector, after the AWS side has had time to reach all of IAM. */
export function createConnector(
  scope: Construct,
  inputs: ConnectorInputs,
  account: ConnectorAccount,
  members?: ConnectorMembers,
): AzureConnector {
  const { plans } = account;
  const { roleArns } = account.roles;
  // Re-runs when role ARNs, audiences or the tenant change: IAM is eventually consistent.
  const wait = waitFor(
    new TimeSleep(scope, "IamPropagation", {
      createDuration: `${inputs.iamPropagationSeconds}s`,
      triggers: {
        roles: Object.values(roleArns).join(" "),
        audiences: audiencesOf(plans).join(" "),
        tenant: inputs.entraTenantId,
      },
    }),
    account.resources,
  );
  return new AzureConnector(
    scope,
    "Connector",
    handOn({
      connectorName: inputs.connectorName,
      azureSubscriptionId: inputs.azureSubscriptionId,
      entraTenantId: inputs.entraTenantId,
      resourceGroupName: inputs.resourceGroupName,
      createResourceGroup: inputs.createResourceGroup,
      location: inputs.location,
      scanRegions: inputs.scanRegions,
      scanIntervalHours: inputs.scanIntervalHours,
      engine: inputs.engine,
      apiVersion: inputs.apiVersion,
      azurermProvider: inputs.azurermProvider,
      azapiProvider: inputs.azapiProvider,
      awsAccountId: inputs.awsAccountId,
      plans,
      roleArns,
      organization: members?.organization,
      tags: inputs.tags,
      dependsOn: [wait, ...(members?.resources ?? [])],
    }),
  );
}
