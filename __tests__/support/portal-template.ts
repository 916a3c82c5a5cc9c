import type { AccessLevel, DefenderPlans } from "../../modules/plans";
import {
  accountRoles,
  AUDIENCES,
  audiencesOf,
  identityProviderUrl,
  ISSUER_THUMBPRINT,
  MICROSOFT_TENANT_ID,
  ROLE_CATALOGUE,
  rolesOf,
  resolvePlans,
} from "../../modules/plans";
import { ARC } from "./account-environment";
import { ACCOUNT } from "./synth";

export const PROVIDER = "ASCDefendersOIDCIdentityProvider";
const CIEM_PROVIDER = "MDCCiemOIDCIdentityProvider";

/** A template as the portal's is known to be: names as parameters, policies inside the roles. */
export interface PortalTemplateJson {
  Description: string;
  Parameters: Record<string, Record<string, unknown>>;
  Resources: Record<string, { Type: string; DependsOn?: string; Properties: Record<string, unknown> }>;
  Outputs: Record<string, object>;
}

/**
 * What the portal would generate for a selection if the catalogue were right in all: of our own making, with the logical
 * ids, the description and the parameters of which public screenshots and pages speak.
 */
export function portalTemplate(plans: DefenderPlans, level: AccessLevel = "default"): PortalTemplateJson {
  const selected = resolvePlans(plans);
  const ciem = selected.defenderCspm && selected.defenderCspm.ciem;
  const auditLogs = selected.containers && selected.containers.auditLogCollection;
  const openSourceDatabases = selected.databases && selected.databases.openSourceDatabases;
  const { roles } = accountRoles(rolesOf(selected), level, {
    partition: "${AWS::Partition}",
    urlSuffix: "${AWS::URLSuffix}",
    accountId: "${AWS::AccountId}",
    region: "${AWS::Region}",
    entraTenantId: ACCOUNT.entraTenantId,
    settings: {
      dataCollectionExternalId: auditLogs ? (auditLogs.externalId ?? EXTERNAL_ID) : "",
      arc: ARC,
      ...(ciem ? { ciem } : {}),
      ...(openSourceDatabases ? { openSourceDatabases } : {}),
    },
  });
  const template: PortalTemplateJson = {
    Description: "Cross Cloud Security Center IAM Role to set read permissions",
    Parameters: {},
    Resources: {
      [PROVIDER]: provider(identityProviderUrl(MICROSOFT_TENANT_ID), audiencesOf(selected)),
      ...(ciem ? { [CIEM_PROVIDER]: provider(identityProviderUrl(ACCOUNT.entraTenantId), [AUDIENCES.ciem]) } : {}),
    },
    Outputs: {},
  };
  for (const role of roles) {
    const parameter = ROLE_CATALOGUE[role.key].portalParameter;
    if (parameter !== undefined) {
      template.Parameters[parameter] = { Type: "String", Default: role.name, AllowedPattern: "[-_a-zA-Z0-9]+" };
    }
    const id = `${role.key.charAt(0).toUpperCase()}${role.key.slice(1)}Role`;
    template.Resources[id] = {
      Type: "AWS::IAM::Role",
      ...(JSON.stringify(role.trust).includes("oidc-provider") ? { DependsOn: PROVIDER } : {}),
      Properties: {
        RoleName: parameter === undefined ? inCloudFormation(role.name) : { Ref: parameter },
        AssumeRolePolicyDocument: inCloudFormation(role.trust),
        ManagedPolicyArns: inCloudFormation(role.attachedPolicies.map(({ arn }) => arn)),
        Policies: role.policies.map(({ name, document }) => ({
          PolicyName: inCloudFormation(name),
          PolicyDocument: inCloudFormation(document),
        })),
      },
    };
    template.Outputs[`${id}Arn`] = { Value: { "Fn::GetAtt": [id, "Arn"] } };
  }
  return template;
}

/** The external id that the portal would have put into the template. */
export const EXTERNAL_ID = "99999999-8888-4777-8666-555555555555";

function provider(url: string, audiences: readonly string[]) {
  return {
    Type: "AWS::IAM::OIDCProvider",
    Properties: { Url: url, ClientIdList: audiences, ThumbprintList: [ISSUER_THUMBPRINT] },
  };
}

function inCloudFormation(value: unknown): unknown {
  if (typeof value === "string") {
    const tenant = /oidc-provider\/sts\.windows\.net\/([^/]+)\/$/.exec(value)?.[1];
    if (tenant !== undefined) {
      return { "Fn::GetAtt": [tenant === MICROSOFT_TENANT_ID ? PROVIDER : CIEM_PROVIDER, "Arn"] };
    }
    return value.includes("${AWS::") ? { "Fn::Sub": value } : value;
  }
  if (Array.isArray(value)) {
    return value.map(inCloudFormation);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, inCloudFormation(entry)]))
    : value;
}
