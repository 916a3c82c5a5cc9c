import { ARC_AUTOMATION } from "./arc-automation";
import { AZURE_CONNECTOR } from "./azure-connector";
import { CLOUDTRAIL_FANOUT } from "./cloudtrail-fanout";
import { IAM_ROLES } from "./iam-roles";
import { IDENTITY_PROVIDER } from "./identity-provider";
import type { JsonSchema, Schema } from "./inputs";
import { MEMBER_ACCOUNTS } from "./member-accounts";
import { ACCOUNT_ONBOARDING, ORGANIZATION_ONBOARDING } from "./onboarding";

const SCHEMAS: Readonly<Record<string, Schema<unknown>>> = {
  AccountOnboarding: ACCOUNT_ONBOARDING,
  ArcAutomation: ARC_AUTOMATION,
  AzureConnector: AZURE_CONNECTOR,
  CloudTrailFanout: CLOUDTRAIL_FANOUT,
  IamRoles: IAM_ROLES,
  IdentityProvider: IDENTITY_PROVIDER,
  MemberAccounts: MEMBER_ACCOUNTS,
  OrganizationOnboarding: ORGANIZATION_ONBOARDING,
};

/**
 * The literal inputs of each construct as JSON Schema (draft 2020-12), by the construct's name. Providers and dependencies are no
 * part of them, nor are rules between inputs.
 */
export function jsonSchemas(): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    Object.entries(SCHEMAS).map(([name, { json }]) => [
      name,
      { $schema: "https://json-schema.org/draft/2020-12/schema", title: name, ...json },
    ]),
  );
}
