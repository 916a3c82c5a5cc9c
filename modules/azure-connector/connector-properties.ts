import { InputChecks } from "../terraform";
import { checkConnector } from "./check-connector";
import type { Offering } from "./offerings";

/** Hours between two scans that the portal offers (quickstart-onboard-aws.md, 2026-08-04). */
export type ScanIntervalHours = 4 | 6 | 12 | 24;

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
  /** The AWS account: a single one, or the management account of an organization. 12 digits. */
  readonly awsAccountId: string;
  /** Offerings; CspmMonitorAws is always among them, each at most once. */
  readonly offerings: readonly Offering[];
  /**
   * Members of the organization.
   * @default a single account
   */
  readonly organization?: ConnectorOrganization;
  /**
   * AWS regions that Defender scans, as region codes; a literal list of literals or Terraform values. One list for all
   * plans.
   * @default all regions
   */
  readonly scanRegions?: readonly string[];
  /**
   * Hours between two scans: 4, 6, 12 or 24; literal. Some collectors keep an interval of their own.
   * @default left to the service
   */
  readonly scanIntervalHours?: ScanIntervalHours;
}

/**
 * The `properties` of Microsoft.Security/securityConnectors for AWS, 2024-08-01-preview.
 * @param checks - takes what only Terraform can check; absent: that stays unchecked
 * @throws InputError for content that the API or the service refuses
 */
export function connectorProperties(content: ConnectorContent, checks = new InputChecks()) {
  checkConnector(content, checks);
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
