import { Sleep } from "@cdktf/provider-time/lib/sleep";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { AzureConnector, offeringsOf } from "../azure-connector";
import type { ConnectorOrganization } from "../azure-connector";
import { checkFormat } from "../foundation";
import { audiencesOf } from "../plans";
import type { AccountOnboardingProps } from "./account-onboarding";
import type { ConnectedAccount } from "./aws-account";

/** The members of an organization, as the connector needs them. */
export interface ConnectorMembers {
  /** What the connector says about them. */
  readonly organization: ConnectorOrganization;
  /** What must exist in the members first. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Creates the connector, after IAM has had time to spread what the AWS side consists of. */
export function createConnector(
  scope: Construct,
  props: AccountOnboardingProps,
  account: ConnectedAccount,
  members?: ConnectorMembers,
): AzureConnector {
  const { plans, environment } = account;
  const propagation = props.iamPropagationWait ?? "30s";
  checkFormat("iamPropagationWait", propagation, {
    expected: 'a literal duration, for instance "30s" or "2m"',
    pattern: "^[0-9]+[sm]$",
  });
  // Begins anew when role ARNs, audiences or the tenant change: Azure refuses the connector until IAM has spread them.
  const wait = new Sleep(scope, "IamPropagation", {
    createDuration: propagation,
    triggers: {
      roles: Object.values(account.roleArns).join(" "),
      audiences: audiencesOf(plans).join(" "),
      tenant: props.entraTenantId,
    },
    dependsOn: account.dependables,
  });
  return new AzureConnector(scope, "Connector", {
    name: props.connectorName,
    subscriptionId: props.azureSubscriptionId,
    entraTenantId: props.entraTenantId,
    resourceGroupName: props.resourceGroupName,
    createResourceGroup: props.createResourceGroup ?? false,
    location: props.location,
    awsAccountId: props.awsAccountId,
    offerings: offeringsOf(plans, environment.roleArn, environment.settings),
    dependsOn: [wait, ...(members?.dependsOn ?? [])],
    ...(props.engine ? { engine: props.engine } : {}),
    ...(props.apiVersion ? { apiVersion: props.apiVersion } : {}),
    ...(members ? { organization: members.organization } : {}),
    ...(props.tags ? { tags: props.tags } : {}),
    ...(props.scanRegions ? { scanRegions: props.scanRegions } : {}),
    ...(props.scanIntervalHours === undefined ? {} : { scanIntervalHours: props.scanIntervalHours }),
    ...(props.azurermProvider ? { azurermProvider: props.azurermProvider } : {}),
    ...(props.azapiProvider ? { azapiProvider: props.azapiProvider } : {}),
  });
}
