import { AWS_ACCOUNT_ID, AWS_REGION, checkFormat, checkOneOf, checkKeys, PARTITIONS, urlSuffix } from "../foundation";
import type { Partition } from "../foundation";
import { accountRoles, ENTRA_TENANT_ID, rolesOf, selectPlans } from "../plans";
import type {
  AccessLevel,
  AccountRoles,
  DefenderPlans,
  RoleOptionsByRole,
  RoleSettings,
  SelectedPlans,
} from "../plans";
import { inspectTemplate } from "./inspect";
import type { TemplateContents } from "./inspect";
import { STACK_ENVIRONMENT } from "./resolve";
import type { PortalTemplate } from "./template";

/** What a template is compared with: the selection for which the portal generated it, as in AccountOnboarding. */
export interface TemplateSelection {
  /** The Defender plans. */
  readonly plans: DefenderPlans;
  /** How much Defender may do, as chosen in the portal. */
  readonly accessLevel: AccessLevel;
  /** Entra tenant of the customer, a GUID in lower case. */
  readonly entraTenantId: string;
  /**
   * Options of the roles.
   * @default none
   */
  readonly roles?: RoleOptionsByRole;
  /**
   * The AWS account, 12 digits.
   * @default any: ARNs keep `${AWS::AccountId}`
   */
  readonly awsAccountId?: string;
  /**
   * Region of the stack.
   * @default any: names and ARNs keep `${AWS::Region}`
   */
  readonly awsRegion?: string;
  /**
   * Partition of the account.
   * @default "aws"
   */
  readonly partition?: Partition;
  /**
   * What the role of Arc auto-provisioning depends on.
   * @default the portal's: `configurationId` is "MDCSetup", `attachToExistingProfiles` is true
   */
  readonly arcAutomation?: Partial<NonNullable<RoleSettings["arc"]>>;
  /**
   * Values of parameters of the template.
   * @default the template's own defaults
   */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A template, and the catalogue for the same selection and the same account. */
export interface BesideCatalogue {
  /** What the template holds. */
  readonly contents: TemplateContents;
  /** The selected plans. */
  readonly plans: SelectedPlans;
  /** The roles of the catalogue. */
  readonly catalogue: AccountRoles;
}

/**
 * Reads a template and describes the catalogue for the same selection.
 * @throws InputError for a selection that AccountOnboarding would refuse
 */
export function besideCatalogue(template: PortalTemplate, selection: TemplateSelection): BesideCatalogue {
  checkSelection(selection);
  const { awsAccountId, awsRegion, partition = "aws" } = selection;
  const contents = inspectTemplate(template, {
    "AWS::Partition": partition,
    "AWS::URLSuffix": urlSuffix(partition),
    ...(awsAccountId === undefined ? {} : { "AWS::AccountId": awsAccountId }),
    ...(awsRegion === undefined ? {} : { "AWS::Region": awsRegion }),
    ...selection.parameters,
  });
  const plans = selectPlans(selection.plans);
  const environment = {
    partition,
    urlSuffix: urlSuffix(partition),
    accountId: awsAccountId ?? STACK_ENVIRONMENT.accountId,
    region: awsRegion ?? STACK_ENVIRONMENT.region,
    entraTenantId: selection.entraTenantId,
    settings: settingsOf(contents, plans, selection.arcAutomation),
  };
  return {
    contents,
    plans,
    catalogue: accountRoles(rolesOf(plans), selection.accessLevel, environment, selection.roles),
  };
}

function checkSelection(selection: TemplateSelection): void {
  checkKeys<TemplateSelection>("selection", selection, {
    plans: true,
    accessLevel: true,
    entraTenantId: true,
    roles: true,
    awsAccountId: true,
    awsRegion: true,
    partition: true,
    arcAutomation: true,
    parameters: true,
  });
  checkOneOf("accessLevel", selection.accessLevel, ["default", "leastPrivilege"]);
  checkOneOf("partition", selection.partition, [...PARTITIONS, undefined]);
  checkFormat("entraTenantId", selection.entraTenantId, ENTRA_TENANT_ID);
  for (const [prop, value, format] of [
    ["awsAccountId", selection.awsAccountId, AWS_ACCOUNT_ID],
    ["awsRegion", selection.awsRegion, AWS_REGION],
  ] as const) {
    if (value !== undefined) {
      checkFormat(prop, value, format);
    }
  }
}

/** What the selected plans say about their roles; an external id that is generated is that of the template. */
function settingsOf(
  contents: TemplateContents,
  plans: SelectedPlans,
  arc: TemplateSelection["arcAutomation"],
): RoleSettings {
  const auditLogs = plans.containers && plans.containers.auditLogCollection;
  const ciem = plans.defenderCspm && plans.defenderCspm.ciem;
  const openSourceDatabases = plans.databases && plans.databases.openSourceDatabases;
  const [externalId = ""] = contents.roles.flatMap(({ trust }) =>
    trust.flatMap(({ Principal, Condition }) => (Principal?.AWS && Condition?.StringEquals?.["sts:ExternalId"]) ?? []),
  );
  return {
    arc: { configurationId: "MDCSetup", attachToExistingProfiles: true, ...arc },
    ...(auditLogs ? { dataCollectionExternalId: auditLogs.externalId ?? externalId } : {}),
    ...(ciem ? { ciem } : {}),
    ...(openSourceDatabases ? { openSourceDatabases } : {}),
  };
}
