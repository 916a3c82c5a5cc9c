import type { PolicyStatement } from "../iam";
import { ENTRA_TENANT_ID, MICROSOFT_TENANT_ID } from "../inputs";
import type { AccountContext } from "./account-context";
import type { RoleDefinition } from "./role";

export { ENTRA_TENANT_ID, MICROSOFT_TENANT_ID };

/**
 * Thumbprint of the token issuer's certificate chain, for the Microsoft tenant and for customer tenants alike
 * (Azure-Sentinel CloudFormation templates; Microsoft's Terraform, 2024-02-13).
 */
export const ISSUER_THUMBPRINT = "626d44e704d1ceabe3bf0d53397464ac8080142c";

/** Audiences (client IDs) of Microsoft's applications. */
export const AUDIENCES = {
  cspm: "api://4d8bed1f-eee7-4d8e-b0dc-8462049a4479",
  servers: "api://AzureSecurityCenter.MultiCloud.DefenderForServers",
  vmScanner: "api://AzureSecurityCenter.MultiCloud.DefenderForServers.VmScanner",
  containers: "api://6610e979-c931-41ec-adc7-b9920c9d52f1",
  sensitiveData: "api://b2f86835-c959-461c-b08c-2cd5ca382af5",
  databases: "api://AzureSecurityCenter.MultiCloud.DefenderForDatabases",
  /** Shared by Defender's container log reader and by Microsoft Sentinel: never remove it from a provider. */
  containersDataCollection: "api://1462b192-27f7-4cb9-8523-0f4ecb54b47e",
  /** Of the CIEM application in the customer's own tenant; belongs to the customer tenant's provider. */
  ciem: "api://mciem-aws-oidc-app",
} as const;

/** The audience that Microsoft Sentinel's AWS connectors use. */
export const SENTINEL_AUDIENCE = AUDIENCES.containersDataCollection;

/**
 * Audiences of others in the provider of Microsoft's tenant, never taken away: that of Microsoft Sentinel's connectors, and
 * that of its attack disruption on AWS, whose role is named `OIDC_Actions_Sentinel` (Microsoft Sentinel documentation,
 * aws-disruption, 2026-07-01).
 */
export const SENTINEL_AUDIENCES: readonly string[] = [SENTINEL_AUDIENCE, "api://b7c1e142-0933-4310-ba00-8b28878bfece"];

/** URL of a tenant's identity provider. The final slash is part of it: without it AWS matches no token. */
export function identityProviderUrl(tenantId: string): string {
  return `https://${issuer(tenantId)}`;
}

/** ARN of a tenant's identity provider in the account; it ends with a slash. */
export function identityProviderArn(env: Pick<AccountContext, "partition" | "accountId">, tenantId: string): string {
  return `arn:${env.partition}:iam::${env.accountId}:oidc-provider/${issuer(tenantId)}`;
}

/**
 * Trust of the roles that Defender assumes with a token of the Microsoft tenant. The audience names Microsoft's
 * application, not the customer: the session name is the only condition that binds the role to one tenant.
 *
 * The operator is StringLike because Microsoft's templates have it; neither value holds a wildcard, so it acts as
 * StringEquals.
 */
export function microsoftTenantTrust(env: AccountContext, audience: string): PolicyStatement {
  return {
    Effect: "Allow",
    Principal: { Federated: [identityProviderArn(env, MICROSOFT_TENANT_ID)] },
    Action: ["sts:AssumeRoleWithWebIdentity"],
    Condition: {
      StringLike: {
        [`${issuer(MICROSOFT_TENANT_ID)}:aud`]: [audience],
        "sts:RoleSessionName": [`MicrosoftDefenderForClouds_${env.entraTenantId}`],
      },
    },
  };
}

/** The trust of a role that only Defender can assume, with one audience of the Microsoft tenant. */
export function trustedByMicrosoft(audience: string): Pick<RoleDefinition, "audience" | "trust"> {
  return { audience, trust: (env) => [microsoftTenantTrust(env, audience)] };
}

/** Trust of the CIEM entry role: an application of the customer's own tenant, known by its audience and subject. */
export function customerTenantTrust(env: AccountContext, audience: string, subject: string): PolicyStatement {
  return {
    Effect: "Allow",
    Principal: { Federated: [identityProviderArn(env, env.entraTenantId)] },
    Action: ["sts:AssumeRoleWithWebIdentity"],
    Condition: {
      StringEquals: {
        [`${issuer(env.entraTenantId)}:aud`]: [audience],
        [`${issuer(env.entraTenantId)}:sub`]: [subject],
      },
    },
  };
}

/** The issuer as IAM's condition keys name it; the final slash is part of it. */
export function issuer(tenantId: string): string {
  return `sts.windows.net/${tenantId}/`;
}
