import { InputError } from "../foundation";
import {
  accountRoles,
  AUDIENCES,
  audiencesOf,
  EXTERNAL_ID_PARAMETER,
  MICROSOFT_TENANT_ID,
  ROLE_CATALOGUE,
  ROLE_NAME_PARAMETERS,
  rolesOf,
} from "../plans";
import type {
  AccessLevel,
  AccountRole,
  ArcAutomationInput,
  RoleKey,
  RoleOptionsByRole,
  RoleSettings,
  SelectedPlans,
} from "../plans";
import { arcResources } from "./arc-resources";
import { parameterReference, STACK_ENVIRONMENT } from "./cloudformation";
import type { CloudFormationTemplate, TemplateParameter } from "./cloudformation";
import { identityProviderResources, logicalIdIn } from "./identity-provider-resources";
import type { MemberIdentityProvider, MemberIdentityProviderMode } from "./identity-provider-resources";
import { logicalIdsOf, roleResources } from "./role-resources";

/** What each member account gets. */
export interface MemberTemplateInput {
  /** The selected plans. */
  readonly plans: SelectedPlans;
  /** How much Defender may do. */
  readonly accessLevel: AccessLevel;
  /** Entra tenant of the customer. */
  readonly entraTenantId: string;
  /** What the selected plans say about their roles. */
  readonly settings: RoleSettings;
  /** Options of the roles. */
  readonly roles: RoleOptionsByRole;
  /** What the stack does about the identity providers. */
  readonly identityProvider: MemberIdentityProviderMode;
  /**
   * Name of the role of the function that ensures the identity providers.
   * @default CloudFormation makes one up
   */
  readonly functionRoleName?: string;
  /** Instances that are made ready for the Arc agent; for plans that install it. */
  readonly arcAutomation: ArcAutomationInput;
}

/** A template, and the value of each of its parameters. */
export interface MemberTemplate {
  /** The template. */
  readonly template: CloudFormationTemplate;
  /** The value of every parameter: a StackSet whose defaults are not repeated plans them as a change for ever. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Renders the selection as the CloudFormation template of a member account. No account id stands in it. */
export function memberTemplate(input: MemberTemplateInput): MemberTemplate {
  const keys = rolesOf(input.plans);
  const { dataCollectionExternalId } = input.settings;
  const settings: RoleSettings = {
    ...input.settings,
    ...(dataCollectionExternalId === undefined
      ? {}
      : { dataCollectionExternalId: parameterReference(EXTERNAL_ID_PARAMETER) }),
  };
  const account = { ...STACK_ENVIRONMENT, entraTenantId: input.entraTenantId, settings };
  const described = accountRoles(
    keys,
    input.accessLevel,
    {
      ...account,
      writeName: (role, name) => {
        const parameter = ROLE_NAME_PARAMETERS[role];
        return parameter === undefined ? name : parameterReference(parameter);
      },
    },
    input.roles,
  );
  const named = accountRoles(keys, input.accessLevel, account, input.roles);
  checkFunctionRoleName(input.functionRoleName, named.roles);
  const roleNames = roleNameParameters(named.roles);
  const declarations = {
    ...roleNames,
    ...(dataCollectionExternalId === undefined ? {} : { [EXTERNAL_ID_PARAMETER]: EXTERNAL_ID }),
  };
  const names = Object.keys(declarations);
  const identityProviders = identityProvidersOf(input);
  const waitFor = input.identityProvider === "none" ? [] : identityProviders.map(({ logicalId }) => logicalId);
  const arcRole = described.roles.find(({ key }) => key === "arcHostManagement");
  return {
    template: {
      AWSTemplateFormatVersion: "2010-09-09",
      Description: "Microsoft Defender for Cloud: what the selected plans need in a member account",
      Parameters: declarations,
      Resources: {
        ...identityProviderResources(input.identityProvider, identityProviders, {
          ...input.roles.all,
          ...(input.functionRoleName === undefined ? {} : { name: input.functionRoleName }),
        }),
        ...roleResources(described.roles, names, waitFor),
        ...(arcRole ? arcResources(described.environment, input.arcAutomation, names, logicalIdsOf(arcRole)) : {}),
      },
    },
    parameters: {
      ...Object.fromEntries(Object.entries(roleNames).map(([name, { Default = "" }]) => [name, Default])),
      ...(dataCollectionExternalId === undefined ? {} : { [EXTERNAL_ID_PARAMETER]: dataCollectionExternalId }),
    },
  };
}

/** IAM compares names without regard to case. */
function checkFunctionRoleName(name: string | undefined, roles: readonly AccountRole[]): void {
  const owner = roles.find((role) => role.name.toLowerCase() === name?.toLowerCase());
  if (owner !== undefined) {
    throw new InputError(
      "memberFunctionRoleName",
      name,
      `roles.${owner.key} has that name already; names must differ, also in more than case`,
    );
  }
}

const EXTERNAL_ID: TemplateParameter = {
  Type: "String",
  Description: "External id that Microsoft's container log reader presents; the connector has the same.",
};

function roleNameParameters(roles: readonly AccountRole[]): Record<string, TemplateParameter> {
  return Object.fromEntries(
    roles.flatMap(({ key, name }) => {
      const parameter = ROLE_NAME_PARAMETERS[key];
      return parameter === undefined ? [] : [[parameter, roleNameParameter(key, name)]];
    }),
  );
}

function roleNameParameter(key: RoleKey, name: string): TemplateParameter {
  return {
    Type: "String",
    Description: `Name of the role ${key}; the connector has the same.`,
    Default: name,
    AllowedPattern: ROLE_CATALOGUE[key].nameFormat.pattern,
  };
}

function identityProvidersOf(input: MemberTemplateInput): MemberIdentityProvider[] {
  const { plans, entraTenantId, identityProvider: mode } = input;
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
