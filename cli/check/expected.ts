import { connectorProperties } from "../../modules/azure-connector/connector-properties";
import { fanoutArns } from "../../modules/cloudtrail-fanout/arns";
import type { FanoutArns, FanoutNames } from "../../modules/cloudtrail-fanout/arns";
import { fanoutNames } from "../../modules/cloudtrail-fanout/props";
import type { FanoutInputs } from "../../modules/cloudtrail-fanout/props";
import { urlSuffix } from "../../modules/iam";
import { read } from "../../modules/inputs";
import type { Read } from "../../modules/inputs";
import { inMembers } from "../../modules/member-accounts/member-role-options";
import { EXTERNAL_ID_PARAMETER, memberTemplate } from "../../modules/member-accounts/member-template";
import type { ORGANIZATION_ONBOARDING } from "../../modules/onboarding";
import type { AccountOnboardingInputs } from "../../modules/onboarding/account-onboarding-props";
import { taggedRoles } from "../../modules/onboarding/aws-account";
import { withOrganizationReads } from "../../modules/onboarding/organization-onboarding";
import {
  accountRoles,
  ARC_AUTOMATION_OPTIONS,
  AUDIENCES,
  audiencesOf,
  identityProviderArn,
  identityProviderUrl,
  MICROSOFT_TENANT_ID,
  offeringsOf,
  roleSettings,
  rolesOf,
} from "../../modules/plans";
import type { AccountRole, ExistingRole, ResolvedPlans, RoleOptionsByRole } from "../../modules/plans";

/** Inputs of an organization's onboarding, checked. */
export type OrganizationOnboardingInputs = Read<typeof ORGANIZATION_ONBOARDING>;

/** An identity provider as it must be. */
export interface ExpectedIdentityProvider {
  readonly arn: string;
  readonly url: string;
  readonly audiences: readonly string[];
  /** Whether Microsoft Sentinel uses it, too. */
  readonly expectsSentinel: boolean;
}

/** An AWS account as it must be. */
export interface ExpectedAccount {
  readonly identityProviders: readonly ExpectedIdentityProvider[];
  readonly roles: readonly AccountRole[];
  readonly existing: readonly ExistingRole[];
  /** Whether the external id of the log reader is known; else its trust cannot be compared. */
  readonly isExternalIdKnown: boolean;
}

/** The StackSet and its members as they must be. */
export interface ExpectedMembers {
  readonly stackSetName: string;
  readonly region: string;
  readonly excludedAccountIds: readonly string[];
  readonly targets: readonly string[];
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A connector as it must be. */
export interface ExpectedConnector {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly properties: ReturnType<typeof connectorProperties>;
}

/** A fan-out as it must be. */
export interface ExpectedFanout {
  readonly phase: string;
  readonly names: FanoutNames;
  readonly arns: FanoutArns;
  readonly readerRoleArns: readonly string[];
}

/** An onboarding as it must be. */
export interface ExpectedOnboarding {
  readonly account: ExpectedAccount;
  readonly connector: ExpectedConnector;
  /** Absent: a single account. */
  readonly members?: ExpectedMembers;
}

/**
 * What an onboarding must have made, by the functions that the constructs use.
 * @param foundExternalId - the external id that the connector has, where the configuration leaves it to Terraform
 */
export function expectedOnboarding(
  inputs: AccountOnboardingInputs | OrganizationOnboardingInputs,
  foundExternalId: string | undefined,
): ExpectedOnboarding {
  const { plans, isKnown } = withExternalId(inputs.plans, foundExternalId);
  const organization = "stackSetName" in inputs ? inputs : undefined;
  const tagged = taggedRoles(inputs);
  const options = organization ? withOrganizationReads(tagged, inputs.accessLevel) : tagged;
  const { roles, existing, context } = rolesIn(inputs, plans, options);
  const providers = { partition: inputs.partition, accountId: inputs.awsAccountId };
  const provider = (tenant: string, audiences: readonly string[], mode: string): ExpectedIdentityProvider => ({
    arn: identityProviderArn(providers, tenant),
    url: identityProviderUrl(tenant),
    audiences,
    expectsSentinel: tenant === MICROSOFT_TENANT_ID && mode === "extend",
  });
  const ciem = plans.defenderCspm !== false && plans.defenderCspm.ciem !== false;
  return {
    account: {
      identityProviders: [
        provider(MICROSOFT_TENANT_ID, audiencesOf(plans), inputs.identityProvider.mode),
        ...(ciem ? [provider(inputs.entraTenantId, [AUDIENCES.ciem], "")] : []),
      ],
      roles,
      existing,
      isExternalIdKnown: isKnown,
    },
    connector: expectedConnector(inputs, isKnown ? plans : inputs.plans, context.roleArn, organization),
    ...(organization ? { members: expectedMembers(organization, plans, isKnown) } : {}),
  };
}

/** What a fan-out must have made. */
export function expectedFanout(inputs: FanoutInputs): ExpectedFanout {
  const names = fanoutNames(inputs);
  return { phase: inputs.phase, names, arns: fanoutArns(names), readerRoleArns: inputs.defender.readerRoleArns };
}

/** A value that no connector has, where none is known: what depends on it is not compared. */
const UNKNOWN_EXTERNAL_ID = "00000000-0000-0000-0000-000000000000";

function withExternalId(
  plans: ResolvedPlans,
  found: string | undefined,
): { readonly plans: ResolvedPlans; readonly isKnown: boolean } {
  const { containers } = plans;
  if (!containers || !containers.auditLogCollection || containers.auditLogCollection.externalId !== undefined) {
    return { plans, isKnown: true };
  }
  const externalId = found ?? UNKNOWN_EXTERNAL_ID;
  return {
    plans: {
      ...plans,
      containers: { ...containers, auditLogCollection: { ...containers.auditLogCollection, externalId } },
    },
    isKnown: found !== undefined,
  };
}

function rolesIn(inputs: AccountOnboardingInputs, plans: ResolvedPlans, options: RoleOptionsByRole) {
  return accountRoles(
    rolesOf(plans),
    inputs.accessLevel,
    {
      accountId: inputs.awsAccountId,
      partition: inputs.partition,
      urlSuffix: urlSuffix(inputs.partition),
      region: inputs.awsRegion,
      entraTenantId: inputs.entraTenantId,
      settings: roleSettings(plans, arcOf(inputs)),
    },
    options,
  );
}

function arcOf({ arcAutomation }: AccountOnboardingInputs) {
  return arcAutomation ?? read(ARC_AUTOMATION_OPTIONS, {}).value;
}

function expectedConnector(
  inputs: AccountOnboardingInputs,
  plans: ResolvedPlans,
  roleArn: ReturnType<typeof accountRoles>["context"]["roleArn"],
  organization: OrganizationOnboardingInputs | undefined,
): ExpectedConnector {
  const { azureSubscriptionId, resourceGroupName, connectorName } = inputs;
  return {
    id: `/subscriptions/${azureSubscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.Security/securityConnectors/${connectorName}`,
    name: connectorName,
    location: inputs.location,
    properties: connectorProperties({
      ...inputs,
      organization,
      offerings: offeringsOf(plans, roleArn, inputs.apiVersion),
    }),
  };
}

function expectedMembers(
  inputs: OrganizationOnboardingInputs,
  plans: ResolvedPlans,
  isExternalIdKnown: boolean,
): ExpectedMembers {
  const { template, parameters } = memberTemplate({
    plans,
    accessLevel: inputs.accessLevel,
    entraTenantId: inputs.entraTenantId,
    roles: inMembers(taggedRoles(inputs), inputs.awsAccountId),
    identityProvider: inputs.memberIdentityProvider,
    arcAutomation: arcOf(inputs),
  });
  return {
    stackSetName: inputs.stackSetName,
    region: inputs.awsRegion,
    targets: inputs.targets,
    excludedAccountIds: inputs.excludedAccountIds,
    template: JSON.stringify(template),
    parameters: Object.fromEntries(
      Object.entries(parameters).filter(([name]) => isExternalIdKnown || name !== EXTERNAL_ID_PARAMETER),
    ),
  };
}
