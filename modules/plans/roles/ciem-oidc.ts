import { ROLE_NAME } from "../../inputs";
import { AUDIENCES, customerTenantTrust } from "../identity-providers";
import type { RoleDefinition } from "../role";
import { requiredSetting } from "./required-setting";

export const ciemOidc: RoleDefinition = {
  key: "ciemOidc",
  description:
    "Entry role of CIEM: assumed by Microsoft's CIEM application with a token of the customer's own Entra tenant, then assumes ciemDiscovery.",
  defaultName: () => "DefenderForCloud-OidcCiem",
  formerNames: [],
  nameFormat: ROLE_NAME,
  portalParameter: "CiemOidcRoleName",
  trust: (env) => [
    customerTenantTrust(env, AUDIENCES.ciem, requiredSetting(env.settings.ciem, "ciem").applicationSubject),
  ],
  permissions: (_level, env) => ({
    awsManagedPolicies: [],
    policies: [
      {
        name: `mdc-mciem-oidc-${env.entraTenantId}-assume`,
        statements: [
          {
            Effect: "Allow",
            Action: [
              "sts:AssumeRole",
              "sts:GetAccessKeyInfo",
              "sts:GetCallerIdentity",
              "sts:GetFederationToken",
              "sts:GetServiceBearerToken",
              "sts:GetSessionToken",
              "sts:TagSession",
            ],
            Resource: [env.roleArn("ciemDiscovery")],
          },
        ],
      },
    ],
  }),
  evidence: {
    name: "two or more sources",
    trust: "one source",
    audience: "one source",
    default: "two or more sources",
    leastPrivilege: "one source",
    resources: "one source",
  },
  sources: ["TF24", "PERM25", "PERM24", "AZPS", "CIEM26", "AUTH", "QS26", "INVENTORY"],
  notes: [
    "The sub claim differs from tenant to tenant: an input, never one of the values in public samples. It is the object id of the service principal of Microsoft's application b46c3ac5-9da6-418f-a849-0a07a10b3c6c (Cloud Infrastructure Entitlement Management), not of mciem-aws-oidc-connector, which is the audience only (inferred from Microsoft's onboarding for GCP).",
    "Sources disagree on whether today's CIEM still uses this role (authentication page 2025-11, CIEM page 2026-06, quickstart 2026-08): compare with a template from the portal.",
    "Resource: the ciemDiscovery of this account. Microsoft's Terraform allows that name in every account, but each ciemDiscovery trusts only the ciemOidc of its own account; a stray brace of that Terraform is corrected, too.",
  ],
};
