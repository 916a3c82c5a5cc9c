import { PARTITION, urlSuffix } from "../iam";
import type { Partition } from "../iam";
import { anyText, AWS_ACCOUNT_ID, AWS_REGION, map, object, optional, read, text, TEXT, withDefault } from "../inputs";
import type { Read } from "../inputs";
import {
  ACCESS_LEVEL,
  accountRoles,
  ARC_AUTOMATION_OPTIONS,
  DEFENDER_PLANS,
  ENTRA_TENANT_ID,
  ROLE_OPTIONS_BY_ROLE,
  roleSettings,
  rolesOf,
} from "../plans";
import type {
  AccessLevel,
  AccountRoles,
  ArcAutomationOptions,
  DefenderPlans,
  ResolvedPlans,
  RoleOptionsByRole,
  RoleSettings,
} from "../plans";
import { inspectTemplate } from "./inspect";
import type { TemplateContents } from "./inspect";
import { checkGivenParameters } from "./parameters";
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
  readonly arcAutomation?: ArcAutomationOptions;
  /**
   * Values of parameters of the template.
   * @default the template's own defaults
   */
  readonly parameters?: Readonly<Record<string, string>>;
}

const SCHEMA = object<TemplateSelection>()({
  plans: DEFENDER_PLANS,
  accessLevel: ACCESS_LEVEL,
  entraTenantId: text(ENTRA_TENANT_ID, "literal"),
  roles: ROLE_OPTIONS_BY_ROLE,
  awsAccountId: optional(text(AWS_ACCOUNT_ID, "literal")),
  awsRegion: optional(text(AWS_REGION, "literal")),
  partition: PARTITION,
  arcAutomation: withDefault(ARC_AUTOMATION_OPTIONS, {}),
  parameters: optional(map({ ...TEXT, expected: "the name of a parameter" }, anyText())),
});

/** A template, and the catalogue for the same selection and the same account. */
export interface BesideCatalogue {
  /** What the template holds. */
  readonly contents: TemplateContents;
  /** The selected plans. */
  readonly plans: ResolvedPlans;
  /** The roles of the catalogue. */
  readonly catalogue: AccountRoles;
}

/**
 * Reads a template and describes the catalogue for the same selection.
 * @throws InputError for a selection that AccountOnboarding would refuse, and for parameters that the template does not allow
 */
export function besideCatalogue(template: PortalTemplate, given: TemplateSelection): BesideCatalogue {
  const selection = read(SCHEMA, given).value;
  const { awsAccountId, awsRegion, partition, plans } = selection;
  checkGivenParameters(template, selection.parameters ?? {}, "parameters");
  const contents = inspectTemplate(template, {
    "AWS::Partition": partition,
    "AWS::URLSuffix": urlSuffix(partition),
    ...(awsAccountId === undefined ? {} : { "AWS::AccountId": awsAccountId }),
    ...(awsRegion === undefined ? {} : { "AWS::Region": awsRegion }),
    ...selection.parameters,
  });
  const account = {
    partition,
    urlSuffix: urlSuffix(partition),
    accountId: awsAccountId ?? STACK_ENVIRONMENT.accountId,
    region: awsRegion ?? STACK_ENVIRONMENT.region,
    entraTenantId: selection.entraTenantId,
    settings: settingsOf(contents, selection),
  };
  return {
    contents,
    plans,
    catalogue: accountRoles(rolesOf(plans), selection.accessLevel, account, selection.roles),
  };
}

/** What the selected plans say about their roles; an external id that is generated is that of the template. */
function settingsOf(contents: TemplateContents, { plans, arcAutomation }: Read<typeof SCHEMA>): RoleSettings {
  return { dataCollectionExternalId: externalIdOf(contents) ?? "", ...roleSettings(plans, arcAutomation) };
}

/** The external id that a role of the template asks for, which is that of the container log reader. */
export function externalIdOf({ roles }: TemplateContents): string | undefined {
  return roles.flatMap(({ trust }) =>
    trust.flatMap(({ Principal, Condition }) => (Principal?.AWS && Condition?.StringEquals?.["sts:ExternalId"]) ?? []),
  )[0];
}
