import { AUDIENCES, audiencesOf, identityProviderUrl, MICROSOFT_TENANT_ID, rolesOf } from "../plans";
import type { AccountRole, RoleKey, RoleOptionsByRole } from "../plans";
import type { TemplateRole } from "./inspect";
import { permissionKey, permissionsOf, statementKey } from "./permissions";
import type { Permission } from "./permissions";
import { keysOfRoles } from "./role-keys";
import { besideCatalogue } from "./selection";
import type { BesideCatalogue, TemplateSelection } from "./selection";
import type { TemplateStatement } from "./statements";
import type { PortalTemplate } from "./template";

/** One difference between a template and the catalogue. */
export interface TemplateDifference {
  /** What differs. */
  readonly kind:
    | "role"
    | "name"
    | "setting"
    | "trust"
    | "managed policy"
    | "permission"
    | "identity provider"
    | "audience"
    | "resource"
    | "unresolved";
  /** Where: key of a role, URL of an identity provider, logical id of a resource. */
  readonly subject: string;
  /**
   * What the template has.
   * @default nothing: only the catalogue has it
   */
  readonly template?: string;
  /**
   * What the catalogue has.
   * @default nothing: only the template has it
   */
  readonly catalogue?: string;
}

/** A role of the template, and the same role of the catalogue. */
export interface RolePair {
  /** Key in the catalogue. */
  readonly key: RoleKey;
  /** As the template has it. */
  readonly template: TemplateRole;
  /** As the catalogue has it, for a stack that knows neither account nor region. */
  readonly catalogue: AccountRole;
}

/** The roles of a template beside those of the catalogue. */
export interface MatchedRoles {
  /** Roles that both have. */
  readonly pairs: readonly RolePair[];
  /** Roles of the catalogue that no plan of the selection needs, and the template has. */
  readonly notSelected: readonly { readonly key: RoleKey; readonly template: TemplateRole }[];
  /** Roles that the catalogue does not know. */
  readonly unknown: readonly TemplateRole[];
  /** Roles that the selection needs, and the template lacks. */
  readonly missing: readonly AccountRole[];
}

/**
 * The differences between a template and the catalogue for the same selection: roles, names, settings, trusts, managed
 * policies, permissions, audiences, and resources that the catalogue does not know. Order, and the division into
 * statements and policies, make no difference. A template without identity provider (a cleaned one) is compared in all
 * the rest.
 *
 * @throws InputError for a selection that AccountOnboarding would refuse
 */
export function compareWithCatalogue(template: PortalTemplate, selection: TemplateSelection): TemplateDifference[] {
  const beside = besideCatalogue(template, selection);
  const { pairs, notSelected, unknown, missing } = matchRoles(beside, selection.roles);
  return [
    ...providerDifferences(beside, selection.entraTenantId),
    ...pairs.flatMap(roleDifferences),
    ...missing.map(({ key, name }): TemplateDifference => ({ kind: "role", subject: key, catalogue: name })),
    ...notSelected.map(({ key, template: role }) => ({ kind: "role", subject: key, template: role.name }) as const),
    ...unknown.map(({ logicalId, name }) => ({ kind: "role", subject: logicalId, template: name }) as const),
    ...beside.contents.others
      .filter(({ isCreated, name = "" }) => isCreated && !ARC_AUTOMATION.test(name))
      .map(({ logicalId, type }) => ({ kind: "resource", subject: logicalId, template: type }) as const),
  ];
}

/** Documents and associations of Arc auto-provisioning; the prefix of the documents differs on purpose. */
const ARC_AUTOMATION =
  /^(?:(?:AWSMDCSetup|DefenderForCloud)-(?:CreateAndAttachIAMToInstance|UpdateExistingInstanceProfile)|AWS-MDCSetup-SSMHostMgmt)-/;

/** Puts each role of a template beside that of the catalogue. */
export function matchRoles(
  { contents, plans, catalogue }: BesideCatalogue,
  options: RoleOptionsByRole = {},
): MatchedRoles {
  const roles = contents.roles.filter(({ isCreated }) => isCreated);
  const keys = keysOfRoles(roles, catalogue.context, options);
  const matched = [...keys].map(([template, key]) => ({ key, template }));
  const selected = rolesOf(plans);
  return {
    pairs: catalogue.roles.flatMap((role) =>
      matched.filter(({ key }) => key === role.key).map((pair) => ({ ...pair, catalogue: role })),
    ),
    notSelected: matched.filter(({ key }) => !selected.includes(key)),
    unknown: roles.filter((role) => !keys.has(role)),
    missing: catalogue.roles.filter((role) => !matched.some(({ key }) => key === role.key)),
  };
}

function providerDifferences({ contents, plans }: BesideCatalogue, entraTenantId: string): TemplateDifference[] {
  const ciem = plans.defenderCspm && plans.defenderCspm.ciem;
  const wanted = new Map<string, readonly string[]>([
    [identityProviderUrl(MICROSOFT_TENANT_ID), audiencesOf(plans)],
    ...(ciem ? [[identityProviderUrl(entraTenantId), [AUDIENCES.ciem]] as const] : []),
  ]);
  return contents.identityProviders
    .filter(({ isCreated }) => isCreated)
    .flatMap(({ url, logicalId, audiences }) => {
      const ours = wanted.get(url);
      return ours
        ? listDifferences("audience", url, audiences, ours)
        : [{ kind: "identity provider", subject: logicalId, template: url } as const];
    });
}

function roleDifferences({ key, template, catalogue }: RolePair): TemplateDifference[] {
  return [
    ...valueDifference("name", key, "", template.name, catalogue.name),
    ...valueDifference("setting", key, "path ", template.path, catalogue.path),
    ...valueDifference(
      "setting",
      key,
      "permissions boundary ",
      template.permissionsBoundaryArn,
      catalogue.permissionsBoundaryArn,
    ),
    ...valueDifference(
      "setting",
      key,
      "longest session in seconds ",
      template.maxSessionDurationSeconds,
      catalogue.maxSessionDurationSeconds,
    ),
    ...trustDifferences(key, template.trust, catalogue.trust.Statement as readonly TemplateStatement[]),
    ...listDifferences(
      "managed policy",
      key,
      template.managedPolicyArns,
      catalogue.attachedPolicies.map(({ arn }) => arn),
    ),
    ...permissionDifferences(key, ...permissionsOfPair({ key, template, catalogue })),
    ...[...template.unresolvedTrust, ...template.policies.flatMap(({ unresolved }) => unresolved)].map(
      (text): TemplateDifference => ({ kind: "unresolved", subject: key, template: text }),
    ),
  ];
}

/** The permissions of a role: those of the template, and those of the catalogue. */
export function permissionsOfPair({
  template,
  catalogue,
}: RolePair): [template: Permission[], catalogue: Permission[]] {
  return [
    permissionsOf(template.policies.flatMap(({ statements }) => statements)),
    permissionsOf(catalogue.policies.flatMap(({ document }) => document.Statement as readonly TemplateStatement[])),
  ];
}

function valueDifference(
  kind: TemplateDifference["kind"],
  subject: string,
  what: string,
  template: string | number | undefined,
  catalogue: string | number | undefined,
): TemplateDifference[] {
  return template === catalogue
    ? []
    : [
        {
          kind,
          subject,
          ...(template === undefined ? {} : { template: `${what}${template}` }),
          ...(catalogue === undefined ? {} : { catalogue: `${what}${catalogue}` }),
        },
      ];
}

function listDifferences(
  kind: TemplateDifference["kind"],
  subject: string,
  template: readonly string[],
  catalogue: readonly string[],
): TemplateDifference[] {
  return [
    ...template.filter((entry) => !catalogue.includes(entry)).map((entry) => ({ kind, subject, template: entry })),
    ...catalogue.filter((entry) => !template.includes(entry)).map((entry) => ({ kind, subject, catalogue: entry })),
  ];
}

function trustDifferences(
  subject: string,
  template: readonly TemplateStatement[],
  catalogue: readonly TemplateStatement[],
): TemplateDifference[] {
  const added = without(template, catalogue, statementKey).map((statement) => JSON.stringify(statement));
  const gone = without(catalogue, template, statementKey).map((statement) => JSON.stringify(statement));
  return [
    ...added.map((text) => ({ kind: "trust", subject, template: text }) as const),
    ...gone.map((text) => ({ kind: "trust", subject, catalogue: text }) as const),
  ];
}

/** One line for each action, with the resources and conditions that only one side has. */
function permissionDifferences(
  subject: string,
  template: readonly Permission[],
  catalogue: readonly Permission[],
): TemplateDifference[] {
  const added = byAction(without(template, catalogue, permissionKey));
  const gone = byAction(without(catalogue, template, permissionKey));
  return [...new Set([...added.keys(), ...gone.keys()])].map((action) => {
    const [ours, theirs] = [gone.get(action), added.get(action)];
    return {
      kind: "permission",
      subject,
      ...(theirs === undefined ? {} : { template: theirs.join("; ") }),
      ...(ours === undefined ? {} : { catalogue: ours.join("; ") }),
    };
  });
}

function byAction(permissions: readonly Permission[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { effect, action, resource, condition } of permissions) {
    const key = `${effect} ${action.toLowerCase()}`;
    const under = condition === undefined ? "" : ` if ${JSON.stringify(condition)}`;
    found.set(key, [...(found.get(key) ?? []), `${effect} ${action} on ${resource}${under}`]);
  }
  return found;
}

/** The entries of a list that another one lacks, each once. */
export function without<Entry>(
  list: readonly Entry[],
  other: readonly Entry[],
  keyOf: (entry: Entry) => string,
): Entry[] {
  const known = new Set(other.map(keyOf));
  return list.filter((entry) => {
    const key = keyOf(entry);
    const isNew = !known.has(key);
    known.add(key);
    return isNew;
  });
}
