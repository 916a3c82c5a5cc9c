import type { ITerraformDependable } from "cdktf";
import type { ConnectorApiVersion, Offering } from "../plans";

/** Hours between two scans that the portal offers (quickstart-onboard-aws.md, 2026-08-04). */
export const SCAN_INTERVAL_HOURS = [4, 6, 12, 24] as const;

/** Makes the connector one of an organization: it belongs to the management account and brings the members along. */
export interface ConnectorOrganization {
  /** Name of the StackSet that carries the roles to the members, exactly as it is in AWS. */
  readonly stackSetName: string;
  /**
   * Member accounts that are left out, 12 digits each. Literals, or a Terraform list.
   * @default none
   */
  readonly excludedAccountIds?: readonly string[];
}

/** What a connector connects, and with which plans. */
export interface ConnectorContent {
  /** The AWS account: a single one, or the management account of an organization. */
  readonly awsAccountId: string;
  /** Offerings; CspmMonitorAws is always among them. */
  readonly offerings: readonly Offering[];
  /** Members of the organization; absent: a single account. */
  readonly organization?: ConnectorOrganization | undefined;
  /** AWS regions that Defender scans; absent: all. */
  readonly scanRegions?: readonly string[] | undefined;
  /** Hours between two scans; absent: left to the service. */
  readonly scanIntervalHours?: (typeof SCAN_INTERVAL_HOURS)[number] | undefined;
}

/** The `properties` of Microsoft.Security/securityConnectors for AWS: both API versions have the same, but for the offerings. */
export function connectorProperties(content: ConnectorContent) {
  const { organization } = content;
  return {
    hierarchyIdentifier: content.awsAccountId,
    environmentName: "AWS",
    environmentData: {
      environmentType: "AwsAccount",
      // Written also when empty: the service answers with an empty list, and a later widening must not go unseen.
      regions: content.scanRegions ?? [],
      ...(content.scanIntervalHours === undefined ? {} : { scanInterval: content.scanIntervalHours }),
      ...(organization
        ? {
            organizationalData: {
              organizationMembershipType: "Organization",
              stacksetName: organization.stackSetName,
              excludedAccountIds: organization.excludedAccountIds ?? [],
            },
          }
        : {}),
    },
    offerings: content.offerings,
  };
}

/** What an engine deploys. */
export interface ConnectorDeployment {
  /** Name of the connector. */
  readonly name: string;
  /** Location of the connector. */
  readonly location: string;
  /** Id of the subscription. */
  readonly azureSubscriptionId: string;
  /** Id of the resource group. */
  readonly resourceGroupId: string;
  /** Name of the resource group. */
  readonly resourceGroupName: string;
  /** API version. */
  readonly apiVersion: ConnectorApiVersion;
  /** Tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Body. */
  readonly properties: ReturnType<typeof connectorProperties>;
  /** What must be in place first. */
  readonly dependsOn: ITerraformDependable[];
}
