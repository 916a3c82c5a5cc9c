import type { PolicyDocument } from "../iam";
import type { RoleKey } from "./role-keys";

/** A customer managed policy, ready to render. */
export interface AccountPolicy {
  /** Key among the policies of its role; part of Terraform addresses, so it holds no Terraform value. */
  readonly key: string;
  /** Name in IAM. */
  readonly name: string;
  /** The document, within IAM's limit. */
  readonly document: PolicyDocument;
  /** Whether it exists already and is taken over. */
  readonly adopt: boolean;
}

/** A managed policy that exists already, of AWS or of the customer. */
export interface AttachedPolicy {
  /** Key among the policies of its role; part of Terraform addresses, so it holds no Terraform value. */
  readonly key: string;
  /** ARN of the policy. */
  readonly arn: string;
}

/** A role of one account, ready to render as Terraform or CloudFormation. */
export interface AccountRole {
  /** Its key in the catalogue. */
  readonly key: RoleKey;
  /** Name in IAM, as it is written. */
  readonly name: string;
  /** The same name where it is a parameter of a template: the value of the parameter. */
  readonly plainName: string;
  /** Path in IAM. */
  readonly path: string;
  /** Description in IAM. */
  readonly description: string;
  /** Trust policy. */
  readonly trust: PolicyDocument;
  /** Roles to create before this one, because the trust names them. */
  readonly trustsRoles: readonly RoleKey[];
  /** Managed policies to attach: those of AWS, then the customer's own. */
  readonly attachedPolicies: readonly AttachedPolicy[];
  /** Customer managed policies to create and attach. */
  readonly policies: readonly AccountPolicy[];
  /** Permissions boundary. */
  readonly permissionsBoundaryArn?: string;
  /** Longest session in seconds. */
  readonly maxSessionDurationSeconds?: number;
  /** Tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether a role of this name and path that exists already is taken over. */
  readonly adoptExisting: boolean;
}

/** An existing role that is used unchanged. */
export interface ExistingRole {
  /** Its key in the catalogue. */
  readonly key: RoleKey;
  /** Its name in IAM. */
  readonly name: string;
  /** Its ARN. */
  readonly arn: string;
  /** The trust that it needs. */
  readonly trust: PolicyDocument;
}
