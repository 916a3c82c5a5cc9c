import type { PolicyStatement } from "../iam";
import type { OpenSourceDatabases, RoleKey, RoleOptions, RoleOptionsByRole } from "../plans";
import { matchRoles, permissionsOfPair, without } from "./compare";
import type { MatchedRoles, RolePair } from "./compare";
import type { TemplateRole } from "./inspect";
import { permissionKey, permissionsOf, scopeKey } from "./permissions";
import type { Permission } from "./permissions";
import { besideCatalogue } from "./selection";
import type { TemplateSelection } from "./selection";
import type { TemplateStatement } from "./statements";
import type { PortalTemplate } from "./template";

/** What the catalogue lacks, as inputs of AccountOnboarding. */
export interface TakenOver {
  /** To be merged into `plans`. */
  readonly plans: {
    /**
     * Defender for Databases.
     * @default the template has no role for open-source databases
     */
    readonly databases?: { readonly openSourceDatabases: OpenSourceDatabases };
  };
  /** To be merged into `roles`. */
  readonly roles: RoleOptionsByRole;
  /** ARNs of roles that read CloudTrail logs from a queue: readers of CloudTrail ingestion. */
  readonly cloudTrailReaderRoleArns: readonly string[];
  /**
   * `applicationSubject` of CIEM.
   * @default the template has no CIEM
   */
  readonly ciemApplicationSubject?: string;
  /** What cannot be taken over, each with the reason. */
  readonly leftOut: readonly string[];
}

/**
 * Takes from a template what the catalogue lacks: further permissions and managed policies of its roles, their names and
 * settings, the unpublished trust and resources of the role for open-source databases, the readers of CloudTrail logs.
 * The result is accepted by `plans` and `roles` as it is.
 *
 * A permission that the catalogue has under stricter conditions is not taken over, and neither is a trust: both would
 * open what the catalogue closes. The comparison shows them.
 */
export function takeOver(template: PortalTemplate, selection: TemplateSelection): TakenOver {
  const leftOut: string[] = [];
  /** Nothing, and a line that says so, for what only a stack knows. */
  const known = <Type>(where: string, value: Type): Type[] => {
    const unknown = unresolvedIn(JSON.stringify(value));
    if (unknown !== undefined) {
      leftOut.push(`${where}: ${unknown} is not known: give the parameter, account or region, or write it out`);
    }
    return unknown === undefined ? [value] : [];
  };
  const { pairs, notSelected, unknown } = matched(template, selection);
  const roleOf = (role: RoleKey) => [...pairs, ...notSelected].find(({ key }) => key === role)?.template;

  const databases = roleOf("dataThreatProtectionDb");
  const [openSourceDatabases] = databases ? known("dataThreatProtectionDb", openSourceDatabasesOf(databases)) : [];
  const plans = openSourceDatabases === undefined ? {} : { databases: { openSourceDatabases } };
  const withDatabases = {
    ...selection,
    plans: { ...selection.plans, databases: { ...selection.plans.databases, ...plans.databases } },
  };
  const roles = Object.fromEntries(
    matched(template, openSourceDatabases === undefined ? selection : withDatabases).pairs.flatMap((pair) => {
      const options = roleOptions(pair, known, leftOut);
      return Object.keys(options).length === 0 ? [] : [[pair.key, options]];
    }),
  ) as RoleOptionsByRole;
  const [ciemApplicationSubject] = valuesOf(roleOf("ciemOidc")?.trust ?? [], ":sub");
  return {
    plans,
    roles,
    cloudTrailReaderRoleArns: unknown.filter(readsCloudTrail).flatMap(({ arn, logicalId }) => known(logicalId, arn)),
    ...(ciemApplicationSubject === undefined ? {} : { ciemApplicationSubject }),
    leftOut,
  };
}

type Known = <Type>(where: string, value: Type) => Type[];

function matched(template: PortalTemplate, selection: TemplateSelection): MatchedRoles {
  return matchRoles(besideCatalogue(template, selection), selection.roles);
}

/** A reference to the stack, or a function, in a value as JSON; a variable of IAM has a colon: `${aws:username}`. */
function unresolvedIn(json: string): string | undefined {
  const found = /(\$\{(?:AWS::[A-Za-z]+|[A-Za-z0-9.]+)\})|\{\\"(Ref|Fn::[A-Za-z]+)/.exec(json);
  return found?.[1] ?? found?.[2];
}

function roleOptions(pair: RolePair, known: Known, leftOut: string[]): RoleOptions {
  const { key, template, catalogue } = pair;
  const arns = catalogue.attachedPolicies.map(({ arn }) => arn);
  const [theirs, ours] = permissionsOfPair(pair);
  const added: Permission[] = [];
  for (const permission of without(theirs, ours, permissionKey)) {
    const reason = reasonToLeaveOut(permission, ours);
    if (reason === undefined) {
      added.push(permission);
    } else {
      leftOut.push(`${key}: a permission on ${permission.action}, resource ${permission.resource}: ${reason}`);
    }
  }
  const lists = {
    additionalStatements: statementsFrom(added).flatMap((one) => known(key, one)),
    additionalManagedPolicyArns: without(template.managedPolicyArns, arns, String).flatMap((arn) => known(key, arn)),
  };
  const values = {
    name: template.name,
    path: template.path,
    permissionsBoundaryArn: template.permissionsBoundaryArn,
    maxSessionDurationSeconds: template.maxSessionDurationSeconds,
  };
  return Object.fromEntries([
    ...Object.entries(values).filter(
      ([option, value]) =>
        value !== undefined && value !== catalogue[option as keyof typeof values] && known(key, value).length > 0,
    ),
    ...Object.entries(lists).filter(([, list]) => list.length > 0),
  ]) as RoleOptions;
}

/** What the catalogue closes is not opened by a file that nobody reviews; undefined: the permission can be taken over. */
function reasonToLeaveOut(permission: Permission, ours: readonly Permission[]): string | undefined {
  const { effect, action, isNegated, condition } = permission;
  if (isNegated) {
    return "the catalogue has no NotAction and NotResource";
  }
  if (ours.some((own) => scopeKey(own) === scopeKey(permission))) {
    return "the catalogue has it under another condition";
  }
  const isConditional = ours.some(
    (own) => own.effect === effect && own.action.toLowerCase() === action.toLowerCase() && own.condition !== undefined,
  );
  return effect === "Allow" && condition === undefined && isConditional
    ? "the catalogue has this action only under a condition"
    : undefined;
}

/** Permissions as few statements: actions of the same resources and conditions are in one statement. */
function statementsFrom(permissions: readonly Permission[]): PolicyStatement[] {
  const resourcesOfAction = grouped(permissions, ({ effect, action, condition }) =>
    JSON.stringify([effect, action, condition]),
  );
  const statements = grouped(resourcesOfAction, ([first, ...rest]) =>
    JSON.stringify([first?.effect, first?.condition, [first, ...rest].map((permission) => permission?.resource)]),
  );
  return statements.flatMap((actions) => {
    const [resources = []] = actions;
    const [first] = resources;
    return first === undefined
      ? []
      : [
          {
            Effect: first.effect === "Deny" ? "Deny" : "Allow",
            Action: actions.flatMap(([permission]) => permission?.action ?? []),
            Resource: resources.map(({ resource }) => resource),
            ...(first.condition === undefined ? {} : { Condition: first.condition }),
          } as const,
        ];
  });
}

function grouped<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()];
}

function openSourceDatabasesOf({ trust, policies }: TemplateRole): OpenSourceDatabases {
  const [audience] = valuesOf(trust, ":aud");
  const resources = policies.flatMap(({ statements }) => statements.flatMap(({ Resource }) => Resource ?? []));
  return {
    trustStatements: trust as readonly PolicyStatement[],
    resources: [...new Set(resources)],
    ...(audience === undefined ? {} : { audience }),
  };
}

/** The values that statements ask for under a condition key. */
function valuesOf(statements: readonly TemplateStatement[], ending: string): string[] {
  return statements.flatMap(({ Condition = {} }) =>
    Object.values(Condition).flatMap((keys) =>
      Object.entries(keys).flatMap(([key, values]) => (key.toLowerCase().endsWith(ending) ? values : [])),
    ),
  );
}

/** Reads messages of a queue and objects of a bucket. */
function readsCloudTrail({ policies }: TemplateRole): boolean {
  const actions = permissionsOf(policies.flatMap(({ statements }) => statements))
    .filter(({ effect }) => effect === "Allow")
    .map(({ action }) => action.toLowerCase());
  const mayDo = (action: string) =>
    actions.some((granted) => granted === action || (granted.endsWith("*") && action.startsWith(granted.slice(0, -1))));
  return mayDo("sqs:receivemessage") && mayDo("s3:getobject");
}
