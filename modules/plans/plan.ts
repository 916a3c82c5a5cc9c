import type { Schema } from "../inputs";
import type { ConnectorApiVersion } from "./api-version";
import type { RoleDefinition } from "./role";
import type { RoleKey } from "./role-keys";

/** Offerings of an AWS connector (securityConnectors, either API version). */
export type OfferingType =
  | "CspmMonitorAws"
  | "DefenderCspmAws"
  | "DefenderForServersAws"
  | "DefenderForContainersAws"
  | "DefenderForDatabasesAws";

/** An offering of a connector, field by field as the API has it (Azure/azure-rest-api-specs@31c65e1b, Azure/bicep-types-az@1f896de2). */
export interface Offering extends Readonly<Record<string, unknown>> {
  /** Which offering it is. */
  readonly offeringType: OfferingType;
}

/** Why a plan needs a role. */
export interface PlanRoleUse<Feature = string> {
  /** The role. */
  readonly role: RoleDefinition;
  /** The feature that needs it; absent: the plan as a whole. */
  readonly feature?: Feature;
  /** Object of the offering whose `cloudRoleArn` takes the role; absent where the connector does not name the role. */
  readonly field?: string;
  /**
   * Whether the newer API version lacks the field.
   * @default false
   */
  readonly olderOnly?: true;
}

/** What happens because a plan is on, for whoever decides about it. */
export interface Consequence<Feature = string> {
  /** `billing`: what costs money. `change`: what changes in the account. `access`: what Defender may read. */
  readonly kind: "billing" | "change" | "access";
  /** The feature that causes it; absent: the plan as a whole. */
  readonly feature?: Feature;
  /** A sentence. Where Azure bills, without an amount: https://azure.microsoft.com/pricing/details/defender-for-cloud/ has it. */
  readonly text: string;
}

/** A Defender plan: what can be chosen, which roles each feature needs, and what the connector says about it. */
export interface PlanDefinition<Plan> {
  /** Offering of the connector. */
  readonly offeringType: OfferingType;
  /** What can be chosen, with the portal's defaults. */
  readonly schema: Schema<Plan>;
  /** Which features need which roles. */
  readonly roleUses: readonly PlanRoleUse<keyof Plan & string>[];
  /** What starts billing, what changes in the account, and what Defender may read. */
  readonly consequences: readonly Consequence<keyof Plan & string>[];
  /**
   * The offering. Every switch is written, also those that are off: whether the service takes an absent feature for "off" is
   * not documented.
   */
  readonly offering: (
    plan: Plan,
    fields: ConnectorFields,
    apiVersion: ConnectorApiVersion,
  ) => Readonly<Record<string, unknown>>;
  /**
   * Props for which only the newer API version has fields, by their path in the plan.
   * @default none
   */
  readonly newerFeatures?: readonly string[];
}

/** A field of an offering that is nothing but a role. */
export interface RoleField {
  /** ARN of the role that Defender assumes; absent where no selected feature needs it. */
  readonly cloudRoleArn?: string;
}

/** A field of an offering that is switched on and off, and needs its role where it is on. */
export interface SwitchField extends RoleField {
  /** Whether the feature is on. */
  readonly enabled: boolean;
}

/** Answers which role's ARN goes into which field of an offering, by the uses that a selection has. */
export class ConnectorFields {
  private readonly arns: ReadonlyMap<string, string>;

  public constructor(uses: readonly PlanRoleUse[], roleArn: (role: RoleKey) => string) {
    this.arns = new Map(uses.flatMap(({ field, role }) => (field ? [[field, roleArn(role.key)]] : [])));
  }

  /** A field that is nothing but a role. */
  public role(field: string): RoleField {
    const cloudRoleArn = this.arns.get(field);
    return cloudRoleArn === undefined ? {} : { cloudRoleArn };
  }

  /** Fields that are nothing but a role, left out where no selected feature needs them. */
  public roles(...fields: readonly string[]): Readonly<Record<string, RoleField>> {
    return Object.fromEntries(fields.filter((field) => this.arns.has(field)).map((field) => [field, this.role(field)]));
  }

  /** A field that is on where a selected feature needs its role. */
  public switch(field: string): SwitchField {
    return { enabled: this.arns.has(field), ...this.role(field) };
  }
}

/** The uses that a plan has with the features chosen. */
export function usesOfPlan<Plan>(definition: PlanDefinition<Plan>, plan: Plan): PlanRoleUse[] {
  return ofChosenFeatures(definition.roleUses, plan);
}

/** The consequences that a plan has with the features chosen. */
export function consequencesOfPlan<Plan>(definition: PlanDefinition<Plan>, plan: Plan): Consequence[] {
  return ofChosenFeatures(definition.consequences, plan);
}

function ofChosenFeatures<Plan, Part extends { readonly feature?: keyof Plan & string }>(
  parts: readonly Part[],
  plan: Plan,
): Part[] {
  return parts.filter(({ feature }) => feature === undefined || plan[feature] !== false);
}
