import type { PolicyStatement } from "../iam";
import type { ArcAutomationSettings } from "./arc-automation-options";
import type { RoleKey } from "./role-keys";

/**
 * Where a role is made. The catalogue describes roles as functions of this; the values are literals, Terraform
 * references or CloudFormation pseudo parameters, depending on who renders them.
 */
export interface AccountContext {
  /** Partition of the account: the second part of every ARN. */
  readonly partition: string;
  /** DNS suffix of the partition's services. */
  readonly urlSuffix: string;
  /** The account that holds the roles, 12 digits. */
  readonly accountId: string;
  /** Region of regional names. */
  readonly region: string;
  /** Entra tenant of the customer, a GUID. */
  readonly entraTenantId: string;
  /** Name under which a role exists in this account, with overrides applied. */
  readonly roleName: (role: RoleKey) => string;
  /** ARN of a role in this account: also where the role has a path or was made by somebody else. */
  readonly roleArn: (role: RoleKey) => string;
  /** What the selected plans say about their roles. */
  readonly settings: RoleSettings;
}

/** Values that selected features hand to their roles. */
export interface RoleSettings {
  /** External id of the container log reader; the connector has the same value. */
  readonly dataCollectionExternalId?: string;
  /** CIEM: who the application is, and which bucket holds CloudTrail. */
  readonly ciem?: {
    /** `sub` claim of the tokens: who calls. */
    readonly applicationSubject: string;
    /** Name of the bucket with the CloudTrail logs. */
    readonly cloudTrailBucketName: string;
  };
  /** Open-source databases: what Microsoft does not publish about the role. */
  readonly openSourceDatabases?: {
    /** Trust statements of the role, from the portal's template. */
    readonly trustStatements: readonly PolicyStatement[];
    /** Resources of the role's statement, from the portal's template. */
    readonly resources: readonly string[];
    /** Audience that the trust statements name. */
    readonly audience?: string;
  };
  /** Arc auto-provisioning through Systems Manager. */
  readonly arc?: ArcAutomationSettings;
}
