import type { PolicyStatement } from "../iam";
import type { Format } from "../inputs";
import type { AccessLevel } from "./access-level";
import type { AccountContext } from "./account-context";
import type { RoleKey } from "./role-keys";
import type { EvidenceLevel, SourceTag } from "./sources";

/** A named customer managed policy of a role. */
export interface RolePolicy {
  /** Name of the policy, as Microsoft's Terraform has it. */
  readonly name: string;
  /** Its statements. */
  readonly statements: readonly PolicyStatement[];
}

/** What a role may do at one access level. */
export interface RolePermissions {
  /** Names of AWS managed policies, without the ARN prefix, for instance `ReadOnlyAccess`. */
  readonly awsManagedPolicies: readonly string[];
  /** Customer managed policies. */
  readonly policies: readonly RolePolicy[];
}

/** How well the parts of a role are known; its notes name single actions and resources that are known less well. */
export interface RoleEvidence {
  /** Name of the role. */
  readonly name: EvidenceLevel;
  /** Its trust document. */
  readonly trust: EvidenceLevel;
  /** The audience that its trust names. Absent if there is none. */
  readonly audience?: EvidenceLevel;
  /** Its actions and AWS managed policies at access level `default`. */
  readonly default: EvidenceLevel;
  /** Its actions and AWS managed policies at access level `leastPrivilege`. */
  readonly leastPrivilege: EvidenceLevel;
  /** Resources and conditions of its own policies. Absent where nothing rates them apart from the actions. */
  readonly resources?: EvidenceLevel;
}

/** What Microsoft's own policy leaves open, beyond what the role is for. */
export interface RoleRisk {
  /** What whoever holds the role could do. */
  readonly risk: string;
  /** What to do about it, and what that costs. */
  readonly remedy: string;
  /** Denials that work, ready for `additionalStatements` of the role; absent where another choice is the remedy. */
  readonly statements?: (env: Pick<AccountContext, "partition" | "accountId">) => readonly PolicyStatement[];
}

/** Tag that the ready denials use: Defender may not change what carries it. */
export const KEEP_OUT = { key: "defender-for-cloud", value: "keep-out" } as const;

/** Denies actions on what carries the tag. */
export function denyOnTagged(sid: string, actions: readonly string[], resources: readonly string[]): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Deny",
    Action: actions,
    Resource: resources,
    Condition: { StringEquals: { [`aws:ResourceTag/${KEEP_OUT.key}`]: [KEEP_OUT.value] } },
  };
}

/** A role that Defender for Cloud needs: described once, rendered as Terraform, as CloudFormation and as documentation. */
export interface RoleDefinition {
  /** Key in the catalogue. */
  readonly key: RoleKey;
  /** What the role is for. */
  readonly description: string;
  /** The current name, as the portal fills it in. */
  readonly defaultName: (env: Pick<AccountContext, "region" | "settings">) => string;
  /** Names that earlier templates used. */
  readonly formerNames: readonly string[];
  /** The form that an own name must have. */
  readonly nameFormat: Format;
  /**
   * Parameter of the portal's CloudFormation template that names the role: seen in screenshots of the template (SHOT23,
   * SHOT24), printed in documentation (OFFBOARD), else as Microsoft's Terraform has it (TF24). Absent where the portal fixes
   * the name.
   */
  readonly portalParameter?: string;
  /** Roles that the trust names: they must exist first, or IAM refuses the trust. */
  readonly trustsRoles?: readonly RoleKey[];
  /** Audience of the Microsoft tenant's tokens that may assume the role; absent where another principal does. */
  readonly audience?: string;
  /** Who may assume the role. */
  readonly trust: (env: AccountContext) => readonly PolicyStatement[];
  /** What the role may do. */
  readonly permissions: (level: AccessLevel, env: AccountContext) => RolePermissions;
  /** How well this is known. */
  readonly evidence: RoleEvidence;
  /** Where it is known from. */
  readonly sources: readonly SourceTag[];
  /**
   * What the policies leave open.
   * @default nothing worth saying
   */
  readonly risks?: readonly RoleRisk[];
  /** What a reviewer should know: conflicts between sources, corrections, decisions. */
  readonly notes: readonly string[];
}

/** ARN of an AWS managed policy. */
export function awsManagedPolicyArn(env: Pick<AccountContext, "partition">, name: string): string {
  return `arn:${env.partition}:iam::aws:policy/${name}`;
}
