import { connectorProperties } from "../../modules/azure-connector/connector-properties";
import { fanoutArns } from "../../modules/cloudtrail-fanout/arns";
import type { FanoutArns, FanoutNames } from "../../modules/cloudtrail-fanout/arns";
import { fanoutAlarms } from "../../modules/cloudtrail-fanout/alarms";
import type { FanoutAlarm } from "../../modules/cloudtrail-fanout/alarms";
import { fanoutNames } from "../../modules/cloudtrail-fanout/props";
import type { FanoutInputs } from "../../modules/cloudtrail-fanout/props";
import { urlSuffix } from "../../modules/iam";
import type { IdentityProviderMode } from "../../modules/identity-provider";
import { read } from "../../modules/inputs";
import type { Read } from "../../modules/inputs";
import { STACK_ACCOUNT } from "../../modules/member-accounts/cloudformation";
import { inMembers } from "../../modules/member-accounts/member-role-options";
import { EXTERNAL_ID_PARAMETER, memberTemplate } from "../../modules/member-accounts/member-template";
import type { ORGANIZATION_ONBOARDING } from "../../modules/onboarding";
import type { AccountOnboardingInputs } from "../../modules/onboarding/account-onboarding-props";
import { taggedRoles } from "../../modules/onboarding/aws-account";
import { withOrganizationReads } from "../../modules/onboarding/organization-onboarding";
import {
  accountRoles,
  ARC_AUTOMATION_OPTIONS,
  arcAutomation,
  AUDIENCES,
  audiencesOf,
  identityProviderArn,
  identityProviderUrl,
  MICROSOFT_TENANT_ID,
  offeringsOf,
  roleSettings,
  rolesOf,
  SENTINEL_AUDIENCE,
} from "../../modules/plans";
import type {
  AccountContext,
  AccountRole,
  ArcAccount,
  ExistingRole,
  ResolvedPlans,
  RoleOptionsByRole,
} from "../../modules/plans";
import type { Tags } from "./tags";

/** Inputs of an organization's onboarding, checked. */
export type OrganizationOnboardingInputs = Read<typeof ORGANIZATION_ONBOARDING>;

/** An identity provider as it must be. */
export interface ExpectedIdentityProvider {
  readonly arn: string;
  readonly url: string;
  readonly audiences: readonly string[];
  /** Audiences of others that use the provider, too: Microsoft Sentinel's, unless the configuration says otherwise. */
  readonly sharedAudiences: readonly string[];
  /** Tags; none where the provider is somebody else's. */
  readonly tags: Tags;
}

/** The automation for the Azure Arc agent in one region. */
export interface ExpectedAutomation extends ReturnType<typeof arcAutomation> {
  readonly region: string;
  /** The instance profile of the customer that the automation extends. */
  readonly instanceProfileName: string | undefined;
  readonly tags: Tags;
}

/** An AWS account as it must be. */
export interface ExpectedAccount {
  readonly identityProviders: readonly ExpectedIdentityProvider[];
  readonly roles: readonly AccountRole[];
  readonly existing: readonly ExistingRole[];
  /** Whether the external id of the log reader is known; else its trust cannot be compared. */
  readonly isExternalIdKnown: boolean;
  /** By region; empty where no plan installs the agent. */
  readonly automations: readonly ExpectedAutomation[];
  /** Who made it: Terraform sees what somebody changes there; CloudFormation does not, and has no tags for policies. */
  readonly madeBy: "Terraform" | "CloudFormation";
}

/** The StackSet and its members as they must be. */
export interface ExpectedMembers {
  readonly stackSetName: string;
  readonly region: string;
  readonly excludedAccountIds: readonly string[];
  readonly targets: readonly string[];
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Tags;
}

/** A connector as it must be. */
export interface ExpectedConnector {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly properties: ReturnType<typeof connectorProperties>;
  readonly tags: Tags;
  /** What deploys it: an engine that sees what somebody changes in the portal, or one that does not. */
  readonly engine: AccountOnboardingInputs["engine"];
}

/** A fan-out as it must be. */
export interface ExpectedFanout {
  readonly inputs: FanoutInputs;
  readonly names: FanoutNames;
  readonly arns: FanoutArns;
  readonly alarms: readonly FanoutAlarm[];
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
  const { account, context } = accountIn(inputs, plans, isKnown, { accountId: inputs.awsAccountId, options });
  return {
    account,
    connector: expectedConnector(inputs, isKnown ? plans : inputs.plans, context.roleArn, organization),
    ...(organization ? { members: expectedMembers(organization, plans, isKnown) } : {}),
  };
}

/** What the StackSet must have made in a member. */
export function expectedMember(
  inputs: OrganizationOnboardingInputs,
  memberId: string,
  foundExternalId: string | undefined,
): ExpectedAccount {
  const { plans, isKnown } = withExternalId(inputs.plans, foundExternalId);
  const options = JSON.parse(
    JSON.stringify(inMembers(taggedRoles(inputs), inputs.awsAccountId)).replaceAll(STACK_ACCOUNT.accountId, memberId),
  ) as RoleOptionsByRole;
  const { account } = accountIn(inputs, plans, isKnown, { accountId: memberId, options });
  return {
    ...account,
    // Somebody else may have made the provider there: its tags are not the stack's.
    identityProviders: account.identityProviders.map((provider) => ({ ...provider, sharedAudiences: [], tags: {} })),
    madeBy: "CloudFormation",
  };
}

/** What a fan-out must have made. */
export function expectedFanout(inputs: FanoutInputs): ExpectedFanout {
  const names = fanoutNames(inputs);
  return {
    inputs,
    names,
    arns: fanoutArns(names),
    alarms: inputs.alarms ? fanoutAlarms(names, inputs.alarms) : [],
  };
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

interface AccountPlace {
  readonly accountId: string;
  readonly options: RoleOptionsByRole;
}

function accountIn(
  inputs: AccountOnboardingInputs,
  plans: ResolvedPlans,
  isExternalIdKnown: boolean,
  { accountId, options }: AccountPlace,
): { readonly account: ExpectedAccount; readonly context: AccountContext } {
  const { partition, entraTenantId, tags = {} } = inputs;
  const place = { accountId, partition, urlSuffix: urlSuffix(partition) };
  const { roles, existing, context } = accountRoles(
    rolesOf(plans),
    inputs.accessLevel,
    { ...place, region: inputs.awsRegion, entraTenantId, settings: roleSettings(plans, arcOf(inputs)) },
    options,
  );
  const provider = (
    tenant: string,
    audiences: readonly string[],
    mode: IdentityProviderMode,
  ): ExpectedIdentityProvider => ({
    arn: identityProviderArn({ partition, accountId }, tenant),
    url: identityProviderUrl(tenant),
    audiences,
    sharedAudiences:
      mode.mode === "extend"
        ? (mode.expectedAudiences ?? (tenant === MICROSOFT_TENANT_ID ? [SENTINEL_AUDIENCE] : []))
        : [],
    tags: mode.mode === "create" ? tags : {},
  });
  const ciem = plans.defenderCspm !== false && plans.defenderCspm.ciem !== false;
  return {
    account: {
      identityProviders: [
        provider(MICROSOFT_TENANT_ID, audiencesOf(plans), inputs.identityProvider),
        ...(ciem ? [provider(entraTenantId, [AUDIENCES.ciem], inputs.ciemIdentityProvider ?? { mode: "create" })] : []),
      ],
      roles,
      existing,
      isExternalIdKnown,
      automations: rolesOf(plans).includes("arcHostManagement")
        ? automationsIn(inputs, { ...place, automationRoleArn: context.roleArn("arcHostManagement") })
        : [],
      madeBy: "Terraform",
    },
    context,
  };
}

function automationsIn(inputs: AccountOnboardingInputs, account: ArcAccount): ExpectedAutomation[] {
  const options = arcOf(inputs);
  return (options.regions ?? [inputs.awsRegion]).map((region) => ({
    region,
    instanceProfileName: options.instanceProfileName,
    tags: inputs.tags ?? {},
    ...arcAutomation(account, options),
  }));
}

function arcOf({ arcAutomation }: AccountOnboardingInputs) {
  return arcAutomation ?? read(ARC_AUTOMATION_OPTIONS, {}).value;
}

function expectedConnector(
  inputs: AccountOnboardingInputs,
  plans: ResolvedPlans,
  roleArn: AccountContext["roleArn"],
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
    tags: inputs.tags ?? {},
    engine: inputs.engine,
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
    tags: inputs.tags ?? {},
  };
}
