import { DEFAULT_API_VERSION } from "./api-version";
import type { ConnectorApiVersion } from "./api-version";
import { PLANS } from "./defender-plans";
import type { ResolvedPlans } from "./defender-plans";
import { FOUNDATIONAL_CSPM } from "./foundational-cspm";
import { AUDIENCES } from "./identity-providers";
import { ConnectorFields, consequencesOfPlan, usesOfPlan } from "./plan";
import type { Consequence, Offering, OfferingType, PlanDefinition, PlanRoleUse } from "./plan";
import type { RoleKey } from "./role-keys";

/** One use of a role: the plan and feature that need it, and the connector field that takes its ARN. */
export interface RoleUse {
  /** The role. */
  readonly role: RoleKey;
  /** Plan and feature, as the selection names them; only the plan if it needs the role as a whole. */
  readonly feature: string;
  /** Offering of the connector. */
  readonly offering: OfferingType;
  /** Object of the offering whose `cloudRoleArn` takes the role; absent where the connector does not name the role. */
  readonly field?: string;
  /** Whether the newer API version lacks the field. */
  readonly olderOnly?: true;
}

const FOUNDATIONAL = "foundational CSPM";

/** Every use of every role, by any selection. */
export const ROLE_USES: readonly RoleUse[] = [
  ...FOUNDATIONAL_CSPM.roleUses.map((use) => roleUse(FOUNDATIONAL, FOUNDATIONAL_CSPM, use)),
  ...Object.entries(PLANS).flatMap(([key, definition]) =>
    definition.roleUses.map((use) => roleUse(key, definition, use)),
  ),
];

/** The uses that a selection has. */
export function roleUses(plans: ResolvedPlans): RoleUse[] {
  return chosenPlans(plans).flatMap(({ key, offeringType, uses }) =>
    uses.map((use) => roleUse(key, { offeringType }, use)),
  );
}

/** The roles that a selection needs, each once. */
export function rolesOf(plans: ResolvedPlans): RoleKey[] {
  return [...new Set(roleUses(plans).map((use) => use.role))];
}

/** The roles of a selection by plan: what each plan, and foundational CSPM, assumes. */
export function rolesByPlan(plans: ResolvedPlans): Readonly<Record<string, readonly RoleKey[]>> {
  return Object.fromEntries(
    chosenPlans(plans).map(({ key, uses }) => [
      key === FOUNDATIONAL ? "foundationalCspm" : key,
      [...new Set(uses.map(({ role }) => role.key))],
    ]),
  );
}

/** The connector's offerings of a selection. */
export function offeringsOf(
  plans: ResolvedPlans,
  roleArn: (role: RoleKey) => string,
  apiVersion: ConnectorApiVersion = DEFAULT_API_VERSION,
): Offering[] {
  return chosenPlans(plans).map(({ offering }) => offering(roleArn, apiVersion));
}

/** A consequence of a selection, and the plan that causes it. */
export interface SelectionConsequence extends Consequence {
  /** The plan, as the selection names it; `foundational CSPM` is part of every selection. */
  readonly plan: string;
}

/** What a selection starts to bill, changes in the account, and lets Defender read. Discovery, README and examples show it. */
export function consequencesOf(plans: ResolvedPlans): SelectionConsequence[] {
  return chosenPlans(plans).flatMap(({ key, consequences }) =>
    consequences.map((consequence) => ({ plan: key, ...consequence })),
  );
}

/** Every consequence of every plan, whatever is selected. */
export const ALL_CONSEQUENCES: readonly SelectionConsequence[] = [
  ...FOUNDATIONAL_CSPM.consequences.map((consequence) => ({ plan: FOUNDATIONAL, ...consequence })),
  ...Object.entries(PLANS).flatMap(([plan, { consequences }]) =>
    consequences.map((consequence) => ({ plan, ...consequence })),
  ),
];

/**
 * Audiences that the Microsoft tenant's identity provider must list for a selection: exactly those that the trusts of
 * the selected roles name. AWS refuses a token whose audience is not listed.
 */
export function audiencesOf(plans: ResolvedPlans): string[] {
  const { openSourceDatabases } = plans.databases || { openSourceDatabases: false };
  const named = new Set(
    [
      ...chosenPlans(plans).flatMap(({ uses }) => uses.map(({ role }) => role.audience)),
      openSourceDatabases ? openSourceDatabases.audience : undefined,
    ].flatMap((audience) => audience ?? []),
  );
  const known: readonly string[] = Object.values(AUDIENCES);
  // In a fixed order, so that a plan that is switched on adds a line and moves none.
  return [...known.filter((audience) => named.has(audience)), ...[...named].filter((own) => !known.includes(own))];
}

/** A plan that is on: the uses and consequences that its features have, and its offering. */
interface ChosenPlan {
  readonly key: string;
  readonly offeringType: OfferingType;
  readonly uses: readonly PlanRoleUse[];
  readonly consequences: readonly Consequence[];
  readonly offering: (roleArn: (role: RoleKey) => string, apiVersion: ConnectorApiVersion) => Offering;
}

function chosenPlans(plans: ResolvedPlans): ChosenPlan[] {
  return [
    ...choose(FOUNDATIONAL, FOUNDATIONAL_CSPM, {}),
    ...choose("defenderCspm", PLANS.defenderCspm, plans.defenderCspm),
    ...choose("servers", PLANS.servers, plans.servers),
    ...choose("containers", PLANS.containers, plans.containers),
    ...choose("databases", PLANS.databases, plans.databases),
  ];
}

function choose<Plan>(key: string, definition: PlanDefinition<Plan>, plan: false | Plan): ChosenPlan[] {
  if (plan === false) {
    return [];
  }
  const { offeringType } = definition;
  const uses = usesOfPlan(definition, plan);
  return [
    {
      key,
      offeringType,
      uses,
      consequences: consequencesOfPlan(definition, plan),
      offering: (roleArn, apiVersion) => ({
        offeringType,
        ...definition.offering(plan, new ConnectorFields(uses, roleArn), apiVersion),
      }),
    },
  ];
}

function roleUse(key: string, { offeringType }: { readonly offeringType: OfferingType }, use: PlanRoleUse): RoleUse {
  return {
    role: use.role.key,
    feature: use.feature === undefined ? key : `${key}.${use.feature}`,
    offering: offeringType,
    ...(use.field === undefined ? {} : { field: use.field }),
    ...(use.olderOnly ? { olderOnly: use.olderOnly } : {}),
  };
}
