import type { AccountPolicy, AccountRole, ExistingRole } from "../../modules/plans";
import type { ExpectedAccount } from "./expected";
import type { RoleFacts } from "../aws/roles";
import type { AccountFacts } from "./facts";
import { checked, together, whenRead } from "./finding";
import type { CheckResult, Finding } from "./finding";
import { permissionDifference, statementDifference } from "./policies";
import type { PolicyDifference } from "./policies";

const APPLY = "run terraform plan: it shows the difference; apply it, or change the configuration";

/** Whether each role is there, with the trust and the policies of the catalogue. */
export function checkRoles({ roles, existing, isExternalIdKnown }: ExpectedAccount, facts: AccountFacts): CheckResult {
  return together([
    ...roles.map((role) =>
      checkRole(role.name, facts, (found) => [
        // The external id is random, and nothing else that can be read has it.
        ...(role.key === "containersDataCollection" && !isExternalIdKnown ? [] : trustFindings(role, found)),
        ...policyFindings(role, found),
        ...settingFindings(role, found),
      ]),
    ),
    ...existing.map((role) => checkRole(role.name, facts, (found) => existingFindings(role, found))),
  ]);
}

function checkRole(name: string, { roles }: AccountFacts, check: (found: RoleFacts) => Finding[]): CheckResult {
  const subject = `role ${name}`;
  return whenRead(subject, roles.get(name) ?? { value: undefined }, (found) =>
    checked(
      `${subject}: trust, policies`,
      found === undefined
        ? [{ subject, wrong: "it does not exist", found: "no role of this name in the account", remedy: APPLY }]
        : check(found),
    ),
  );
}

function trustFindings({ name, trust }: Pick<AccountRole, "name" | "trust">, found: RoleFacts): Finding[] {
  return differenceFindings(
    `role ${name}`,
    statementDifference(trust, found.trust),
    "its trust lacks what is declared: Defender cannot assume it",
    "its trust has a statement that is not declared: somebody else may assume it",
  );
}

/** A role of the user's own may trust others, too. */
function existingFindings({ name, trust }: ExistingRole, found: RoleFacts): Finding[] {
  const { missing } = statementDifference(trust, found.trust);
  return differenceFindings(
    `role ${name}`,
    { missing, additional: [] },
    "its trust lacks the statement that Defender needs",
    "",
  );
}

function policyFindings(role: AccountRole, found: RoleFacts): Finding[] {
  const subject = `role ${role.name}`;
  const { policies, attachedPolicies } = role;
  const findings = policies.flatMap((policy) => documentFindings(subject, policy, found));
  const declared = [...policies.map(({ name }) => name), ...attachedPolicies.map(({ arn }) => arn)];
  const isDeclared = ({ name, arn }: { readonly name: string; readonly arn: string }) =>
    declared.includes(name) || declared.includes(arn);
  return [
    ...findings,
    ...attachedPolicies
      .filter(({ arn }) => !found.attachedPolicies.some((policy) => policy.arn === arn))
      .map(({ arn }) => ({
        subject,
        wrong: `policy ${arn} is not attached`,
        found: `attached: ${found.attachedPolicies.map(({ name }) => name).join(", ") || "no policy"}`,
        remedy: APPLY,
      })),
    ...found.attachedPolicies
      .filter((policy) => !isDeclared(policy))
      .map(({ arn }) => ({
        subject,
        wrong: "a policy is attached that is not declared: the role may do more than the access level says",
        found: arn,
        remedy: `detach it (aws iam detach-role-policy --role-name ${role.name} --policy-arn ${arn}), or declare it in roles.${role.key}.additionalManagedPolicyArns`,
      })),
    ...found.inlinePolicies.map((name) => ({
      subject,
      wrong: "it has an inline policy, which nothing declares",
      found: name,
      remedy: `delete it (aws iam delete-role-policy --role-name ${role.name} --policy-name ${name}), or declare its statements in roles.${role.key}.additionalStatements`,
    })),
  ];
}

function documentFindings(subject: string, { name, document }: AccountPolicy, found: RoleFacts): Finding[] {
  const actual = found.attachedPolicies.find((policy) => policy.name === name);
  if (actual === undefined) {
    return [
      {
        subject,
        wrong: `policy ${name} is not attached`,
        found: `attached: ${found.attachedPolicies.map((policy) => policy.name).join(", ") || "no policy"}`,
        remedy: APPLY,
      },
    ];
  }
  return differenceFindings(
    `policy ${name}`,
    permissionDifference(document, actual.document ?? "{}"),
    "it lacks permissions that are declared",
    "it has permissions that are not declared",
  );
}

function settingFindings({ name, permissionsBoundaryArn, maxSessionDurationSeconds }: AccountRole, found: RoleFacts) {
  const settings = [
    ["permissions boundary", permissionsBoundaryArn ?? "none", found.permissionsBoundaryArn ?? "none"],
    // 3,600 is IAM's own (CreateRole, API reference).
    ["longest session", String(maxSessionDurationSeconds ?? 3600), String(found.maxSessionDurationSeconds ?? 3600)],
  ] as const;
  return settings
    .filter(([, declared, actual]) => declared !== actual)
    .map(([setting, declared, actual]) => ({
      subject: `role ${name}`,
      wrong: `its ${setting} is not ${declared}`,
      found: actual,
      remedy: APPLY,
    }));
}

/** Long lists are cut: the plan shows the rest. */
const SHOWN = 3;

function differenceFindings(
  subject: string,
  { missing, additional }: PolicyDifference,
  whenMissing: string,
  whenAdditional: string,
): Finding[] {
  const finding = (wrong: string, parts: readonly string[], verb: string): Finding[] =>
    parts.length === 0
      ? []
      : [
          {
            subject,
            wrong,
            found: `${verb}: ${parts.slice(0, SHOWN).join("; ")}${parts.length > SHOWN ? `; and ${parts.length - SHOWN} more` : ""}`,
            remedy: APPLY,
          },
        ];
  return [...finding(whenMissing, missing, "missing"), ...finding(whenAdditional, additional, "additional")];
}
