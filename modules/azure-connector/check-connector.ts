import { Token } from "cdktf";
import {
  AWS_ACCOUNT_ID,
  AWS_REGION,
  checkDistinct,
  checkList,
  checkOneOf,
  hasFormat,
  InputError,
  ROLE_ARN,
  STACK_SET_NAME,
} from "../foundation";
import { RETENTION_DAYS } from "../plans";
import { either, equal, not } from "../terraform";
import type { InputChecks } from "../terraform";
import type { ConnectorContent } from "./connector-properties";
import type { DefenderForContainersAwsOffering, Offering } from "./offerings";

/** Tel Aviv, Milan, Jakarta, Spain and Bahrain (enable-defender-for-databases-aws.md, 2026-07-03). */
const REGIONS_WITHOUT_OPEN_SOURCE_DATABASES: readonly string[] = [
  "il-central-1",
  "eu-south-1",
  "ap-southeast-3",
  "eu-south-2",
  "me-south-1",
];

/**
 * Refuses content that the API or the service would refuse: literals at once, Terraform values at plan.
 * @param checks - takes the conditions for Terraform values
 * @throws InputError naming the field, the value and what is allowed
 */
export function checkConnector(content: ConnectorContent, checks: InputChecks): void {
  checkEnvironment(content, checks);
  checkOfferingTypes(content.offerings);
  for (const offering of content.offerings) {
    checkRoles(offering, content.awsAccountId);
    if (offering.offeringType === "DefenderForServersAws") {
      if (offering.subPlan?.type === "P1" && offering.vmScanners?.enabled) {
        throw new InputError("offerings.DefenderForServersAws.vmScanners.enabled", true, "it needs sub-plan P2");
      }
    } else if (offering.offeringType === "DefenderForContainersAws") {
      checkAuditLogs(offering);
    } else if (offering.offeringType === "DefenderForDatabasesAws" && offering.rds?.enabled) {
      checkOpenSourceDatabaseRegions(content.scanRegions ?? [], checks);
    }
  }
}

function checkEnvironment(content: ConnectorContent, checks: InputChecks): void {
  if (content.scanIntervalHours !== undefined) {
    checkOneOf("scanIntervalHours", content.scanIntervalHours, [4, 6, 12, 24]);
  }
  const regions = content.scanRegions ?? [];
  checkList("scanRegions", regions);
  for (const region of regions) {
    checks.format("scanRegions", region, AWS_REGION);
  }
  checkDistinct("scanRegions", regions, "each region is given at most once");
  const { organization } = content;
  if (!organization) {
    return;
  }
  checks.format("organization.stackSetName", organization.stackSetName, STACK_SET_NAME);
  const prop = "organization.excludedAccountIds";
  const { excludedAccountIds = [] } = organization;
  if (Token.isUnresolved(excludedAccountIds)) {
    return;
  }
  checkList(prop, excludedAccountIds);
  checkDistinct(prop, excludedAccountIds, "each account is named once");
  for (const excluded of excludedAccountIds) {
    checks.format(prop, excluded, AWS_ACCOUNT_ID);
    checks.holds(
      not(equal(excluded, content.awsAccountId)),
      prop,
      excluded,
      "it is the management account: only members can be left out",
    );
  }
}

function checkOfferingTypes(offerings: readonly Offering[]): void {
  const types = offerings.map((offering) => offering.offeringType);
  checkDistinct("offerings", types, "each offering is given at most once");
  if (!types.includes("CspmMonitorAws")) {
    throw new InputError("offerings", types, "CspmMonitorAws is part of every connector: add it");
  }
}

/** Every role is an ARN of the connected account, and nothing is on without its role. */
function checkRoles(offering: Offering, awsAccountId: string): void {
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) {
      return;
    }
    const { enabled, cloudRoleArn } = value as { enabled?: boolean; cloudRoleArn?: string };
    const roleless = path.endsWith(".vaAutoProvisioning") || path.endsWith(".mdeAutoProvisioning");
    if (enabled === true && cloudRoleArn === undefined && !roleless) {
      throw new InputError(`${path}.cloudRoleArn`, cloudRoleArn, "a feature that is enabled needs the ARN of its role");
    }
    if (cloudRoleArn !== undefined) {
      checkRoleArn(`${path}.cloudRoleArn`, cloudRoleArn, awsAccountId);
    }
    for (const [key, child] of Object.entries(value)) {
      visit(child, `${path}.${key}`);
    }
  };
  visit(offering, `offerings.${offering.offeringType}`);
}

function checkRoleArn(prop: string, arn: string, awsAccountId: string): void {
  if (Token.isUnresolved(arn) || Token.isUnresolved(awsAccountId)) {
    return;
  }
  if (!hasFormat(arn, ROLE_ARN) || arn.split(":")[4] !== awsAccountId) {
    throw new InputError(prop, arn, `expected ${ROLE_ARN.expected}, in account ${awsAccountId}`);
  }
}

function checkAuditLogs(offering: DefenderForContainersAwsOffering): void {
  const at = "offerings.DefenderForContainersAws";
  if (offering.kubeAuditRetentionTime !== undefined) {
    checkOneOf(`${at}.kubeAuditRetentionTime`, offering.kubeAuditRetentionTime, RETENTION_DAYS);
  }
  if (!offering.enableAuditLogsAutoProvisioning) {
    return;
  }
  for (const role of ["kubernetesService", "kubernetesDataCollection", "cloudWatchToKinesis", "kinesisToS3"] as const) {
    if (offering[role]?.cloudRoleArn === undefined) {
      throw new InputError(`${at}.${role}.cloudRoleArn`, undefined, "collecting audit logs needs all four roles");
    }
  }
  for (const field of ["kubeAuditRetentionTime", "dataCollectionExternalId"] as const) {
    if (offering[field] === undefined) {
      throw new InputError(`${at}.${field}`, undefined, "collecting audit logs needs it");
    }
  }
}

function checkOpenSourceDatabaseRegions(regions: readonly string[], checks: InputChecks): void {
  const unsupported = REGIONS_WITHOUT_OPEN_SOURCE_DATABASES;
  for (const region of regions) {
    checks.holds(
      not(unsupported.map((other) => equal(region, other)).reduce(either)),
      "scanRegions",
      region,
      `open-source databases are not available in ${unsupported.join(", ")}: leave the region out, or switch plans.databases.openSourceDatabases off`,
    );
  }
}
