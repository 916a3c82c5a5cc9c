import { InputError } from "../inputs";
import {
  accountRoles,
  AUDIENCES,
  audiencesOf,
  MICROSOFT_TENANT_ID,
  ROLE_CATALOGUE,
  roleSettings,
  rolesOf,
} from "../plans";
import type {
  AccessLevel,
  AccountRole,
  ArcAutomationSettings,
  ResolvedPlans,
  RoleKey,
  RoleOptionsByRole,
} from "../plans";
import { arcResources } from "./arc-resources";
import { parameterReference, STACK_ACCOUNT } from "./cloudformation";
import type { CloudFormationTemplate, TemplateParameter } from "./cloudformation";
import { identityProviderResources, logicalIdIn } from "./identity-provider-resources";
import type { MemberIdentityProvider, MemberIdentityProviderOptions } from "./identity-provider-resources";
import { logicalIdsOf, roleResources } from "./role-resources";

/** What each member account gets. */
export interface MemberTemplateInput {
  /** The selected plans. */
  readonly plans: ResolvedPlans;
  /** How much Defender may do. */
  readonly accessLevel: AccessLevel;
  /** Entra tenant of the customer. */
  readonly entraTenantId: string;
  /** Options of the roles. */
  readonly roles: RoleOptionsByRole;
  /** How the stack manages the identity providers. */
  readonly identityProvider: MemberIdentityProviderOptions;
  /** How instances are prepared for the Arc agent, for plans that install it. */
  readonly arcAutomation: ArcAutomationSettings;
}

/** A template, and the value of each of its parameters. */
export interface MemberTemplate {
  /** The template. */
  readonly template: CloudFormationTemplate;
  /** The value of every parameter: without the defaults, every plan of the StackSet would show a difference. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Logical ids of what belongs to each role; the other resources belong to the identity providers. */
  readonly logicalIds: Readonly<Partial<Record<RoleKey, readonly string[]>>>;
}

/** Renders the selection as the CloudFormation template of a member account. It contains no account ids. */
export function memberTemplate(input: MemberTemplateInput): MemberTemplate {
  const settings = roleSettings(input.plans, input.arcAutomation);
  const { dataCollectionExternalId } = settings;
  const { roles, context } = accountRoles(
    rolesOf(input.plans),
    input.accessLevel,
    {
      ...STACK_ACCOUNT,
      entraTenantId: input.entraTenantId,
      settings: {
        ...settings,
        ...(dataCollectionExternalId === undefined
          ? {}
          : { dataCollectionExternalId: parameterReference(EXTERNAL_ID_PARAMETER) }),
      },
      writeName: (role, name) => {
        const { portalParameter } = ROLE_CATALOGUE[role];
        return portalParameter === undefined ? name : parameterReference(portalParameter);
      },
    },
    input.roles,
  );
  const { functionRoleName } = input.identityProvider;
  checkFunctionRoleName(functionRoleName, roles);
  const roleNames = roleNameParameters(roles);
  const declarations = {
    ...roleNames,
    ...(dataCollectionExternalId === undefined ? {} : { [EXTERNAL_ID_PARAMETER]: EXTERNAL_ID }),
  };
  const names = Object.keys(declarations);
  const identityProviders = identityProvidersOf(input);
  const waitFor = input.identityProvider.mode === "none" ? [] : identityProviders.map(({ logicalId }) => logicalId);
  const arcRole = roles.find(({ key }) => key === "arcHostManagement");
  const arcAccount = { ...STACK_ACCOUNT, automationRoleArn: context.roleArn("arcHostManagement") };
  const arc = arcRole ? arcResources(arcAccount, input.arcAutomation, names, logicalIdsOf(arcRole)) : {};
  return {
    template: {
      AWSTemplateFormatVersion: "2010-09-09",
      Description: "Microsoft Defender for Cloud: what the selected plans need in a member account",
      Parameters: declarations,
      Resources: {
        ...identityProviderResources(input.identityProvider.mode, identityProviders, {
          ...input.roles.all,
          ...(functionRoleName === undefined ? {} : { name: functionRoleName }),
        }),
        ...roleResources(roles, names, waitFor),
        ...arc,
      },
    },
    parameters: {
      ...Object.fromEntries(Object.entries(roleNames).map(([name, { Default = "" }]) => [name, Default])),
      ...(dataCollectionExternalId === undefined ? {} : { [EXTERNAL_ID_PARAMETER]: dataCollectionExternalId }),
    },
    logicalIds: Object.fromEntries(
      roles.map((role) => [role.key, [...logicalIdsOf(role), ...(role === arcRole ? Object.keys(arc) : [])]]),
    ),
  };
}

/** IAM compares names without regard to case. */
function checkFunctionRoleName(name: string | undefined, roles: readonly AccountRole[]): void {
  const owner = roles.find((role) => role.plainName.toLowerCase() === name?.toLowerCase());
  if (owner !== undefined) {
    throw InputError.of(
      "memberIdentityProvider.functionRoleName",
      name,
      `roles.${owner.key} already has that name; IAM compares names without regard to case`,
    );
  }
}

/** Parameter of the portal's template that takes the external id of the container log reader (TF24). */
export const EXTERNAL_ID_PARAMETER = "AzureDefenderKubernetesScubaReaderRoleStsExternalId";

const EXTERNAL_ID: TemplateParameter = {
  Type: "String",
  Description: "External id that Microsoft's container log reader presents; the connector has the same.",
};

function roleNameParameters(roles: readonly AccountRole[]): Record<string, TemplateParameter> {
  return Object.fromEntries(
    roles.flatMap(({ key, plainName }) => {
      const { portalParameter, nameFormat } = ROLE_CATALOGUE[key];
      const declaration: TemplateParameter = {
        Type: "String",
        Description: `Name of the role ${key}; the connector has the same.`,
        Default: plainName,
        AllowedPattern: nameFormat.pattern,
      };
      return portalParameter === undefined ? [] : [[portalParameter, declaration]];
    }),
  );
}

function identityProvidersOf(input: MemberTemplateInput): MemberIdentityProvider[] {
  const {
    plans,
    entraTenantId,
    identityProvider: { mode },
  } = input;
  const ciem = plans.defenderCspm && plans.defenderCspm.ciem;
  return [
    { logicalId: logicalIdIn(mode, "IdentityProvider"), tenantId: MICROSOFT_TENANT_ID, audiences: audiencesOf(plans) },
    ...(ciem
      ? [
          {
            logicalId: logicalIdIn(mode, "CiemIdentityProvider"),
            tenantId: entraTenantId,
            audiences: [AUDIENCES.ciem],
          },
        ]
      : []),
  ];
}
